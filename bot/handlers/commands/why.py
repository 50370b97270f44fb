"""`/pagertree why`: the reasons, of an alert, of a payload, or of silence."""

from bot.engine.directory import Directory
from bot.engine.model import Integration, Role
from bot.errors import NotFound
from bot.handlers.buttons import run
from bot.handlers.grammar import Word, WordKind
from bot.handlers.lookup import pick
from bot.handlers.reasons import said_of
from bot.handlers.table import NAME, Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.service import explain
from bot.slack.blocks import Block

_WHAT = Argument(name="alert, payload or integration")


def _why(visit: Visit, arguments: Arguments) -> Said:
    word = arguments.words[_WHAT.name]
    with visit.ports.store.begin() as uow:
        if word.kind is WordKind.ALERT or word.text.isdecimal() or word.text.startswith("alt_"):
            return said_of(explain.why_alert(uow, word.text, visit.now))
        if word.text.startswith("log_"):
            found = explain.why_log(uow, word.text, visit.now)
            return said_of(found, *_with_payload(visit, word.text))
        integration = _integration(uow.directory(), word)
        found = explain.why_integration(uow, integration, visit.now)
    return said_of(found, run("Show", f"integration show {integration.handle}"), *_with_logs(visit, integration))


def _with_payload(visit: Visit, log_id: str) -> tuple[Block, ...]:
    if visit.user.role is not Role.ADMIN:
        return ()
    return run("Payload", f"integration log {log_id}"), run("Replay…", f"replay {log_id}")


def _with_logs(visit: Visit, integration: Integration) -> tuple[Block, ...]:
    admin = visit.user.role is Role.ADMIN
    return (run("Payloads", f"integration logs {integration.handle}"),) if admin else ()


def _integration(directory: Directory, word: Word) -> Integration:
    try:
        return pick(directory, Integration, word)
    except NotFound as error:
        hint = f"Name an alert (#1042), a payload (log_…) or an integration: {NAME} integration list."
        raise NotFound(f"{error} {hint}") from error


NOUN = Noun(
    name="why",
    summary="Why an alert went where it went, what became of a payload, or why nothing came.",
    commands=(
        Command(
            verb="",
            summary="Say why: the rules that were tried, who was asked and how, and what became of it.",
            run=_why,
            arguments=(_WHAT,),
            example="why #1042",
        ),
    ),
)
