"""PRTG Network Monitor, by its HTTP action."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Request

NAME = "prtg"
TITLE = "PRTG"
SETUP = """In PRTG, Account Settings, Notification Templates, add Execute HTTP Action: URL {url}, method POST, and the
payload
`sensorid=%sensorid&sensor=%sensor&device=%device&group=%group&status=%status&message=%message&priority=%priority&link=%linksensor`.
Use the template in state triggers for down, escalation and "when condition clears"."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them; placeholders from paessler.com/manuals"
PROBLEM = "one sensor"
TITLED_BY = "`sensor`, `device` and what holds now by `status`"
KEYED_BY = "`sensorid`"
APART = ("sensorid",)
LINKED_BY = "`link`, or whatever else is an address"
URGENCY_BY = "`priority` (`%priority`: `*****` to `*`, or 5 to 1)"
FIELDS = Fields(
    state="{now}",
    kinds={
        **dict.fromkeys(("down", "warning", "unusual", "unknown", ""), CREATE),
        "acknowledged": ACKNOWLEDGE,
        "up": RESOLVE,
        "paused": None,
    },
    key="{sensorid}",
    title=(
        "Sensor {sensor} of {device} is {said}",
        "Sensor {sensorid} {sensor} is {said}",
        "Sensor {sensorid} is {said}",
        "PRTG says: {message}",
    ),
    description="{message}",
    urgency=("{priority}", "{prio}"),
    urgencies={
        **dict.fromkeys(("*****", "5"), Urgency.CRITICAL),
        **dict.fromkeys(("****", "4"), Urgency.HIGH),
        **dict.fromkeys(("***", "3"), Urgency.MEDIUM),
        **dict.fromkeys(("**", "2", "*", "1"), Urgency.LOW),
    },
)
MACRO = re.compile(r"%[a-z]{2,40}")
SPOKEN = {"down": "DOWN", "acknowledged": "DOWN, acknowledged", "up": "UP", "": "DOWN"}

problems = urgencies.problems
verify = UNSIGNED
document = reading.document

read_sensor = FIELDS.reader()
TAKES = FIELDS.takes


def event_kind(request: Request) -> str:
    """What holds of a sensor. Raises `Unreadable`."""
    return state(values.text(reading.mapping(request), "status").lower())


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """What a sensor's state asks for; all that PRTG sent is kept as data. Macros left as they are count as empty."""
    sent = reading.mapping(request)
    data = {name: value for name, value in sent.items() if not is_macro(value)}
    if sent and not data:
        return (signal(CREATE, title="A test of PRTG: all fields came as macros"),)
    now = state(values.text(data, "status").lower())
    found = read_sensor.signals({**data, "now": now, "said": SPOKEN.get(now, now)}, options)
    return tuple(replace(one, data=values.scalars({"all": data}, "all")) for one in found)


def is_macro(value: object) -> bool:
    """Whether a value is nothing but a macro's name, which stands where PRTG had nothing to fill in."""
    return isinstance(value, str) and MACRO.fullmatch(value) is not None


def state(status: str) -> str:
    """What holds now by a status such as `Down`, `Down (Partial)`, `Down ended (now: Up)`, `Up ended (now: Down)`."""
    now = status.partition("now:")[2].strip(" )") or status
    if "acknowledged" in now:
        return "acknowledged"
    return next((word for word in FIELDS.kinds if word and now.startswith(word)), "down" if now else "")


DOWN = "sensorid=2042&sensor=Ping&device=web1&group=Frankfurt&status=Down&message=Request+timed+out"
DATA: dict[str, object] = {
    "sensorid": "2042",
    "sensor": "Ping",
    "device": "web1",
    "group": "Frankfurt",
    "message": "Request timed out",
}
TEXTS = ("2042", "Sensor Ping of web1 is DOWN", "Request timed out")
EXAMPLES = (
    posted("a sensor is down", DOWN, signal(CREATE, *TEXTS, data=DATA | {"status": "Down"})),
    posted(
        "it is acknowledged",
        DOWN.replace("=Down", "=Down+%28Acknowledged%29"),
        signal(
            ACKNOWLEDGE,
            "2042",
            "Sensor Ping of web1 is DOWN, acknowledged",
            TEXTS[2],
            data=DATA | {"status": "Down (Acknowledged)"},
        ),
    ),
    posted(
        "it is up",
        DOWN.replace("=Down", "=Down+ended+%28now%3A+Up%29"),
        signal(RESOLVE, "2042", "Sensor Ping of web1 is UP", TEXTS[2], data=DATA | {"status": "Down ended (now: Up)"}),
    ),
    posted(
        "a test, with macros left as they are",
        "sensorid=%25sensorid&status=%25status",
        signal(CREATE, title="A test of PRTG: all fields came as macros"),
    ),
    posted(
        "a warning, of a sensor that matters much",
        DOWN.replace("=Down", "=Warning") + "&priority=*****",
        signal(
            CREATE,
            "2042",
            "Sensor Ping of web1 is warning",
            "Request timed out",
            urgency=Urgency.CRITICAL,
            data=DATA | {"status": "Warning", "priority": "*****"},
        ),
    ),
)
