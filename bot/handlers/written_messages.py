"""What people write to the bot in their direct messages with it: an answer, a question, a number, or any command.

What answers are is what they are by text message (`bot.service.replies`). All else is read as what stands behind
`/pagertree`, and nothing is guessed at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.engine.alerts.lifecycle import Verb
from bot.engine.model import Alert
from bot.errors import Invalid
from bot.handlers import error_answers
from bot.handlers.answer_places import said_blocks
from bot.handlers.buttons import run
from bot.handlers.grammar import read
from bot.handlers.help import asks_for_help, help_with
from bot.handlers.table import NAME, Reply, Said, Table, bind, find
from bot.handlers.visit import Visit, admit
from bot.ports import AlertFilter, UnitOfWork
from bot.service import replies, storm_answers
from bot.service.replies import Order
from bot.slack.blocks import Block, actions, context, line, section

HINT = (
    "Here you can write `ack`, `reject`, `resolve` or `why`, with a number like `ack #12` when several alerts are "
    f"open, a number alone, or whatever stands behind `{NAME}`: `oncall`, `help`."
)
_SLACK = "slack"
_MOST_LISTED = 5
_NEWEST = 100  # alerts among which the one of a thread is looked for
_LONGEST_LABEL = 60
_CALLED = re.compile(rf"^(?:\s*(?:<@[A-Z0-9]+>|/?{NAME.lstrip('/')}\b))+[\s:,]*", re.IGNORECASE)
_NUMBER = re.compile(r"#?\s?([0-9]{1,18})")
_ABOUT = re.compile(r"(why|show|status)\s*\??", re.IGNORECASE)
_VERBS: Mapping[str, str] = {
    Verb.ACKNOWLEDGE.value: "alert ack",
    "reject": "alert reject",
    Verb.RESOLVE.value: "alert resolve",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message as Slack tells of it; `thread` is the `ts` of the message that it was written below."""

    text: str
    conversation: str = ""
    thread: str = ""
    event_id: str = ""


def answer(visit: Visit, table: Table, written: Written) -> Reply:
    """Do what a message says, and say what came of it. Raises what commands raise."""
    plain = _CALLED.sub("", _as_typed(written.text)).strip(" \t\n.!`*_")
    typed = _command(visit, plain, written)
    return typed if isinstance(typed, Said) else _run(visit, table, typed)


def _as_typed(text: str) -> str:
    """Slack escapes three letters in the texts of events: https://docs.slack.dev/messaging/formatting-message-text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _command(visit: Visit, plain: str, written: Written) -> str | Said:
    """The command that a message means, or what has to be said first."""
    if number := _NUMBER.fullmatch(plain):
        return f"alert show #{number[1]}"
    if about := _ABOUT.fullmatch(plain):
        return _chosen(visit, "why" if about[1].lower() == "why" else "alert show", Verb.ACKNOWLEDGE.value, written)
    order = replies.read(plain)
    if not isinstance(order, Order):
        return plain
    if order.all_of_it:
        return _take_storm(visit, order.reference)
    if order.reference:
        return f"{_VERBS[order.verb]} #{order.reference}"
    return _chosen(visit, _VERBS[order.verb], order.verb, written)


def _chosen(visit: Visit, command: str, verb: str, written: Written) -> str | Said:
    """A command about the alert of the thread, else about the one that waits for the person."""
    with visit.ports.store.begin() as uow:
        own = _of_thread(uow, written)
        found = (own,) if own else tuple(alert for alert, _ in replies.waiting_for(uow, (visit.user,), verb))
    if not found:
        return Said(text="Nothing waits for you.")
    return f"{command} #{found[0].number}" if len(found) == 1 else _which(found, command)


def _which(found: tuple[Alert, ...], command: str) -> Said:
    said = f"Which one? Press it, or write its number: `{command.removeprefix('alert ')} #{found[0].number}`."
    shown = [run(_label(alert), f"{command} #{alert.number}") for alert in found[:_MOST_LISTED]]
    more = (context(f"There are more: `{NAME} alert list` shows all."),) if len(found) > _MOST_LISTED else ()
    return Said(text=said, blocks=(section(said), *(actions(each) for each in shown), *more))


def _label(alert: Alert) -> str:
    return f"#{alert.number} {line(alert.title, _LONGEST_LABEL)}"


def _of_thread(uow: UnitOfWork, written: Written) -> Alert | None:
    """The alert whose card the message was written under."""
    if not written.thread:
        return None
    newest = uow.alerts(AlertFilter(limit=_NEWEST))
    ledger = uow.notifications(alert.id for alert in newest)
    wanted = (written.thread, written.conversation)
    named = ((alert, sent) for alert in newest for sent in ledger.get(alert.id, ()))
    return next((alert for alert, sent in named if (sent.provider_id, sent.conversation) == wanted), None)


def _take_storm(visit: Visit, number: str) -> Said:
    people = (visit.user,)
    with visit.ports.store.begin() as uow:
        found = storm_answers.with_alert(uow, people, _SLACK, number) if number else None
        found = found if number else storm_answers.latest(uow, people, _SLACK)
    if found is None:
        return Said(text=f"No storm was told to you here. {HINT}")
    return Said(text=line(storm_answers.take_in_time(visit.ports, found[0].id, visit.actor), 1_500))


def _run(visit: Visit, table: Table, typed: str) -> Reply:
    """Run what was written as a command; one that is a form is opened by a button, as Slack opens none by itself."""
    try:
        words = read(typed)
        if asks_for_help(table, words):
            return help_with(table, words)
        noun, command, left = find(table, words)
        arguments = bind(noun, command, left)
    except Invalid as error:
        said = error_answers.explain(error)
        return replace(said, blocks=(*said_blocks(said), context(HINT)))
    if title := command.opens_for(arguments):
        return _form_of(title, typed)
    admit(visit, command.floor)
    return command.run(visit, arguments)


def _form_of(title: str, typed: str) -> Said:
    said = f"“{line(title)}” is a form, which Slack opens by a button."
    button: Block = actions(run("Open it", typed, "primary"))
    return Said(text=said, blocks=(section(said), button))
