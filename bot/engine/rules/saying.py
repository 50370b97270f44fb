"""An action in one line, for those who ask why."""

from bot.engine.durations import say_duration
from bot.engine.model import Severity
from bot.engine.rules.actions import (
    Action,
    Aggregate,
    Assign,
    Attach,
    Automate,
    Escalate,
    FlagIncident,
    Ignore,
    SetVal,
    Words,
)

_LONGEST = 200  # characters


def say_action(action: Action) -> str:
    """Say what an action does; templates are shown as they were written."""
    return _say(action)[:_LONGEST]


def _say(action: Action) -> str:
    match action:
        case Assign(receivers=receivers, delay=delay):
            return f"assign: to {', '.join(receivers)}{f' after {say_duration(delay)}' if delay else ''}"
        case Aggregate(by=by, timeout=timeout, receivers=receivers, route=route):
            when = f"by {', '.join(by)} for {say_duration(timeout)}, the {route} one to {', '.join(receivers)}"
            return f"aggregate: {when}"
        case Escalate(steps=steps, repeat=repeat):
            said = "; ".join(f"{', '.join(each.receivers)} for {say_duration(each.timeout)}" for each in steps)
            return f"escalate: {said}{f'; repeated {repeat} times' if repeat else ''}"
        case _:
            return _say_change(action)


def _say_change(action: SetVal | FlagIncident | Attach | Automate | Ignore) -> str:
    match action:
        case SetVal():
            return f"setval: {', '.join(_set(action))}"
        case FlagIncident(severity=severity, message=message):
            said = severity.value if isinstance(severity, Severity) else _words(severity)
            return f"incident: {said} {_words(message)}".strip()
        case Attach(ids=ids):
            return f"stakeholder: {', '.join(ids)}"
        case Automate(ids=ids):
            return f"automate: {', '.join(ids)}"
        case Ignore():
            return "ignore: the alert is suppressed"


def _set(action: SetVal) -> tuple[str, ...]:
    values = {"title": action.title, "description": action.description, "urgency": action.urgency}
    said = tuple(f"{key} {str(_words(value))!r}" for key, value in values.items() if value is not None)
    tags = ", ".join(_words(each) for each in action.tags or ())
    return said if action.tags is None else (*said, f"tags [{tags}]")


def _words(words: Words) -> str:
    return words if isinstance(words, str) else words.source
