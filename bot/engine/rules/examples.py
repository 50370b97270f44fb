"""The `tests:` of a router: payloads, each with the instant and what has to become of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.engine.model import Urgency
from bot.engine.rules.reading import Reading, say_value
from bot.engine.rules.yaml_tree import Where
from bot.engine.schedules.walltime import find_zone, first_instant
from bot.errors import Invalid, Problem

MOST_TESTS = 500
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""When a test takes place that does not say: noon of a Monday, in UTC."""
DEFAULT_RULE = "default"
"""How a test names that no rule matched."""

_KEYS = ("name", "payload", "alert", "integration", "at", "zone", "expect")
_EXPECTED = ("receiver", "urgency", "title", "ignored", "aggregated", "rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAlert:
    """What an alert says of itself before it is routed; None and empty leave it to the payload."""

    title: str = ""
    description: str = ""
    urgency: Urgency | None = None
    tags: tuple[str, ...] = ()
    dedup_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What has to become of a test's alert; None is not looked at. No receivers means that it goes to nobody."""

    receivers: tuple[str, ...] | None = None
    urgency: Urgency | None = None
    title: str | None = None
    ignored: bool | None = None
    aggregated: bool | None = None
    rules: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterTest:
    """One test, and the path of its place in the text."""

    name: str
    where: Where
    payload: object = field(default_factory=dict)
    said: StatedAlert = StatedAlert()
    integration: str = ""
    at: datetime = NOON
    expected: Expected = Expected()


def read_tests(reading: Reading, value: object) -> Iterator[RouterTest]:
    """Read the list of tests, noting what is wrong."""
    if isinstance(value, list) and len(value) > MOST_TESTS:
        reading.wrong(("tests",), f"There are {len(value)} tests; the most is {MOST_TESTS}.", "Remove some.")
        return
    for where, item in reading.items(("tests",), value, "The list tests"):
        yield _read_test(reading, where, item)


def instant_of(text: str, zone: str) -> datetime:
    """Read `2026-01-05T09:00` on the wall clock of a zone, or an instant with an offset. Raises `Invalid`.

    A time that the clock skips is the instant of the change; of one that comes twice, the first.
    """
    written = _fromisoformat(text.strip())
    try:
        return (written if written.tzinfo else first_instant(written, _zone(zone))).astimezone(UTC)
    except OverflowError:
        raise Invalid([Problem(message=f"{text!r:.60} is no time.", mend=_TIMES)]) from None


def said_by(payload: object) -> StatedAlert:
    """What a payload says of itself, as the webhook type reads it: keys in any case."""
    if not isinstance(payload, Mapping):
        return StatedAlert()
    fields = {key.lower(): value for key, value in payload.items() if isinstance(key, str)}
    tags = fields.get("tags")
    listed = [tags] if isinstance(tags, str) else tags if isinstance(tags, list) else []
    urgency = str(fields.get("urgency", "")).strip().lower()
    return StatedAlert(
        title=_text(fields.get("title")),
        description=_text(fields.get("description")),
        urgency=Urgency(urgency) if urgency in set(Urgency) else None,
        tags=tuple(_text(each) for each in listed),
        dedup_key=_text(fields.get("id")),
    )


def _read_test(reading: Reading, where: Where, item: object) -> RouterTest:
    fields = reading.mapping(where, item, _KEYS, "A test")
    if not isinstance(item, Mapping):
        return RouterTest(name="", where=where)
    if "expect" not in fields:
        reading.wrong(where, "A test needs expect, which is a mapping.", "For example expect: {receiver: team:…}.")
    texts = {
        key: reading.text((*where, key), fields[key], f"The {key}") for key in ("name", "integration") if key in fields
    }
    return RouterTest(
        name=texts.get("name") or f"test {int(where[-1]) + 1}",
        where=where,
        payload=fields.get("payload", {}),
        said=_said(reading, where, fields),
        integration=texts.get("integration", "").removeprefix("integration:"),
        at=_at(reading, where, fields),
        expected=_expected(reading, (*where, "expect"), fields.get("expect", {})),
    )


def _said(reading: Reading, where: Where, fields: Mapping[str, object]) -> StatedAlert:
    """The alert's own fields over those of the payload."""
    place, said = (*where, "alert"), said_by(fields.get("payload"))
    keys = ("title", "description", "urgency", "tags", "dedup_key")
    written = reading.mapping(place, fields.get("alert", {}), keys, "The alert of a test")
    for key, value in written.items():
        if key in {"title", "description", "dedup_key"}:
            said = replace(said, **{key: reading.text((*place, key), value, f"The {key}")})  # type: ignore[arg-type]  # all are texts
    if "urgency" in written:
        said = replace(said, urgency=reading.choice((*place, "urgency"), written["urgency"], Urgency, "urgency"))
    if "tags" in written:
        said = replace(said, tags=reading.texts((*place, "tags"), written["tags"], "The list tags"))
    return said


def _at(reading: Reading, where: Where, fields: Mapping[str, object]) -> datetime:
    place, zone = (*where, "at"), fields.get("zone", "Etc/UTC")
    if "zone" in fields:
        checked = reading.text((*where, "zone"), zone, "The zone")
        if not checked or reading.attempt((*where, "zone"), lambda: _zone(checked)) is None:
            return NOON
    if "at" not in fields:
        return NOON
    text = reading.tree.written.get(place, fields["at"])
    if not isinstance(text, str):
        reading.wrong(place, f"{say_value(text)} is no time.", _TIMES)
        return NOON
    return reading.attempt(place, lambda: instant_of(text, str(zone))) or NOON


def _expected(reading: Reading, where: Where, value: object) -> Expected:
    fields = reading.mapping(where, value, _EXPECTED, "What a test expects")
    receiver = fields.get("receiver")
    flags = {key: reading.flag((*where, key), fields[key], key) for key in ("ignored", "aggregated") if key in fields}
    return Expected(
        receivers=() if receiver == [] else _receivers(reading, (*where, "receiver"), fields),
        urgency=reading.choice((*where, "urgency"), fields["urgency"], Urgency, "urgency")
        if "urgency" in fields
        else None,
        title=reading.text((*where, "title"), fields["title"], "The title") if "title" in fields else None,
        rules=reading.texts((*where, "rule"), fields["rule"], "The rule") if "rule" in fields else None,
        ignored=flags.get("ignored"),
        aggregated=flags.get("aggregated"),
    )


def _receivers(reading: Reading, where: Where, fields: Mapping[str, object]) -> tuple[str, ...] | None:
    return reading.texts(where, fields["receiver"], "The receiver") if "receiver" in fields else None


_TIMES = "Write it like 2026-01-05T09:00, with zone: Europe/London beside it, or like 2026-01-05T09:00Z."


def _fromisoformat(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Invalid([Problem(message=f"{text!r:.60} is no time.", mend=_TIMES)]) from None


def _zone(name: str) -> ZoneInfo:
    try:
        return find_zone(name)
    except Invalid as invalid:
        raise Invalid([replace(each, where=()) for each in invalid.problems]) from None


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None or isinstance(value, dict | list) else str(value)
