"""Kapacitor, InfluxData's alerting."""

from bot.engine.model import Urgency
from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "kapacitor"
TITLE = "Kapacitor"
SETUP = "In the TICKscript's alert node: `.post('{url}')`, and do not set `.noRecoveries()`."
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "published sample of the post handler"
FIELDS = Fields(
    state="{level}",
    kinds={"ok": RESOLVE, "info": CREATE, "warning": CREATE, "critical": CREATE},
    key="{id}",
    title=("{message}", "{id} is {level}"),
    description="{details}",
    urgency="{level}",
    data={"time": "{time}", "previousLevel": "{previousLevel}"},
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

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
)
