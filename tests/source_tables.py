"""The tables of types and of senders in the documentation: `python -m tests.source_tables docs/integrations.md`."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bot.engine.model import SignalKind
from bot.payloads.fields import Fields, Patterns, Wording
from bot.payloads.senders import Sender
from bot.ports import Source
from bot.sources import discover, ready

TYPES = ("<!-- types: start -->", "<!-- types: end -->")
READINGS = ("<!-- readings: start -->", "<!-- readings: end -->")
SENDERS_MARKS = ("<!-- senders: start -->", "<!-- senders: end -->")
TYPES_HEADER = ("type", "sender", "events", "options (default)", "signature or token", "how verified")
READINGS_HEADER = ("type", "one alert is", "key", "title", "urgency", "states", "link", "runbook")
RUNBOOK = "runbook_url"
NOTED = "nothing"


def table(header: Iterable[str], rows: Iterable[str]) -> str:
    """A Markdown table."""
    names = tuple(header)
    return "\n".join((f"| {' | '.join(names)} |", f"| {' | '.join('---' for _ in names)} |", *rows))


def row(source: Source) -> str:
    """A type's row: what it is, and how it is set up."""
    return cells(
        f"`{source.NAME}`",
        source.TITLE,
        events(source),
        options(source),
        described(source),
        str(getattr(source, "VERIFIED", "")),
    )


def reading(source: Source) -> str:
    """A type's row: what is taken from where."""
    return cells(
        f"`{source.NAME}`",
        str(getattr(source, "PROBLEM", "")),
        keyed_by(source),
        titled_by(source),
        urgency_by(source),
        stated(source),
        linked_by(source),
        runbook_by(source),
    )


def cells(*said: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cell.replace('|', '/') for cell in said)} |"


def events(source: Source) -> str:
    """The kinds of signal that the type's examples show or its states have."""
    shown = {signal.kind for example in source.EXAMPLES for signal in example.signals}
    shown |= {kind for kind in states(source).values() if kind}
    return ", ".join(kind for kind in SignalKind if kind in shown)


def states(source: Source) -> Mapping[str, SignalKind | None]:
    """What the sender's states and actions ask for, None for nothing; "" is one that is not said."""
    said: Mapping[str, SignalKind | None] | None = getattr(source, "STATES", None)
    if said is not None:
        return said
    found = fields(source)
    known = dict(found.kinds) if found else {}
    return known if found and found.state else {**known, "all": SignalKind.CREATE}


def stated(source: Source) -> str:
    """The states by what they ask for. Any other state of a problem makes an alert, for every type."""
    by_kind: dict[str, list[str]] = {}
    for state, kind in states(source).items():
        by_kind.setdefault(kind or NOTED, []).append(state or "none")
    named = (*SignalKind, NOTED)
    return "; ".join(f"{kind}: {', '.join(by_kind[kind])}" for kind in named if kind in by_kind)


def keyed_by(source: Source) -> str:
    """Where the dedup key comes from."""
    return told(source, "KEYED_BY", lambda found: alternatives(found.key))


def titled_by(source: Source) -> str:
    """Where the title comes from, and which places it adds."""

    def said(found: Fields) -> str:
        places = [f"`{path}`" for path in Wording.of(found.where).paths()]
        return alternatives(found.title) + (f"; with {', '.join(places)}" if places else "")

    return told(source, "TITLED_BY", said)


def urgency_by(source: Source) -> str:
    """Where the urgency comes from, and which words are the type's own."""

    def said(found: Fields) -> str:
        own = ", ".join(f"{word} {urgency}" for word, urgency in found.urgencies.items() if word != urgency)
        return alternatives(found.urgency) + (f" ({own})" if own else "") if found.urgency else ""

    return told(source, "URGENCY_BY", said) or "the integration's"


def linked_by(source: Source) -> str:
    """Where the page of the alert at the sender comes from."""
    return told(source, "LINKED_BY", lambda found: alternatives(found.data.get("url", ()))) or "–"


def runbook_by(source: Source) -> str:
    """Where the runbook comes from. One that a description names is found for every type."""
    return told(source, "RUNBOOK_BY", lambda found: alternatives(found.data.get(RUNBOOK, ()))) or "the description"


def told(source: Source, name: str, derived: Callable[[Fields], str]) -> str:
    """What a type says of itself by a name of its own, else by its fields."""
    said, found = getattr(source, name, ""), fields(source)
    return str(said) if said or not found else derived(found)


def fields(source: Source) -> Fields | None:
    """A type's declaration of fields, where it has one."""
    found = getattr(source, "FIELDS", None)
    return found if isinstance(found, Fields) else None


def alternatives(patterns: Patterns) -> str:
    """Patterns in words, each as code, in the order in which they are tried."""
    several = (patterns,) if isinstance(patterns, str) else patterns
    return ", else ".join(f"`{pattern.replace('{', '').replace('}', '')}`" for pattern in several)


def options(source: Source) -> str:
    """The options, with the defaults that are not empty."""
    defaults = {option.name: str(option.default).lower() for option in source.OPTIONS}
    return ", ".join(f"`{name}` ({default})" if default else f"`{name}`" for name, default in defaults.items()) or "–"


def described(source: Source) -> str:
    """How the type knows its sender."""
    said = getattr(source.verify, "described", None) or source.verify.__doc__ or ""
    return str(said).partition("\n")[0]


def senders() -> list[tuple[Sender, tuple[str, ...]]]:
    """Every sender with the types that read it, by name. A type that names no senders is read by its title."""
    types: dict[str, Source | ready.ReadyDefinition] = {**discover()}
    types |= {ready.choice(each): each for each in ready.discover().values()}
    found = [
        (sender, (way, *sender.also))
        for way, each in types.items()
        for sender in getattr(each, "SENDERS", (Sender(each.TITLE),))
    ]
    return sorted(found, key=lambda each: (each[0].last, each[0].name.lower()))


def senders_table() -> str:
    """A row for each sender that people have, and what reads it."""
    rows = (cells(each.name, ", ".join(map(written, ways)), each.note) for each, ways in senders())
    return table(("sender", "type here", "note"), rows)


def written(way: str) -> str:
    """A type by its name, a ready definition by its title."""
    definition = ready.chosen(way)
    return f"ready definition *{definition.TITLE}*" if definition else f"`{way}`"


def refresh(text: str) -> str:
    """A document with the tables between their marks made anew."""
    every = discover().values()
    first = replaced(text, TYPES, table(TYPES_HEADER, (row(source) for source in every)))
    second = replaced(first, READINGS, table(READINGS_HEADER, (reading(source) for source in every)))
    return replaced(second, SENDERS_MARKS, senders_table())


def replaced(text: str, marks: tuple[str, str], made: str) -> str:
    """A document with what stands between two marks made anew."""
    start, end = marks
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}\n{made}\n{end}{after}"


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(refresh(document.read_text(encoding="utf-8")), encoding="utf-8")
