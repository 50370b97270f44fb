"""Host and service checks as Nagios notifies of them, and Icinga after it."""

import re
from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, values
from bot.payloads.fields import Fields
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE
from bot.ports import Request

WELL = "ok"
NAMES = {
    "HOST": "HOSTNAME",
    "SERVICE": "SERVICEDESC",
    "SERVICEDESCRIPTION": "SERVICEDESC",
    "TYPE": "NOTIFICATIONTYPE",
    "SERVICEDISPLAYNAME": "SERVICENAME",
}
"""Macros as people's own commands name them; `host_name` and `hostName` are HOSTNAME, too."""
GOOD = frozenset({"ok", "up"})
MACRO = re.compile(r"\$[A-Z0-9_.:]{1,100}\$")
FIELDS = Fields(
    state="{said}",
    kinds={
        **dict.fromkeys(("problem", "custom", "flappingstart"), CREATE),
        **dict.fromkeys(("recovery", f"flappingstop {WELL}", f"flappingend {WELL}"), RESOLVE),
        **dict.fromkeys(("flappingstop", "flappingend"), CREATE),
        "acknowledgement": ACKNOWLEDGE,
        **dict.fromkeys(("flappingdisabled", f"flappingdisabled {WELL}", "alerthandler")),
        **dict.fromkeys(("downtimestart", "downtimestop", "downtimeend", "downtimecancelled", "downtimeremoved")),
    },
    key=("{HOSTNAME};{SERVICEDESC}", "{HOSTNAME};{SERVICENAME}", "{HOSTNAME}"),
    title=(
        "{HOSTNAME} {SERVICEDESC} is {SERVICESTATE}",
        "{HOSTNAME} {SERVICENAME} is {SERVICESTATE}",
        "{HOSTNAME} {SERVICEDESC} is {STATE}",
        "{HOSTNAME} {SERVICENAME} is {STATE}",
        "{HOSTNAME} is {HOSTSTATE}",
        "{HOSTNAME} is {STATE}",
        "{HOSTNAME}",
    ),
    description=(
        "{SERVICEOUTPUT}\n{LONGSERVICEOUTPUT}",
        "{SERVICEOUTPUT}",
        "{HOSTOUTPUT}\n{LONGHOSTOUTPUT}",
        "{HOSTOUTPUT}",
        "{OUTPUT}",
    ),
    urgency=("{SERVICESTATE}", "{HOSTSTATE}", "{STATE}"),
    urgencies={
        "critical": Urgency.CRITICAL,
        "down": Urgency.CRITICAL,
        "unreachable": Urgency.HIGH,
        "unknown": Urgency.MEDIUM,
        "warning": Urgency.MEDIUM,
    },
    data={
        "url": ("{SERVICEURL}", "{HOSTURL}", "{SERVICEACTIONURL}", "{HOSTACTIONURL}", "{URL}"),
        "runbook_url": ("{SERVICENOTESURL}", "{HOSTNOTESURL}", "{NOTESURL}"),
        "address": "{HOSTADDRESS}",
        "time": "{LONGDATETIME}",
        "author": ("{NOTIFICATIONAUTHOR}", "{NOTIFICATIONAUTHORNAME}"),
        "comment": "{NOTIFICATIONCOMMENT}",
    },
)
read_check = FIELDS.reader()
TAKES = FIELDS.takes


def event_kind(request: Request) -> str:
    """What a notification is about. Raises `Unreadable`."""
    return values.text(macros(request), "NOTIFICATIONTYPE").partition("(")[0].strip().lower()


def macros(request: Request) -> dict[str, object]:
    """What was sent, by the names of Nagios' macros, without those that were not filled in. Raises `Unreadable`."""
    sent = {name: value for name, value in reading.mapping(request).items() if not is_macro(value)}
    named = ((name.replace("_", "").upper(), value) for name, value in sent.items())
    return {NAMES.get(name, name): value for name, value in named} | sent


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A check's state. Macros that were left as they are count as empty.

    Flapping that ends well is the end of its alert; `DOWNTIMESTART (…)` and the like count by their first word.
    """
    sent = macros(request)
    said = values.text(sent, "NOTIFICATIONTYPE").partition("(")[0].strip().lower()
    state = values.text(sent, "SERVICESTATE", "HOSTSTATE", "STATE").lower()
    ended = said.startswith("flapping") and said != "flappingstart" and state in GOOD
    return read_check.signals({**sent, "said": f"{said} {WELL}" if ended else said}, options)


def is_macro(value: object) -> bool:
    """Whether a value is a macro's name, which stands where there was nothing to fill in."""
    return isinstance(value, str) and MACRO.fullmatch(value) is not None
