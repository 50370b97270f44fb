"""`/pagertree why`: the reasons, of an alert, of a payload, or of silence."""

from collections.abc import Iterator

from bot.engine.directory import Directory
from bot.engine.model import Integration, Role
from bot.errors import NotFound
from bot.handlers.buttons import run
from bot.handlers.grammar import Word, WordKind
from bot.handlers.lookup import pick
from bot.handlers.table import NAME, Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.service import explanation
from bot.service.explanation import ExplainedLine, Explanation, ExplanationPart
from bot.slack.blocks import Block, actions, context, line, section, when

_SECTION = 2_800  # characters of one part: what is longer goes on in the next section
_ALL = 10_000  # of all parts together; a message takes 13,200


def said_of(explanation: Explanation, *buttons: Block) -> Said:
    """Draw an explanation, and what can be done next."""
    headline = section(f"*{line(explanation.title, 200)}*\n{line(explanation.short, 500)}")
    parts: list[Block] = []
    left = _ALL
    for part in explanation.parts:
        for text in _texts(part):
            left -= len(text)
            parts += [section(text)] if left > 0 else []
    cut = [context("The rest does not fit here: the alert's timeline has it.")] if left <= 0 else []
    shown = [run(f"Show #{number}", f"alert show #{number}") for number in explanation.alerts[:5]]
    foot = [actions(*shown, *buttons)] if shown or buttons else []
    return Said(text=line(explanation.short, 500), blocks=(headline, *parts, *cut, *foot))


def _texts(part: ExplanationPart) -> Iterator[str]:
    text = f"*{line(part.heading, 100)}*"
    for each in part.lines:
        said = _say(each)
        if len(text) + len(said) > _SECTION:
            yield text
            text = ""
        text = f"{text}\n{said}".strip("\n")
    yield text


def _say(said: ExplainedLine) -> str:
    at = f"{when(said.at, '{date_num} {time_secs}')} " if said.at else ""
    return f"{'      ◦ ' if said.deep else '• '}{at}{line(said.text, 600)}"


_WHAT = Argument(name="alert, payload or integration")


def _why(visit: Visit, arguments: Arguments) -> Said:
    word = arguments.words[_WHAT.name]
    with visit.ports.store.begin() as uow:
        if word.kind is WordKind.ALERT or word.text.isdecimal() or word.text.startswith("alt_"):
            return said_of(explanation.why_alert(uow, word.text, visit.now))
        if word.text.startswith("log_"):
            found = explanation.why_log(uow, word.text, visit.now)
            return said_of(found, *_with_payload(visit, word.text))
        integration = _integration(uow.directory(), word)
        found = explanation.why_integration(uow, integration, visit.now)
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
