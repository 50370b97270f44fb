"""Looking things up in what a sender sent: typed, by dotted path, and never raising."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.engine.model import Severity, Urgency
from bot.ports import Option

URGENCIES: Mapping[str, Urgency] = {
    "silent": Urgency.SILENT,
    "low": Urgency.LOW,
    "medium": Urgency.MEDIUM,
    "high": Urgency.HIGH,
    "critical": Urgency.CRITICAL,
}
_NAMES, _SAYINGS = ("name", "key", "tag", "text", "label", "id"), ("value", "href", "url", "link")


def find(data: object, path: str) -> object:
    """What stands at a dotted path (`a.b`, `items.0.name`), or None. A key that has dots itself is found too."""
    if isinstance(data, dict) and path in data:
        value: object = data[path]
        return value
    value = data
    for step in _steps(path):
        value = _child(value, step)
    return value


def text(data: object, *paths: str) -> str:
    """The first scalar that is not empty at one of the paths, as trimmed text; "" when there is none."""
    return next((found for path in paths if (found := as_text(find(data, path)))), "")


def as_text(value: object) -> str:
    """A scalar as people write it, "" for anything else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _digits(value) if isinstance(value, int | float) else ""


def mapping(data: object, path: str) -> dict[str, object]:
    """The object at a path, {} when there is none."""
    value = find(data, path)
    return value if isinstance(value, dict) else {}


def items(data: object, path: str) -> list[object]:
    """The list at a path, [] when there is none."""
    value = find(data, path)
    return value if isinstance(value, list) else []


def scalars(data: object, path: str) -> dict[str, object]:
    """The entries of the object at a path that are plain texts, numbers or truths."""
    return {key: value for key, value in mapping(data, path).items() if isinstance(value, str | int | float | bool)}


def words(data: object, path: str, separator: str | None = ",") -> tuple[str, ...]:
    """Tags: a list's scalars, objects' entries as `key:value`, or a text cut at the separator."""
    value = find(data, path)
    if isinstance(value, list):
        return kept(as_text(item) or ":".join(kept(pair(item))) for item in value)
    if isinstance(value, dict):
        return kept(f"{key}:{as_text(item)}" for key, item in value.items() if as_text(item))
    return kept(part.strip() for part in as_text(value).split(separator))


def pair(item: object) -> tuple[str, str]:
    """Name and value of one entry of a list, such as `{"name": "env", "value": "prod"}` or `["env", "prod"]`."""
    if isinstance(item, list) and len(item) == 2:
        return as_text(item[0]), as_text(item[1])
    if not isinstance(item, dict):
        return "", ""
    return text(item, *_NAMES), text(item, *_SAYINGS)


def kept(texts: Iterable[str]) -> tuple[str, ...]:
    """Those that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(text for text in texts if text))


def truth(value: object) -> bool:
    """Whether a value says yes: `true`, `"true"`, `"yes"`, `"on"`, `1`."""
    return as_text(value).lower() in {"true", "yes", "on", "1"}


def enabled(option: Option, options: Mapping[str, object]) -> bool:
    """Whether an option is on, by its setting or else its default."""
    return truth(options.get(option.name, option.default))


def setting(option: Option, options: Mapping[str, object]) -> str:
    """An option's text, by its setting or else its default."""
    return as_text(options.get(option.name, option.default))


def severity(said: str) -> Severity:
    """An incident's severity from texts such as `SEV-1`, `sev1` or `1`."""
    digit = said.lower().removeprefix("sev").lstrip("-_ ")
    return next((known for known in Severity if known == f"SEV-{digit}"), Severity.UNKNOWN)


@lru_cache(maxsize=1_024)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _child(value: object, step: str) -> object:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return None


def _digits(value: float) -> str:
    try:
        return str(value)
    except ValueError:  # Python refuses to write integers of more than 4,300 digits
        return ""
