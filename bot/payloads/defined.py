"""What a definition in YAML makes of a payload: prepared, matched, and bounded like what any other type reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.engine.model import Signal
from bot.engine.rules.definitions import (
    Applied,
    Definition,
    Preparation,
    PreparationStep,
    apply,
    check_definition,
    read_definition,
)
from bot.errors import Invalid, Problem, Unreadable
from bot.payloads import reading, sns, values
from bot.payloads.signals import CREATE, cut, is_empty, signal
from bot.ports import Option

DEFINITION = Option(name="definition", label="Definition: YAML with rules (and preprocess, default)", long=True)
UNTIMED = datetime.fromtimestamp(0, UTC)
SHOWN = 500  # characters of a payload that no rule takes

Facts = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a definition would make of a payload, and why: `tried` are the rules before the one that decided."""

    rule: str
    signals: tuple[Signal, ...]
    ignored: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()


def read(text: str, facts: Facts, log: Mapping[str, object], at: datetime | None) -> tuple[Signal, ...]:
    """The signals that a definition makes of a payload as it came (`log`).

    A definition that cannot be read (any more), and a payload that no rule takes, make an alert: somebody looks.
    """
    if not text.strip():
        reading.refuse("the integration has no definition yet.")
    try:
        return dry_run(text, facts, log, at).signals
    except Invalid as invalid:
        said = f"The definition of this integration cannot be read: {invalid.problems[0]}"
        return (signal(CREATE, title="A payload that cannot be read", description=said),)


def dry_run(text: str, facts: Facts, log: Mapping[str, object], at: datetime | None) -> DryRun:
    """Try a definition on a payload. Raises `Invalid` where it cannot be read, else `Unreadable`."""
    definition = read_definition(text, facts)
    applied = apply(definition, prepared(definition, log), at or UNTIMED)
    if applied is None or (applied.undecided and not applied.signals):
        body = cut(values.as_text(log.get("body")), SHOWN)
        why = applied.undecided if applied else "No rule of the definition matches, and it has no default"
        made = signal(CREATE, title="A payload that no rule takes", description=f"{why}.\n\n{body}")
        return DryRun(rule="", signals=(made,), tried=applied.tried if applied else ())
    return DryRun(
        rule=applied.rule,
        signals=tuple(bounded(each, applied) for each in applied.signals),
        ignored=applied.ignored,
        failed=applied.failed,
        tried=applied.tried,
    )


def why_nothing(text: str, facts: Facts, log: Mapping[str, object], at: datetime | None) -> str:
    """The reasons for which a definition ignores a payload. Raises `Invalid` or `Unreadable`."""
    return ", ".join(values.kept(dry_run(text, facts, log, at).ignored))


def bounded(made: Signal, applied: Applied) -> Signal:
    """A signal with its texts in their bounds; what failed on the way is told in its description."""
    failures = "\n".join(f"(A template failed: {each})" for each in applied.failed) if made.kind is CREATE else ""
    undecided = f"({applied.undecided}; the default is used.)" if applied.undecided and made.kind is CREATE else ""
    found = signal(
        made.kind,
        clean(made.dedup_key),
        clean(made.title),
        "\n\n".join(values.kept((undecided, clean(made.description), failures))),
        urgency=made.urgency,
        tags=values.kept(clean(tag).strip() for tag in made.tags),
        incident=replace(made.incident, message=clean(made.incident.message)[:1_000]) if made.incident else None,
        keys=values.kept(clean(key) for key in made.dedup_keys),
    )
    data = {name: clean(value) if isinstance(value, str) else value for name, value in made.data.items()}
    return replace(found, data={name: value for name, value in data.items() if not is_empty(value)})


def clean(text: str) -> str:
    """A text that databases take."""
    return text.replace("\0", "")


def prepared(definition: Definition, log: Mapping[str, object]) -> Mapping[str, object]:
    """The payload after the definition's preprocessing. A step that cannot be done leaves it as it is."""
    for step in definition.steps:
        log = after(step, log)
    return log


def after(step: PreparationStep, log: Mapping[str, object]) -> Mapping[str, object]:
    """The payload after one step."""
    match step.kind:
        case Preparation.PARSE_JSON:
            found = parsed(values.find(log, step.path))
            if found is None:
                return log
            return {**log, "data": found} if step.path == "body" else placed(log, tuple(step.path.split(".")), found)
        case Preparation.PARSE_SNS:
            return {**log, "data": unwrapped(values.find(log, "data"))}


def unwrapped(data: object) -> object:
    """What SNS sent with its message opened in place; the message's own entries stand beside the envelope's, too.

    Definitions that were written when the message took the envelope's place go on finding what they name.
    """
    message = values.find(sns.opened(data), "Message")
    if message is None:
        return data
    if not isinstance(data, dict) or not isinstance(message, dict):
        return message
    return {**message, **data, "Message": message}


def parsed(text: object) -> object:
    """A text as JSON, None where it is none."""
    if not isinstance(text, str):
        return None
    try:
        return reading.parsed(text.encode("utf-8", "replace"))
    except Unreadable:
        return None


def placed(value: object, path: tuple[str, ...], found: object) -> dict[str, object]:
    """An object with something put at a path of keys; what was there is not changed, but copied."""
    known = value if isinstance(value, dict) else {}
    child = found if len(path) == 1 else placed(known.get(path[0]), path[1:], found)
    return {**known, path[0]: child}


def problems(options: Mapping[str, object], facts: Facts, *, needed: bool) -> Iterator[Problem]:
    """Everything that is wrong with the definition, with lines and columns in it."""
    text = values.setting(DEFINITION, options)
    if not text:
        if needed:
            mend = "Write rules that say what a payload asks for."
            yield Problem(where=(DEFINITION.name,), message="The definition is missing.", mend=mend)
        return
    try:
        check_definition(text, facts)
    except Invalid as invalid:
        yield from (replace(each, where=(DEFINITION.name, *each.where)) for each in invalid.problems)
