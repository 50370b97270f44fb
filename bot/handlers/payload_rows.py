"""Payloads as rows of a list, and one in full."""

from bot.engine.directory import Directory
from bot.engine.model import Integration
from bot.errors import Invalid, NotFound, Problem
from bot.handlers.buttons import run, turn
from bot.handlers.lists import PAGE, nothing_yet
from bot.handlers.table import Said
from bot.handlers.visit import Visit
from bot.ports import Log, LogState
from bot.service import payload_search
from bot.service.payload_search import FoundPayload, Wanted
from bot.slack.blocks import Block, actions, code, context, line, listing, section, when

_PART = 2_800  # characters of a payload in one section
_PARTS = 3  # sections in one answer
_SIGN = {LogState.UNREAD: "⏳", LogState.READ: "✅", LogState.REFUSED: "🚫", LogState.FAILED: "❗"}


def listed(visit: Visit, integration: Integration, wanted: Wanted, page: int) -> Said:
    """One page of an integration's payloads, newest first."""
    found = payload_search.search(visit.ports, wanted, (page - 1) * PAGE, PAGE + 1)
    name = line(integration.name, 100)
    if not found and page == 1:
        return _nothing(integration, wanted)
    options = "".join((f' "{wanted.text}"' if wanted.text else "", *(f" --state {each}" for each in wanted.states)))
    typed = f"integration logs {integration.handle}{options}"
    buttons = [turn("Back", f"{typed} --page {page - 1}")] if page > 1 else []
    buttons += [turn("More", f"{typed} --page {page + 1}")] if len(found) > PAGE else []
    rows = [_row(each) for each in found[:PAGE]] or [context(f"There is no page {page}.")]
    foot = [actions(*buttons)] if buttons else []
    return Said(text=f"Payloads of {name}", blocks=(section(f"*Payloads of {name}*"), *rows, *foot))


def _row(log: FoundPayload) -> Block:
    facts = f"{_SIGN[log.state]} {when(log.at, '{date_num} {time_secs}')} {code(log.log_id)}"
    outcome = line(log.outcome or "not worked on yet", 200)
    said = f"answered {log.answered} · {log.size} bytes" if log.answered else "a notice of the bot's own"
    text = f"{facts}\n{said} · {outcome}"
    return section(text, run("Show", f"integration log {log.log_id}"))


def _nothing(integration: Integration, wanted: Wanted) -> Said:
    why = run("Why did nothing come?", f"why {integration.handle}")
    if wanted.text or wanted.states:
        said = (
            f"None of the latest {payload_search.MOST_SEARCHED} payloads of {line(integration.name, 100)} is like that."
        )
        return nothing_yet(said, run("All payloads", f"integration logs {integration.handle}"))
    return nothing_yet(f"Nothing was ever sent to {line(integration.name, 100)}.", why)


def whole(visit: Visit, log_id: str, part: int) -> Said:
    """A payload as it was sent, in parts of what one answer takes, and what was answered. Raises `NotFound`."""
    with visit.ports.store.begin() as uow:
        log, directory = uow.log(log_id), uow.directory()
    if log is None:
        raise NotFound(f"There is no payload {log_id[:60]}. /pagertree integration logs shows those that there are.")
    text = payload_search.say_request(log)
    shown = text[(part - 1) * _PARTS * _PART : part * _PARTS * _PART]
    if not shown:
        raise Invalid([Problem(message=f"The payload has no part {part}.", mend="Leave --part out.")])
    pieces = [shown[at : at + _PART] for at in range(0, len(shown), _PART)]
    left = len(text) - part * _PARTS * _PART
    more = [context(f"{left} more characters.")] if left > 0 else []
    further = [turn("More", f"integration log {log.id} --part {part + 1}")] if left > 0 else []
    return Said(
        text=f"Payload {line(log.id)}",
        blocks=(
            section(_facts(log, directory)),
            *(section(listing(piece)) for piece in pieces),
            *more,
            actions(run("Why?", f"why {log.id}"), run("Replay…", f"replay {log.id}"), *further),
        ),
    )


def _facts(log: Log, directory: Directory) -> str:
    integration = directory.integrations.get(log.integration_id)
    name = integration.name if integration else "an integration that was deleted"
    sender = f" from {line(log.request.remote, 60)}" if log.request.remote else ""
    outcome = line(log.outcome or "not worked on yet", 600)
    headline = f"*Payload {line(log.id)}* to {line(name, 100)}{sender}, {when(log.at, '{date_num} {time_secs}')}"
    return f"{headline}\nAnswered {log.answered}: {outcome}"
