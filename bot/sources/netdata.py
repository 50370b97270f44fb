"""Netdata: the agent, by its notification for Opsgenie, and Netdata Cloud, by its webhook.

Formats: netdata/netdata, src/health/notifications/alarm-notify.sh.in, and learn.netdata.cloud, Webhook. Netdata
names one alert by node, chart and alert, and so does the key.
"""

from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Example, Option, Request

AGENT = "/v1/json/integrations/webhooks/netdata"
"""Where the agent sends what is for Opsgenie, below the address of its server."""

TOKEN = Option(name="token", label="Bearer token that Netdata Cloud sends (the agent sends none)", secret=True)

NAME = "netdata"
TITLE = "Netdata"
SENDERS = (
    Sender("Netdata agents", "by their notification for Opsgenie, whose address can be set"),
    Sender("Netdata Cloud", "by its webhook"),
)
SETUP = """For agents: in health_alarm_notify.conf set `SEND_OPSGENIE="YES"`, `OPSGENIE_API_URL` to this bot's
address (what stands before /integrations in {url}) and `OPSGENIE_API_KEY` to the last part of {url}. Try it with
`alarm-notify.sh test`. For Netdata Cloud: Space settings, Alerts and Notifications, add a Webhook with the URL
{url} and, if a token is set here, Bearer with the same. The test's token for the verification is in the payload:
look with `/pagertree integration logs`."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "real program in the tests: alarm-notify.sh of Netdata 1.37; documented fields of Netdata Cloud"
PROBLEM = "one alert of one chart on one node, or whether a node is reached"
APART = ("host", "chart", "name", "alert")
TITLED_BY = "`host`, `name` and `chart` with the state; of Netdata Cloud `message` where no host is sent"
URGENCY_BY = "the state"
LINKED_BY = "`alert_url` or `url` of Netdata Cloud"
STATES: Mapping[str, SignalKind | None] = {
    "CRITICAL, WARNING; unreachable": CREATE,
    "CLEAR; reachable": RESOLVE,
    "REMOVED, UNDEFINED, UNINITIALIZED; the verification": None,
}
KEYED_BY = (
    "`host`/`chart`/`name` of agents; the node (else the page of the alert), `chart` and `alert` of Netdata Cloud"
)
KINDS = {
    **dict.fromkeys(("critical", "warning"), CREATE),
    "clear": RESOLVE,
    **dict.fromkeys(("removed", "undefined", "uninitialized")),
}
URGENCIES = {"critical": Urgency.CRITICAL, "warning": Urgency.MEDIUM}
ALARMS = Fields(
    state="{status}",
    kinds=KINDS,
    key="{host}/{chart}/{name}",
    title=("{host}: {name} on {chart} is {status}", "{host}: {name}"),
    description="{info}",
    urgency="{status}",
    urgencies=URGENCIES,
    data={
        "host": "{host}",
        "chart": "{chart}",
        "value": ("{value} {units}", "{value}"),
        "was": "{old_status}",
        "source": "{src}",
        "total_warnings": "{total_warnings}",
        "total_critical": "{total_critical}",
    },
)
CLOUD = Fields(
    state="{severity}",
    kinds=KINDS,
    key="{node}/{chart}/{alert}",
    title=("{host}: {alert} on {chart} is {severity}", "{message}", "{alert} on {chart} is {severity}", "{alert}"),
    description=("{message}\n{info}", "{message}", "{info}"),
    urgency="{severity}",
    urgencies=URGENCIES,
    data={
        "url": ("{alert_url}", "{url}"),
        "host": "{host}",
        "chart": "{chart}",
        "context": "{context}",
        "family": "{family}",
        "class": "{class}",
        "space": "{space}",
        "duration": "{duration}",
        "critical_alerts_beside_it": "{additional_active_critical_alerts}",
        "warnings_beside_it": "{additional_active_warning_alerts}",
    },
)
REACHABILITY = Fields(
    state="{status.text}",
    kinds={"unreachable": CREATE, "reachable": RESOLVE},
    key="{host}/reachability",
    title=("{host} is {status.text}", "{message}"),
    description="{message}",
    urgency="{severity}",
    urgencies=URGENCIES,
    data={"url": "{url}", "host": "{host}"},
)

problems = urgencies.problems
verify = HeaderToken(TOKEN, "authorization", "Bearer ")
document = reading.document
read_alarm, read_cloud, read_reachability = ALARMS.reader(), CLOUD.reader(), REACHABILITY.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An alert of an agent or of Netdata Cloud, or whether a node is reached. Its verification asks for nobody."""
    data = reading.mapping(request)
    if isinstance(data.get("status"), dict):
        return read_reachability.signals(data, options)
    if "alert" in data or "severity" in data:
        return read_cloud.signals({**data, "node": node(data)}, options)
    if values.text(data, "token") and not values.text(data, "status", "name"):
        return ()
    return read_alarm.signals(data, options)


TAKES = ("alert", "reachability")


