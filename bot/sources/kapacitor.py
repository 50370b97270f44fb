"""Kapacitor, InfluxData's alerting."""

from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, signals, urgencies, values
from bot.payloads.alertmanager import named
from bot.payloads.fields import Fields
from bot.payloads.headlines import placed
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Request

NAME = "kapacitor"
TITLE = "Kapacitor"
SENDERS = (
    Sender(
        "Kapacitor (InfluxDB)",
        "by its post handler; the others take an address too",
        also=(
            "pagerduty",
            "opsgenie",
            "victorops",
        ),
    ),
)
SETUP = "In the TICKscript's alert node: `.post('{url}')`, and do not set `.noRecoveries()`."
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "published sample of the post handler"
PROBLEM = "one id of an alert, with the tags of its series that the id does not name"
KEYED_BY = "`id`, and the tags of `data.series.0` that it lacks"
APART = ("id", "data.series.0.tags.host")
FIELDS = Fields(
    state="{level}",
    kinds={"ok": RESOLVE, "info": CREATE, "warning": CREATE, "critical": CREATE},
    key="{id}",
    title=("{message}", "{id} is {level}"),
    description="{details}",
    urgency="{level}",
    data={"previousLevel": "{previousLevel}", "time": "{time}"},
)

problems = urgencies.problems
verify = UNSIGNED
read_level = FIELDS.reader()
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A level. An id that does not say which series it is about (`.id('cpu')`) is told apart by the series' tags."""
    data = reading.mapping(request)
    tags = values.scalars(data, "data.series.0.tags")
    key = values.text(data, "id")
    lacking = {name: value for name, value in tags.items() if values.as_text(value) not in key}
    return tuple(apart(found, key, tags, lacking) for found in read_level.signals(data, options))


def apart(found: Signal, key: str, tags: Mapping[str, object], lacking: Mapping[str, object]) -> Signal:
    """A signal for one series."""
    places = (values.as_text(value) for _, value in sorted(tags.items()))
    return signals.formerly(
        signal(
            found.kind,
            f"{key} {named(lacking)}" if lacking else key,
            placed(found.title, places) if found.title else "",
            found.description,
            urgency=found.urgency,
            data={**found.data, "tags": tags},
        ),
        [key] if lacking else [],
    )


BODY = {
    "id": "cpu:host=web1",
    "message": "cpu:host=web1 is CRITICAL",
    "details": "usage_idle is 3",
    "time": "2026-01-14T16:33:00Z",
    "duration": 0,
    "level": "CRITICAL",
    "data": {"series": []},
    "previousLevel": "OK",
    "recoverable": True,
}
SERIES = {"series": [{"name": "disk", "tags": {"host": "nas5"}, "columns": ["time", "used"], "values": [["x", 98]]}]}
EXAMPLES = (
    posted(
        "critical",
        BODY,
        signal(
            CREATE,
            "cpu:host=web1",
            "cpu:host=web1 is CRITICAL",
            "usage_idle is 3",
            urgency=Urgency.CRITICAL,
            data={"time": "2026-01-14T16:33:00Z", "previousLevel": "OK"},
        ),
    ),
    posted("ok", {"id": "cpu:host=web1", "level": "OK"}, signal(RESOLVE, "cpu:host=web1", "cpu:host=web1 is OK")),
    posted(
        "an id that does not say of which host",
        BODY | {"id": "disk", "message": "disk is WARNING", "level": "WARNING", "data": SERIES},
        signal(
            CREATE,
            'disk {host="nas5"}',
            "disk is WARNING (nas5)",
            "usage_idle is 3",
            urgency=Urgency.MEDIUM,
            data={"previousLevel": "OK", "time": "2026-01-14T16:33:00Z", "tags": {"host": "nas5"}},
        ),
    ),
    posted(
        "it is over",
        {"id": "disk", "level": "OK", "data": SERIES},
        signal(RESOLVE, 'disk {host="nas5"}', "disk is OK (nas5)", data={"tags": {"host": "nas5"}}, keys=("disk",)),
    ),
)
