"""Errors as answers: whoever clicked or typed is told what went wrong and what to do."""

import logging
from collections.abc import Iterable, Mapping, Sequence

from bot.errors import Invalid, PagerError, Problem, StoreUnavailable, Undelivered
from bot.handlers.buttons import run
from bot.handlers.grammar import typed_again
from bot.handlers.table import Said, Unknown, shown
from bot.slack.blocks import actions, line, section

STALLED = "The database does not answer at the moment. Nothing is lost: try again in a little while."
STALLED_FORM = "The database has not answered yet. What you typed is kept: send it again, it is saved once at most."
BUSY = "Too much is waiting for the database at the moment. Nothing was changed: try again in a minute."
BROKEN = "Something broke here, and it was written to the log. Nothing more was changed: try again, or tell an admin."
_INPUT_ERROR = 1_500  # characters; Slack names no limit

_log = logging.getLogger(__name__)


def explain(error: BaseException) -> Said:
    """Say an error in markup, with a button for the command that was probably meant."""
    said = "\n".join(line(part, 600) for part in words(error).splitlines()[:20])
    if isinstance(error, Unknown) and error.near:
        return Said(text=said, blocks=(section(said), actions(run(shown(error.near), typed_again(error.near)))))
    return Said(text=said)


def words(error: BaseException) -> str:
    """Say an error in plain words, one problem a line."""
    match error:
        case StoreUnavailable():
            return STALLED
        case Undelivered():
            return error.reason
        case Invalid():
            return say_problems(error.problems)
        case PagerError():
            return _closed(_sentence(str(error)))
        case _:
            _log.error("a request from Slack failed", exc_info=error)
            return BROKEN


def say_problems(problems: Iterable[Problem], most: int = _INPUT_ERROR) -> str:
    """Say as many problems as fit, and how many do not."""
    said = [_sentence(str(problem)) for problem in problems]
    kept: list[str] = []
    for index, text in enumerate(said):
        if sum(map(len, kept)) + len(text) > most - 20 and index:
            return "\n".join([*kept, f"… and {len(said) - index} more."])
        kept.append(text[: most - 20])
    return "\n".join(kept)


def place_problems(problems: Iterable[Problem], inputs: Sequence[str], anchor: str) -> Mapping[str, str]:
    """Say problems by the input that they are about."""
    placed: dict[str, list[Problem]] = {}
    for problem in problems:
        own = str(problem.where[0]) if problem.where else anchor
        placed.setdefault(own if own in inputs else anchor, []).append(problem)
    return {name: say_problems(own) for name, own in placed.items()}


def _closed(text: str) -> str:
    return f"{text}." if text[-1:].isalpha() else text


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
