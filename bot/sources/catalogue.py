"""The tables of types and of senders in the documentation: `python -m bot.sources.catalogue docs/integrations.md`."""

import sys
from collections.abc import Iterable
from pathlib import Path

from bot.engine.model import SignalKind
from bot.ports import Source
from bot.sources import discover, ready
from bot.sources.fields import Fields
from bot.sources.senders import SENDERS

START, END = "<!-- types: start -->", "<!-- types: end -->"
SENDERS_START, SENDERS_END = "<!-- senders: start -->", "<!-- senders: end -->"
HEADER = (
    "| type | sender | events | dedup key | options (default) | signature or token | how verified |",
    "| --- | --- | --- | --- | --- | --- | --- |",
)


def table(sources: Iterable[Source]) -> str:
    """A Markdown table with a row for each type, made from what the types say of themselves."""
    return "\n".join((*HEADER, *(row(source) for source in sources)))


def row(source: Source) -> str:
    """A type's row."""
    cells = (
        f"`{source.NAME}`",
        source.TITLE,
        events(source),
        keyed_by(source),
        options(source),
        described(source),
        str(getattr(source, "VERIFIED", "")),
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def events(source: Source) -> str:
    """The kinds of signal that the type's examples show or its fields know."""
    shown = {signal.kind for example in source.EXAMPLES for signal in example.signals}
    fields = getattr(source, "FIELDS", None)
    shown |= {kind for kind in fields.kinds.values() if kind} if isinstance(fields, Fields) else set()
    return ", ".join(kind for kind in SignalKind if kind in shown)


def keyed_by(source: Source) -> str:
    """Where the dedup key comes from."""
    fields = getattr(source, "FIELDS", None)
    said = getattr(source, "KEYED_BY", "")
    if said or not isinstance(fields, Fields):
        return str(said)
    patterns = (fields.key,) if isinstance(fields.key, str) else fields.key
    return ", else ".join(f"`{pattern.replace('{', '').replace('}', '')}`" for pattern in patterns)


def options(source: Source) -> str:
    """The options, with the defaults that are not empty."""
    defaults = {option.name: str(option.default).lower() for option in source.OPTIONS}
    return ", ".join(f"`{name}` ({default})" if default else f"`{name}`" for name, default in defaults.items()) or "–"


def described(source: Source) -> str:
    """How the type knows its sender."""
    said = getattr(source.verify, "described", None) or source.verify.__doc__ or ""
    return str(said).partition("\n")[0]


def senders_table() -> str:
    """A Markdown table with a row for each sender that people have, and what reads it."""
    rows = (f"| {each.name} | {', '.join(map(written, each.types))} | {each.note} |" for each in SENDERS)
    return "\n".join(("| sender | type here | note |", "| --- | --- | --- |", *rows))


def written(way: str) -> str:
    """A type by its name, a ready definition by its title."""
    definition = ready.chosen(way)
    return f"ready definition *{definition.TITLE}*" if definition else f"`{way}`"


def refresh(text: str) -> str:
    """A document with the tables between their marks made anew."""
    return between(between(text, START, END, table(discover().values())), SENDERS_START, SENDERS_END, senders_table())


def between(text: str, start: str, end: str, inside: str) -> str:
    """A text with something else between two marks."""
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}\n{inside}\n{end}{after}"


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(refresh(document.read_text(encoding="utf-8")), encoding="utf-8")
