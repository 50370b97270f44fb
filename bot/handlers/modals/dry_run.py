"""The part of a form that tries what is typed before it is saved: a payload, an instant, and a button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.directory import Directory
from bot.engine.model import Integration
from bot.errors import Invalid, Problem
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.moments import read_moment
from bot.handlers.table import Menu
from bot.handlers.visit import Visit
from bot.ports import Log, LogState
from bot.service import replay
from bot.slack.blocks import Block, actions, button, divider, section
from bot.slack.forms import Choice, input_block, lines, menu, text

PICKED, PASTED, AT, ZONE = "payload", "pasted", "at", "trial.zone"
_PICK = "payload.pick"
_NEWEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is tried: a stored payload with its integration, or one that was pasted."""

    at: datetime
    pasted: bytes = b""
    log: Log | None = None
    integration: Integration | None = None


def trial_inputs(visit: Visit, action_id: str, label: str = "Dry run") -> tuple[Block, ...]:
    """The inputs, all optional: without any, the newest payload is tried as if it came now."""
    return (
        divider(),
        section("*Try it before you save.* Nothing is stored, and nobody is paged."),
        input_block(PICKED, "A stored payload", menu(_PICK, (), "", "The newest one"), optional=True),
        input_block(PASTED, "Or paste one", lines("", '{"title": "disk full", "urgency": "high"}'), optional=True),
        input_block(AT, "As if it came", text("", "now, tomorrow 03:00, 2026-03-29 02:30", 60), optional=True),
        input_block(ZONE, "Time zone", menu(menus.ZONE, menus.zones(), visit.user.zone), optional=True),
        actions(button(action_id, label)),
    )


def read_sample(visit: Visit, filled: Filled, integrations: Sequence[Integration]) -> Sample:
    """What is to be tried, by default the newest payload of the integrations. Raises `Invalid`, or `NotFound`."""
    at = read_moment(filled.text(AT) or "now", filled.choice(ZONE) or visit.user.zone, visit.now)
    if pasted := filled.text(PASTED):
        return Sample(at=at, pasted=pasted.encode())
    with visit.ports.store.begin() as uow:
        if picked := filled.choice(PICKED):
            log, integration = replay.find(uow, picked)
            return Sample(at=at, log=log, integration=integration)
        latest = uow.newest_envelopes()
        came = sorted((latest[each.id] for each in integrations if each.id in latest), key=lambda each: each.at)
        newest = [whole for each in came[-1:] if (whole := uow.log(each.id))]
    if not newest:
        mend = "Paste one."
        raise Invalid([Problem(message="No payload has come yet that could be tried.", mend=mend)])
    log = max(newest, key=lambda each: each.at)
    return Sample(at=at, log=log, integration=next(each for each in integrations if each.id == log.integration_id))


def _find_payloads(visit: Visit, typed: str) -> Sequence[Choice]:
    with visit.ports.store.begin() as uow:
        logs, directory = uow.logs(limit=_NEWEST), uow.directory()
    choices = [_choice(log, directory) for log in logs if log.state is not LogState.UNREAD]
    return menus.matching(choices, typed)


def _choice(log: Log, directory: Directory) -> Choice:
    integration = directory.integrations.get(log.integration_id)
    name = integration.handle if integration else "deleted"
    return Choice(value=log.id, label=f"{log.at:%m-%d %H:%M} {name[:20]} {_gist(log)}")


def _gist(log: Log) -> str:
    """The beginning of what was sent, which is what tells payloads apart."""
    return " ".join(log.request.body[:200].decode(errors="replace").split())[:60] or log.outcome


MENUS = (Menu(action_id=_PICK, choices=_find_payloads),)
