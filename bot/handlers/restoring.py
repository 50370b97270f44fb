"""Bringing old versions back: at once, or after a typed word where critical alerts would be left to nobody."""

from collections.abc import Iterator

from bot.engine.directory import Configured, Directory
from bot.engine.model import Router
from bot.handlers import router_backtests
from bot.handlers.confirming import Unconfirmed
from bot.handlers.modals.effective import say_changed, say_teams
from bot.handlers.table import Said
from bot.handlers.visit import Visit
from bot.service import history
from bot.service.backtest import BacktestReport
from bot.slack.blocks import Block, actions, button, line, section

ASK = "restore.ask"


def restored(visit: Visit, object_id: str, number: int) -> Said:
    """Bring a version back, or show what stands against it and a button that asks for the word.

    Raises `Invalid` for a version that cannot be saved any more, `NotFound`, and `Refused` for a deletion.
    """
    report = effect_of(visit, object_id, number)
    if report and (objection := router_backtests.objection(report)):
        return _not_yet(objection, object_id, number)
    return bring_back(visit, object_id, number, report)


def effect_of(visit: Visit, object_id: str, number: int) -> BacktestReport | None:
    """What bringing a version back changes; None where it is no router's. Raises `StillLooking`."""
    body = history.version(visit.ports, object_id, number).body
    return router_backtests.known(visit.effects.of(visit.ports, body)) if isinstance(body, Router) else None


def bring_back(visit: Visit, object_id: str, number: int, report: BacktestReport | None) -> Said:
    """Save an old version as the newest. Raises as `restored` does."""
    before = visit.directory()
    saved = history.restore(visit.ports, object_id, number, visit.actor)
    said = f"{_named(visit, object_id, number)} is as it was in version {number} again; this is version {saved}."
    changed = [section(router_backtests.say(report))] if report else []
    return Said(text=said, blocks=(section(said), *changed, *_on_call(visit, object_id, before)))


def _on_call(visit: Visit, object_id: str, before: Directory) -> Iterator[Block]:
    """What a version that is back changes of who is on call: an old one counts at once, as it is written."""
    after = visit.directory()
    if schedule := after.schedules.get(object_id):
        yield from say_changed(before.schedules.get(object_id), schedule, after, visit.now)
    yield from say_teams(before, after, visit.now)


def _not_yet(objection: Unconfirmed, object_id: str, number: int) -> Said:
    said = f"Version {number} was not restored."
    go_on = button(ASK, "Restore all the same…", f"{object_id}:{number}", "danger")
    return Said(text=said, blocks=(section(f"*{said}*\n⚠️ {objection.said}"), actions(go_on)))


def _named(visit: Visit, object_id: str, number: int) -> str:
    body: Configured | None = history.version(visit.ports, object_id, number).body
    return f"*{line(body.name if body else object_id, 100)}*"
