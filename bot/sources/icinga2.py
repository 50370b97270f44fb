"""Icinga 2, by a notification command."""

from bot.engine.model import Urgency
from bot.ports import Option
from bot.sources import checks, reading
from bot.sources.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "icinga2"
TITLE = "Icinga 2"
SETUP = """In Icinga 2, define a NotificationCommand of `curl -s {url}` with `--data-urlencode` arguments
NOTIFICATIONTYPE=$notification.type$, HOSTNAME=$host.name$, SERVICENAME=$service.name$,
SERVICESTATE=$service.state$, SERVICEOUTPUT=$service.output$ (for hosts HOSTSTATE=$host.state$,
HOSTOUTPUT=$host.output$), and apply Notifications of types Problem, Acknowledgement and Recovery."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "names of Icinga's own notification scripts; not captured"
KEYED_BY = "`HOSTNAME`;`SERVICENAME`, or `HOSTNAME`"

verify = UNSIGNED
document = reading.document

read = checks.read
BODY = (
    "NOTIFICATIONTYPE=PROBLEM&HOSTNAME=web1&SERVICENAME=http&SERVICESTATE=WARNING"
    "&SERVICEOUTPUT=HTTP+WARNING%3A+1.2+s&LONGDATETIME=2026-11-21+19%3A05%3A12+%2B0000"
)
TIME = {"time": "2026-11-21 19:05:12 +0000"}
EXAMPLES = (
    posted(
        "a host is down",
        "NOTIFICATIONTYPE=PROBLEM&HOSTNAME=db1&HOSTSTATE=DOWN&HOSTOUTPUT=PING+CRITICAL",
        signal(CREATE, "db1", "db1 is DOWN", "PING CRITICAL", urgency=Urgency.CRITICAL),
    ),
    posted(
        "a service warns",
        BODY,
        signal(CREATE, "web1;http", "web1 http is WARNING", "HTTP WARNING: 1.2 s", urgency=Urgency.MEDIUM, data=TIME),
    ),
    posted(
        "it recovers",
        BODY.replace("PROBLEM", "RECOVERY").replace("WARNING", "OK"),
        signal(RESOLVE, "web1;http", "web1 http is OK", "HTTP OK: 1.2 s", data=TIME),
    ),
    posted(
        "it is acknowledged at Icinga",
        BODY.replace("PROBLEM", "ACKNOWLEDGEMENT"),
        signal(
            ACKNOWLEDGE, "web1;http", "web1 http is WARNING", "HTTP WARNING: 1.2 s", urgency=Urgency.MEDIUM, data=TIME
        ),
    ),
)
