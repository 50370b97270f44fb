"""What is somebody's own: open alerts, and what they are on call for."""

from collections.abc import Iterator

from bot.channels.blocks import Block, actions, section
from bot.engine.model import Status
from bot.handlers import alerts, duty
from bot.handlers.buttons import run
from bot.handlers.visit import Visit
from bot.ports import AlertFilter
from bot.service import look

_MOST = 10
_UNDER_WAY = (Status.OPEN, Status.ACKNOWLEDGED, Status.DROPPED)


def overview(visit: Visit) -> tuple[Block, ...]:
    """Alerts that the person was asked about and that are not over, and their shifts."""
    return (*_alerts(visit), *_duty(visit), _buttons())


def _alerts(visit: Visit) -> Iterator[Block]:
    wanted = AlertFilter(statuses=_UNDER_WAY, responder_id=visit.user.id, limit=_MOST + 1)
    with visit.ports.store.begin() as uow:
        found = uow.alerts(wanted)
    yield section("*Your alerts*" if found else "*Your alerts*\nNone. Nothing waits for you.")
    yield from (alerts.row(alert, visit.now) for alert in found[:_MOST])
    if len(found) > _MOST:
        yield section("There are more: `/pagertree alert list` shows all.")


def _duty(visit: Visit) -> Iterator[Block]:
    directory = visit.directory()
    own = duty.own(look.on_call_now(directory, visit.now), visit.user)
    said = "\n".join(own) or "You are not on call now."
    yield section(f"*On call*\n{said}")


def _buttons() -> Block:
    return actions(
        run("Open alerts", "alert list --status open"),
        run("Who is on call", "oncall"),
        run("Everything else", "help"),
    )
