"""Checkmk, by a notification script that sends the variables that Checkmk gives it.

Variables: docs.checkmk.com, Notifications, and cmk/notification_plugins. A key stands for a host, a service of a host,
or an event of the Event Console, each in its site: two sites may both have a `localhost`.
"""

from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.attached import attach
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Token that the script puts into the header pagertree-token", secret=True)
SERVER = Option(
    name="server",
    is_address=True,
    label="Address of Checkmk's web interface, such as https://monitor.example, for links",
)

NAME = "checkmk"
TITLE = "Checkmk"
SENDERS = (
    Sender(
        "Checkmk", "by a notification script, or its own Opsgenie method with the bot's address", also=("opsgenie",)
    ),
)
SETUP = """As the site's user, save this as `~/local/share/check_mk/notifications/oncall` and `chmod +x` it:
`#!/usr/bin/env python3`
`# On-call`
`import json, os, urllib.request as web`
`sent = {name: value for name, value in os.environ.items() if name.startswith("NOTIFY_")}`
`headers = {"content-type": "application/json"}`
`web.urlopen(web.Request("{url}", json.dumps(sent).encode(), headers), timeout=20)`
Then, under Setup, Notifications, add a rule with the method On-call and all event types, and one user as its contact:
Checkmk calls the script once for each. Checkmk's own method Opsgenie works too, with a type opsgenie here."""
OPTIONS = (TOKEN, SERVER, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "the sender's documented variables: docs.checkmk.com, Notifications, and cmk/notification_plugins"
PROBLEM = "one service of a host, the host, or one event of the Event Console, in its site"
APART = ("NOTIFY_OMD_SITE", "NOTIFY_HOSTNAME", "NOTIFY_SERVICEDESC", "HOSTNAME")
LINKED_BY = "`SERVICEURL` or `HOSTURL` behind the option `server`"
KEYED_BY = "`OMD_SITE`/`HOSTNAME`;`SERVICEDESC`, or without the service; `OMD_SITE`/EC/`EC_ID` of the Event Console"
PREFIX = "NOTIFY_"
FIELDS = Fields(
    state="{said}",
    kinds={
        **dict.fromkeys(("problem", "custom", "flappingstart", "flapping goes on"), CREATE),
        "recovery": RESOLVE,
        "acknowledgement": ACKNOWLEDGE,
        **dict.fromkeys(("downtimestart", "downtimeend", "downtimecancelled", "alerthandler")),
    },
    key=(
        "{OMD_SITE}/EC/{EC_ID}",
        "{OMD_SITE}/{HOSTNAME};{SERVICEDESC}",
        "{HOSTNAME};{SERVICEDESC}",
        "{OMD_SITE}/{HOSTNAME}",
        "{HOSTNAME}",
    ),
    title=(
        "{HOSTNAME} {SERVICEDESC} is {SERVICESTATE}",
        "{HOSTNAME} {SERVICEDESC}",
        "{HOSTNAME} is {HOSTSTATE}",
        "{HOSTNAME}",
    ),
    description=("{SERVICEOUTPUT}\n{LONGSERVICEOUTPUT}", "{SERVICEOUTPUT}", "{HOSTOUTPUT}"),
    urgency=("{SERVICESTATE}", "{HOSTSTATE}"),
    urgencies={
        **dict.fromkeys(("critical", "crit", "down"), Urgency.CRITICAL),
        **dict.fromkeys(("unreachable", "unreach"), Urgency.HIGH),
        **dict.fromkeys(("unknown", "unkn", "warning", "warn"), Urgency.MEDIUM),
    },
    data={
        "url": ("{server}{SERVICEURL}", "{server}{HOSTURL}"),
        "page": ("{SERVICEURL}", "{HOSTURL}"),
        "runbook_url": ("{SERVICENOTESURL}", "{HOSTNOTESURL}"),
        "site": "{OMD_SITE}",
        "address": "{HOSTADDRESS}",
        "host_alias": "{HOSTALIAS}",
        "author": "{NOTIFICATIONAUTHOR}",
        "comment": "{NOTIFICATIONCOMMENT}",
        "contact_groups": ("{SERVICECONTACTGROUPNAMES}", "{HOSTCONTACTGROUPNAMES}"),
        "time": "{SHORTDATETIME}",
    },
)
LABELS = ("SERVICELABEL_", "HOSTLABEL_")
WELL = frozenset({"OK", "UP"})

problems = urgencies.problems
verify = HeaderToken(TOKEN, "pagertree-token")
document = reading.document
read_variables = FIELDS.reader()
TAKES = FIELDS.takes


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A notification by its variables, with Checkmk's prefix or without."""
    sent = {name.removeprefix(PREFIX): value for name, value in reading.mapping(request).items()}
    known = {name: value for name, value in sent.items() if not (isinstance(value, str) and value.startswith("$"))}
    found = read_variables.signals(
        {
            **known,
            "said": happened(known),
            "server": values.setting(SERVER, options).rstrip("/"),
        },
        options,
    )
    return attach(found, {"labels": labels(known)})


def event_kind(request: Request) -> str:
    """What a notification is about. Raises `Unreadable`."""
    sent = reading.mapping(request)
    return values.text(sent, f"{PREFIX}NOTIFICATIONTYPE", "NOTIFICATIONTYPE").lower().partition(" ")[0]


def happened(sent: Mapping[str, object]) -> str:
    """What the notification is about; the end of flapping is a recovery, or a problem that goes on."""
    said = values.text(sent, "NOTIFICATIONTYPE").lower().partition(" ")[0]
    if said != "flappingstop":
        return said
    state = values.text(sent, "SERVICESTATE", "HOSTSTATE")
    return "recovery" if state in WELL else "flapping goes on"


def labels(sent: Mapping[str, object]) -> dict[str, str]:
    """The labels of the host and of the service, by their names."""
    found = ((name, prefix) for prefix in reversed(LABELS) for name in sent if name.startswith(prefix))
    return {name.removeprefix(prefix): values.text(sent, name) for name, prefix in found if values.text(sent, name)}


BODY = {
    "NOTIFY_WHAT": "SERVICE",
    "NOTIFY_NOTIFICATIONTYPE": "PROBLEM",
    "NOTIFY_OMD_SITE": "prod",
    "NOTIFY_HOSTNAME": "esx4",
    "NOTIFY_HOSTADDRESS": "10.9.0.4",
    "NOTIFY_HOSTLABEL_cmk/os_family": "linux",
    "NOTIFY_HOSTSTATE": "UP",
    "NOTIFY_SERVICEDESC": "Filesystem /var",
    "NOTIFY_SERVICESTATE": "CRITICAL",
    "NOTIFY_SERVICEOUTPUT": "Used: 97% - 19.4 GiB of 20.0 GiB (warn/crit at 80%/90%)(!!)",
    "NOTIFY_SERVICEURL": "/prod/check_mk/view.py?view_name=service&host=esx4&service=Filesystem+%2Fvar",
    "NOTIFY_SERVICENOTESURL": "https://wiki.example/filesystem",
    "NOTIFY_SHORTDATETIME": "2026-11-21 19:05:12",
}
KEY = "prod/esx4;Filesystem /var"
PAGE = BODY["NOTIFY_SERVICEURL"]
DATA = {
    "page": PAGE,
    "runbook_url": "https://wiki.example/filesystem",
    "site": "prod",
    "address": "10.9.0.4",
    "time": "2026-11-21 19:05:12",
    "labels": {"cmk/os_family": "linux"},
}
OUTPUT = BODY["NOTIFY_SERVICEOUTPUT"]
RECOVERY = BODY | {"NOTIFY_NOTIFICATIONTYPE": "RECOVERY", "NOTIFY_SERVICESTATE": "OK", "NOTIFY_SERVICEOUTPUT": "53%"}
HOST = {
    "WHAT": "HOST",
    "NOTIFICATIONTYPE": "PROBLEM",
    "OMD_SITE": "prod",
    "HOSTNAME": "esx4",
    "HOSTSTATE": "DOWN",
    "HOSTOUTPUT": "CRITICAL - 10.9.0.4: rta nan, lost 100%",
}
EXAMPLES = (
    posted(
        "a service is critical",
        BODY,
        signal(CREATE, KEY, "esx4 Filesystem /var is CRITICAL", OUTPUT, urgency=Urgency.CRITICAL, data=DATA),
    ),
    posted(
        "it recovers",
        RECOVERY,
        signal(RESOLVE, KEY, "esx4 Filesystem /var is OK", "53%", data=DATA),
    ),
    posted(
        "another service of the host, with the address of the web interface",
        BODY | {"NOTIFY_SERVICEDESC": "CPU load", "NOTIFY_SERVICESTATE": "WARNING"},
        signal(
            CREATE,
            "prod/esx4;CPU load",
            "esx4 CPU load is WARNING",
            OUTPUT,
            urgency=Urgency.MEDIUM,
            data=DATA | {"url": f"https://monitor.example{PAGE}"},
        ),
        options={"server": "https://monitor.example/"},
    ),
    posted(
        "the host is down, without the prefix",
        HOST,
        signal(
            CREATE,
            "prod/esx4",
            "esx4 is DOWN",
            "CRITICAL - 10.9.0.4: rta nan, lost 100%",
            urgency=Urgency.CRITICAL,
            data={"site": "prod"},
        ),
    ),
    posted(
        "somebody acknowledges at Checkmk",
        HOST | {"NOTIFICATIONTYPE": "ACKNOWLEDGEMENT", "NOTIFICATIONAUTHOR": "cmkadmin"},
        signal(
            ACKNOWLEDGE,
            "prod/esx4",
            "esx4 is DOWN",
            "CRITICAL - 10.9.0.4: rta nan, lost 100%",
            urgency=Urgency.CRITICAL,
            data={"site": "prod", "author": "cmkadmin"},
        ),
    ),
    posted(
        "flapping ends well",
        RECOVERY | {"NOTIFY_NOTIFICATIONTYPE": "FLAPPINGSTOP"},
        signal(RESOLVE, KEY, "esx4 Filesystem /var is OK", "53%", data=DATA),
    ),
    posted("a downtime begins", BODY | {"NOTIFY_NOTIFICATIONTYPE": "DOWNTIMESTART"}),
    posted("an alert handler ran", BODY | {"NOTIFY_NOTIFICATIONTYPE": "ALERTHANDLER (SUCCEEDED)"}),
)
