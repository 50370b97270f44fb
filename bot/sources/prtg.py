"""PRTG Network Monitor, by its HTTP action."""

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal
from bot.ports import Option, Request
from bot.sources import reading, values
from bot.sources.fields import Fields
from bot.sources.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "prtg"
TITLE = "PRTG"
SETUP = """In PRTG, Account Settings, Notification Templates, add Execute HTTP Action: URL {url}, method POST, and the
payload
`sensorid=%sensorid&sensor=%sensor&device=%device&group=%group&status=%status&message=%message&link=%linksensor`.
Use the template in state triggers for down, escalation and "when condition clears"."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them; placeholders from paessler.com/manuals"
KEYED_BY = "`sensorid`"
FIELDS = Fields(
    state="{now}",
    kinds={"down": CREATE, "acknowledged": ACKNOWLEDGE, "up": RESOLVE, "paused": None, "": CREATE},
    key="{sensorid}",
    title=("Sensor {sensor} of {device} is DOWN", "Sensor {sensorid} {sensor} is DOWN", "Sensor {sensorid} is DOWN"),
    description="{message}",
)

verify = UNSIGNED
document = reading.document

read_sensor = FIELDS.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """What a sensor's state asks for; all that PRTG sent is kept as data."""
    data = reading.mapping(request)
    found = read_sensor.signals({**data, "now": state(values.text(data, "status").lower())})
    return tuple(replace(one, data=values.scalars({"all": data}, "all")) for one in found)


def state(status: str) -> str:
    """What holds now by a status such as `Down`, `Down ended (now: Up)`, `Up ended (now: Down)`."""
    now = status.partition("now:")[2].strip(" )") or status
    if "acknowledged" in now:
        return "acknowledged"
    return next((word for word in ("up", "paused") if now.startswith(word)), "down" if now else "")


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
        signal(ACKNOWLEDGE, *TEXTS, data=DATA | {"status": "Down (Acknowledged)"}),
    ),
    posted(
        "it is up",
        DOWN.replace("=Down", "=Down+ended+%28now%3A+Up%29"),
        signal(RESOLVE, *TEXTS, data=DATA | {"status": "Down ended (now: Up)"}),
    ),
    posted(
        "a test, with macros left as they are",
        "sensorid=%25sensorid&status=%25status",
        signal(CREATE, "%sensorid", "Sensor %sensorid is DOWN", data={"sensorid": "%sensorid", "status": "%status"}),
    ),
)
