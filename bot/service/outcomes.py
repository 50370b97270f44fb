"""What a payload's signals came to: in a few words for its log, and in a sentence for who asks why."""

from collections.abc import Iterator, Mapping

from bot.engine.model import OutcomeKind, TraceLine
from bot.ports import Log

_UNTOLD = "not told: people know of refusals already, or these are fewer than ten with 403 in ten minutes"
_WORDS: Mapping[OutcomeKind, str] = {
    OutcomeKind.CREATED: "made an alert ({})",
    OutcomeKind.REOPENED: "opened a flapping alert again",
    OutcomeKind.REPEATED: "counted as a repetition",
    OutcomeKind.WORSENED: "counted as a repetition, which is worse",
    OutcomeKind.WITHHELD: "withheld by the maintenance window {}",
    OutcomeKind.ACKNOWLEDGED: "acknowledged the alert",
    OutcomeKind.RESOLVED: "resolved the alert",
    OutcomeKind.NOTHING_TO_ACKNOWLEDGE: "nothing to acknowledge",
    OutcomeKind.NOTHING_TO_RESOLVE: "nothing to resolve",
    OutcomeKind.IGNORED: "ignored: {}",
    OutcomeKind.UNTOLD: _UNTOLD,
    OutcomeKind.NOTHING: "nothing to do",
    OutcomeKind.FAILED: "{}",
}
_SENTENCES: Mapping[OutcomeKind, str] = {
    OutcomeKind.REPEATED: "An alert with the same key is still being answered for: it was counted there, and nobody "
    "was paged again.",
    OutcomeKind.WITHHELD: "It was withheld by the maintenance window {}: it is kept, and nobody was alerted while that "
    "was on. When it is over, all is listed.",
    OutcomeKind.NOTHING_TO_ACKNOWLEDGE: "It says that somebody has it, and there is no alert with that key that waits "
    "for that.",
    OutcomeKind.NOTHING_TO_RESOLVE: "It says that something is over, and there is no alert with that key that could be "
    "resolved.",
    OutcomeKind.IGNORED: "It was ignored: {}.",
    OutcomeKind.UNTOLD: f"It was {_UNTOLD}.",
    OutcomeKind.NOTHING: "The type read nothing in it that asks for an alert.",
}


def say(kind: OutcomeKind, about: str = "") -> str:
    """In words that fit into a list; `about` is an alert's status, a window's name, the kind of an event, a reason."""
    return _WORDS[kind].format(about)


def explain(log: Log) -> Iterator[str]:
    """A sentence for each thing that a log came to. One that was written before there were kinds is quoted whole."""
    if not log.outcomes and log.outcome:
        yield f"It came to this: {log.outcome}."
    yield from dict.fromkeys(map(_explain, log.outcomes))


def _explain(outcome: TraceLine) -> str:
    kind = outcome.outcome or OutcomeKind.NOTHING
    return _SENTENCES.get(kind, f"It {_WORDS[kind]}.").format(outcome.subject)
