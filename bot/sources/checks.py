"""Host and service checks as Nagios notifies of them, and Icinga after it."""

import re
from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.ports import Request
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import ACKNOWLEDGE, CREATE, RESOLVE

MACRO = re.compile(r"\$[A-Z0-9_.:]+\$")
FIELDS = Fields(
    state="{NOTIFICATIONTYPE}",
    kinds={
        **dict.fromkeys(("problem", "custom", "flappingstart"), CREATE),
        "recovery": RESOLVE,
        "acknowledgement": ACKNOWLEDGE,
        **dict.fromkeys(("flappingstop", "flappingend", "flappingdisabled")),
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
    description=("{SERVICEOUTPUT}", "{HOSTOUTPUT}", "{OUTPUT}"),
    urgency=("{SERVICESTATE}", "{HOSTSTATE}", "{STATE}"),
    urgencies={
        "critical": Urgency.CRITICAL,
        "down": Urgency.CRITICAL,
        "unreachable": Urgency.HIGH,
        "unknown": Urgency.MEDIUM,
        "warning": Urgency.MEDIUM,
    },
    data={
        "address": "{HOSTADDRESS}",
        "time": "{LONGDATETIME}",
        "author": ("{NOTIFICATIONAUTHOR}", "{NOTIFICATIONAUTHORNAME}"),
        "comment": "{NOTIFICATIONCOMMENT}",
    },
)
read_check = FIELDS.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A check's state. Macros that were left as they are count as empty."""
    data = reading.mapping(request)
    return read_check.signals({name: value for name, value in data.items() if not is_macro(value)})


def is_macro(value: object) -> bool:
    """Whether a value is a macro's name, which stands where there was nothing to fill in."""
    return isinstance(value, str) and MACRO.fullmatch(value) is not None
