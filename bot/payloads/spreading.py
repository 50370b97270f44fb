"""What senders keep in objects inside objects (labels, dimensions, entities, details), beside each other.

A card shows the plain entries of an alert's data; those that lie deeper would not be seen.
"""

from collections.abc import Iterator, Mapping

from bot.payloads import values

MAX_SPREAD = 60  # entries that are added
MAX_LEVELS = 4
MAX_SAID = 1_000  # characters of one that is added


def spread(data: Mapping[str, object]) -> dict[str, object]:
    """The data with what is nested in an entry behind it, by the innermost name, or by its path where that is taken."""
    taken, behind = dict(data), {str(name): dict[str, object]() for name in data}
    for path, said in inner(data):
        if len(taken) >= len(data) + MAX_SPREAD:
            break
        name = path[-1] if path[-1] not in taken else ".".join(path)
        if taken.get(path[-1]) != said and name not in taken:
            taken[name] = behind[path[0]][name] = said
    return {name: said for entry in data for name, said in ({entry: data[entry]} | behind[str(entry)]).items()}


def inner(data: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts that are nested in an object, each with its path."""
    for name, value in data.items():
        if isinstance(value, dict | list):
            yield from entries((str(name),), value)


def entries(path: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts at and below a place. A list of texts is one; its objects with a name and a value are entries."""
    if isinstance(value, dict):
        if len(path) <= MAX_LEVELS:
            for name, child in value.items():
                yield from entries((*path, str(name)), child)
    elif isinstance(value, list):
        yield from listed(path, value)
    elif len(path) > 1 and (said := values.as_text(value)):
        yield path, said[:MAX_SAID]


def listed(path: tuple[str, ...], items: list[object]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts in a list."""
    for item in items:
        name, said = values.pair(item)
        if name and said:
            yield (*path, name), said[:MAX_SAID]
    plain = ", ".join(values.kept(values.as_text(item) for item in items))
    if len(path) > 1 and plain:
        yield path, plain[:MAX_SAID]