def event_kind(request: Request) -> str:
    """What a payload is about. Raises `Unreadable`."""
    data = reading.mapping(request)
    if "alert" in data or "status" in data:
        return values.text(data, "status").lower() or "alert"
    return "verification"


def node(data: Mapping[str, object]) -> str:
    """Which node an alert is of; where its name is not sent, the address of the alert's page stands for it."""
    return values.text(data, "host", "node") or values.text(data, "alert_url").partition("?")[0]


ALARM = {
    "host": "web1",
    "unique_id": "1763751552",
    "alarmId": 1763751500,
    "eventId": 4,
    "chart": "disk_space._var",
    "when": 1795287912,
    "name": "disk_space_usage",
    "priority": "P1",
    "status": "CRITICAL",
    "old_status": "WARNING",
    "value": 98.1,
    "old_value": 89.9,
    "units": "%",
    "info": "is CRITICAL, disk /var space utilization",
    "total_warnings": "2",
    "total_critical": "1",
    "src": "line=12,file=/usr/lib/netdata/conf.d/health.d/disks.conf",
}
DATA = {
    "host": "web1",
    "chart": "disk_space._var",
    "value": "98.1 %",
    "was": "WARNING",
    "source": "line=12,file=/usr/lib/netdata/conf.d/health.d/disks.conf",
    "total_warnings": "2",
    "total_critical": "1",
}
ALERT = {
    "message": "web2, is CRITICAL, RAM in use = 97%",
    "alert": "ram_in_use",
    "info": "system memory utilization",
    "chart": "system.ram",
    "context": "system.ram",
    "space": "Shop",
    "family": "ram",
    "class": "Utilization",
    "severity": "critical",
    "duration": "1 minute",
    "additional_active_critical_alerts": 1,
    "additional_active_warning_alerts": 0,
    "alert_url": "https://app.netdata.cloud/spaces/shop/rooms/all/alerts/4711?transition_id=1",
}
SAID = {
    "url": ALERT["alert_url"],
    "chart": "system.ram",
    "context": "system.ram",
    "family": "ram",
    "class": "Utilization",
    "space": "Shop",
    "duration": "1 minute",
    "critical_alerts_beside_it": "1",
    "warnings_beside_it": "0",
}
GONE = {
    "message": "web3 is unreachable",
    "url": "https://app.netdata.cloud/spaces/shop/nodes/web3",
    "host": "web3",
    "severity": "critical",
    "status": {"reachable": False, "text": "unreachable"},
}
REACHED = GONE | {"message": "web3 is back", "severity": "info", "status": {"reachable": True, "text": "reachable"}}
PAGE = "https://app.netdata.cloud/spaces/shop/rooms/all/alerts/4711"
EXAMPLES: tuple[Example, ...] = (
    posted(
        "an agent's alert",
        ALARM,
        signal(
            CREATE,
            "web1/disk_space._var/disk_space_usage",
            "web1: disk_space_usage on disk_space._var is CRITICAL",
            "is CRITICAL, disk /var space utilization",
            urgency=Urgency.CRITICAL,
            data=DATA,
        ),
    ),
    posted(
        "it is clear",
        ALARM | {"status": "CLEAR", "old_status": "CRITICAL", "value": None},
        signal(
            RESOLVE,
            "web1/disk_space._var/disk_space_usage",
            "web1: disk_space_usage on disk_space._var is CLEAR",
            "is CRITICAL, disk /var space utilization",
            data={name: said for name, said in DATA.items() if name != "value"} | {"was": "CRITICAL"},
        ),
    ),
    posted(
        "an alert of Netdata Cloud",
        ALERT,
        signal(
            CREATE,
            f"{PAGE}/system.ram/ram_in_use",
            "web2, is CRITICAL, RAM in use = 97%",
            "web2, is CRITICAL, RAM in use = 97%\nsystem memory utilization",
            urgency=Urgency.CRITICAL,
            data=SAID,
        ),
    ),
    posted(
        "it is clear at Netdata Cloud",
        ALERT | {"severity": "clear", "message": "web2, recovered"},
        signal(
            RESOLVE,
            f"{PAGE}/system.ram/ram_in_use",
            "web2, recovered",
            "web2, recovered\nsystem memory utilization",
            data=SAID,
        ),
    ),
    posted(
        "a node is not reached",
        GONE,
        signal(
            CREATE,
            "web3/reachability",
            "web3 is unreachable",
            "web3 is unreachable",
            urgency=Urgency.CRITICAL,
            data={"url": GONE["url"], "host": "web3"},
        ),
    ),
    posted(
        "the node is back",
        REACHED,
        signal(
            RESOLVE,
            "web3/reachability",
            "web3 is reachable",
            "web3 is back",
            urgency=Urgency.LOW,
            data={"url": GONE["url"], "host": "web3"},
        ),
    ),
    posted("Netdata Cloud wants to verify", {"message": "Test notification", "token": "7d1f"}),
)
