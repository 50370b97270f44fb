"""LibreNMS, by its transport for Opsgenie, which posts the whole alert to any address.

Format: librenms/librenms, LibreNMS/Alert/Transport/Opsgenie.php and RunAlerts.php. A key stands for one alert rule
on one device, which LibreNMS keeps one alert for.
"""

from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

SERVER = Option(
    name="server", is_address=True, label="Address of LibreNMS' web interface, such as https://nms.example, for links"
)

NAME = "librenms"
TITLE = "LibreNMS"
SENDERS = (Sender("LibreNMS", "by its transport Opsgenie or PagerTree, with the address of here", also=("webhook",)),)
SETUP = """In LibreNMS, Alerts, Alert Transports, create one of the type Opsgenie with {url} as its webhook URL (it
posts the whole alert to any address), and make it a default or choose it in your alert rules. LibreNMS' transport
PagerTree works too, with an integration of the type webhook here; it sends less."""
OPTIONS = (SERVER, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "the sender's source: librenms/librenms, LibreNMS/Alert/Transport/Opsgenie.php and RunAlerts.php"
PROBLEM = "one alert rule on one device"
APART = ("alert_id",)
TITLED_BY = "the device and `name`"
LINKED_BY = "the device's page behind the option `server`"
RUNBOOK_BY = "`proc`"
FIELDS = Fields(
    state="{state}",
    kinds={
        "0": RESOLVE,
        **dict.fromkeys(("1", "3", "4", "5"), CREATE),  # new, worse, better (and not well yet), changed
        "2": ACKNOWLEDGE,
    },
    key=("{alert_id}", "{device_id}/{rule_id}", "{hostname}/{name}", "{uid}"),
    title=("{where}: {name}", "{title}", "{where}: {rule}"),
    description="{told}",
    urgency="{severity}",
    urgencies={"critical": Urgency.CRITICAL, "warning": Urgency.MEDIUM, "ok": Urgency.LOW},
    data={
        "url": "{page}",
        "runbook_url": "{proc}",
        "hostname": "{hostname}",
        "system_name": "{sysName}",
        "location": "{location}",
        "hardware": "{hardware}",
        "os": "{os}",
        "severity": "{severity}",
        "for": "{elapsed}",
        "rule": "{name}",
        "notes": "{alert_notes}",
    },
)
LISTED = 20  # faults

problems = urgencies.problems
verify = UNSIGNED
document = reading.document
read_alert = FIELDS.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An alert with its faults."""
    data = reading.mapping(request)
    server, device = values.setting(SERVER, options).rstrip("/"), values.text(data, "device_id")
    return read_alert.signals(
        {
            **data,
            "where": values.text(data, "display", "sysName", "hostname"),
            "told": described(data),
            "page": f"{server}/device/{device}" if server and device else "",
        },
        options,
    )


def described(data: Mapping[str, object]) -> str:
    """The message of the alert's template as text; without one, the faults in lines."""
    message = values.text(data, "msg")
    if message:
        return message
    found = values.find(data, "faults")
    faults = list(found.values()) if isinstance(found, dict) else found if isinstance(found, list) else []
    return "\n".join(values.kept(values.text(each, "string").strip(" ;") for each in faults[:LISTED]))


BODY = {
    "hostname": "10.0.0.1",
    "sysName": "sw1.example",
    "display": "sw1",
    "device_id": 17,
    "location": "Rack 4",
    "os": "ios",
    "title": "Alert for device sw1 - Port down",
    "alert_id": 99,
    "uid": 4711,
    "id": 4711,
    "rule_id": 3,
    "name": "Port down",
    "severity": "critical",
    "state": 1,
    "elapsed": "5m",
    "proc": "https://wiki.example/ports",
    "msg": "Alert for device sw1<br>Port Gi0/1 is <b>down</b>",
    "faults": {"1": {"ifName": "Gi0/1", "string": "port_id = 12; "}},
}
DATA = {
    "runbook_url": "https://wiki.example/ports",
    "hostname": "10.0.0.1",
    "system_name": "sw1.example",
    "location": "Rack 4",
    "os": "ios",
    "severity": "critical",
    "for": "5m",
    "rule": "Port down",
}
TEXT = "Alert for device sw1\nPort Gi0/1 is down"
EXAMPLES = (
    posted("an alert", BODY, signal(CREATE, "99", "sw1: Port down", TEXT, urgency=Urgency.CRITICAL, data=DATA)),
    posted(
        "somebody acknowledges it there",
        BODY | {"state": 2},
        signal(ACKNOWLEDGE, "99", "sw1: Port down", TEXT, urgency=Urgency.CRITICAL, data=DATA),
    ),
    posted(
        "another device, with the address of the web interface",
        BODY | {"alert_id": 100, "device_id": 18, "display": "sw2", "state": 3, "msg": ""},
        signal(
            CREATE,
            "100",
            "sw2: Port down",
            "port_id = 12",
            urgency=Urgency.CRITICAL,
            data={"url": "https://nms.example/device/18", **DATA},
        ),
        options={"server": "https://nms.example/"},
    ),
    posted(
        "it recovers",
        BODY | {"state": 0, "msg": "Device sw1 recovered"},
        signal(RESOLVE, "99", "sw1: Port down", "Device sw1 recovered", urgency=Urgency.CRITICAL, data=DATA),
    ),
)
