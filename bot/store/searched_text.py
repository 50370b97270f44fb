"""What of an alert a text search looks at: title, dedup key, tags and fields, each cut to a size, in small letters."""

from collections import deque
from collections.abc import Iterator
from itertools import islice

from bot.engine.model import Alert

_LONGEST = 1_000  # characters of a title, and of a dedup key
_TAGS, _LEAVES, _LOOKED_AT = 20, 40, 200
_LARGEST = 10**30  # Python takes long to write what is much larger, or refuses
_VALUE, _ROOM = 80, 800  # characters of a field's value, and of all fields together


def searched_text(alert: Alert) -> str:
    """The text that an alert is found by."""
    fields = " ".join(islice(_values(alert.data), _LEAVES))[:_ROOM]
    parts = (alert.title[:_LONGEST], alert.dedup_key[:_LONGEST], *alert.tags[:_TAGS], fields)
    return " ".join(parts).strip().casefold()


def _values(data: dict[str, object]) -> Iterator[str]:
    """The plain values in a payload's data, outermost first; of what is very large only the beginning is looked at."""
    waiting: deque[object] = deque(islice(data.values(), _LOOKED_AT))
    for _ in range(_LOOKED_AT):
        if not waiting:
            return
        match waiting.popleft():
            case str() as text:
                yield text[:_VALUE]
            case bool() | None:
                continue
            case int() | float() as number if abs(number) < _LARGEST:
                yield str(number)
            case dict() as inner:
                waiting += islice(inner.values(), _LOOKED_AT)
            case list() as inner:
                waiting += inner[:_LOOKED_AT]
            case _:
                continue


def trigrams(text: str) -> tuple[str, ...]:
    """Every three characters that follow each other, once: what texts are indexed by, in any script."""
    return tuple(dict.fromkeys(text[at : at + 3] for at in range(len(text) - 2)))
