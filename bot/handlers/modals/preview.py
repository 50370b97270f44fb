"""How a payload would look, and whom it would page, with an integration's form as it is filled in."""

from collections.abc import Iterator, Sequence

from bot.engine.directory import Directory
from bot.engine.model import Integration
from bot.errors import Invalid, Unreadable
from bot.handlers import error_answers
from bot.handlers.filled import Filled
from bot.handlers.modals.definition import explain_definition
from bot.handlers.modals.dry_run import AT, PASTED, PICKED, ZONE
from bot.handlers.moments import read_moment
from bot.handlers.rehearsal_blocks import draw, say_rehearsed
from bot.handlers.visit import Visit
from bot.ports import Log, Request
from bot.service import replay
from bot.service.checks import check
from bot.service.replay import Played
from bot.slack.blocks import Block, code, line, prose, section, when
from bot.slack.forms import Form, notice

_TITLE = "Preview"
_LOOKED_AT = 20  # payloads, newest first, until one asks for an alert


def preview(visit: Visit, integration: Integration, filled: Filled) -> Form:
    """The payload that is picked or pasted, or else the newest that asks for an alert; or why it cannot be tried."""
    directory = visit.directory().including([integration])
    try:
        check(integration, directory, visit.ports.sources)
        logs = _candidates(visit, integration, filled)
        at = read_moment(filled.text(AT) or "now", filled.choice(ZONE) or visit.user.zone, visit.now)
    except Invalid as invalid:
        return impossible(invalid)
    source, told = visit.ports.sources.get(integration.type), tuple[Block, ...]()
    for log in logs:
        why = tuple(explain_definition(source, integration, log, at))
        told = told or why
        try:
            played = replay.play(visit.ports, log, integration, directory, at)
        except Unreadable as error:
            if len(logs) == 1:
                return notice(_TITLE, [section(f"Its type does not take this payload: {line(str(error), 1_000)}")])
            continue
        if first := next((each for each in played if each.rehearsal), None):
            return notice(_TITLE, [*why, *_look(log, first, directory)])
    return notice(_TITLE, [section(_NOTHING if not logs else "Nothing in it asks for an alert."), *told])


_NOTHING = "No payload that asks for an alert has come yet, so there is nothing to look at: paste one."


def impossible(invalid: Invalid) -> Form:
    """Say what has to be mended first."""
    said = error_answers.say_problems(invalid.problems, 2_500)
    return notice(_TITLE, [section("*This cannot be tried yet:*"), prose(said)])


def _candidates(visit: Visit, integration: Integration, filled: Filled) -> Sequence[Log]:
    if pasted := filled.text(PASTED):
        return [_as_sent(pasted, integration, visit)]
    with visit.ports.store.begin() as uow:
        if picked := filled.choice(PICKED):
            return [replay.find(uow, picked)[0]]
        return uow.logs(integration.id, limit=_LOOKED_AT)


def _as_sent(pasted: str, integration: Integration, visit: Visit) -> Log:
    headers = {"content-type": "application/json"}
    request = Request(method="POST", path=f"/integrations/{integration.key}", body=pasted.encode(), headers=headers)
    return Log(id="pasted", integration_id=integration.id, at=visit.now, request=request, answered=200)


def _look(log: Log, played: Played, directory: Directory) -> Iterator[Block]:
    if played.rehearsal is None:
        return
    alert = played.rehearsal.alert
    yield section(f"{code(log.id)}, {when(log.at)}:")
    if alert.description:
        yield prose(alert.description, 2_500)
    told = [f"• {line(each.stage)} {line(each.subject, 100)}: {line(each.said, 300)}" for each in played.trace]
    if told:
        yield section("\n".join(told[:20]))
    yield from draw(played.rehearsal, directory)
    yield say_rehearsed()
