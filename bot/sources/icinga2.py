"""Icinga 2, by a notification command."""

from dataclasses import replace

from bot.engine.model import Urgency
from bot.payloads import checks, reading, urgencies
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "icinga2"
TITLE = "Icinga 2"
SETUP = """In Icinga 2, define a NotificationCommand for services with `command = [ "curl", "-s", "{url}",
"--data-urlencode", "NOTIFICATIONTYPE=$notification.type$", "--data-urlencode", "HOSTNAME=$host.name$",
"--data-urlencode", "SERVICENAME=$service.name$", "--data-urlencode", "SERVICESTATE=$service.state$",
"--data-urlencode", "SERVICEOUTPUT=$service.output$" ]` and one for hosts with `command = [ "curl", "-s", "{url}",
"--data-urlencode", "NOTIFICATIONTYPE=$notification.type$", "--data-urlencode", "HOSTNAME=$host.name$",
"--data-urlencode", "HOSTSTATE=$host.state$", "--data-urlencode", "HOSTOUTPUT=$host.output$" ]`. Apply Notifications
of types Problem, Acknowledgement and Recovery with them."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "real program in the tests: Icinga 2.13, its services and hosts"
PROBLEM = "one service of a host, or the host"
APART = ("HOSTNAME", "SERVICENAME")
FIELDS = replace(checks.FIELDS, state="{NOTIFICATIONTYPE}")
KEYED_BY = "`HOSTNAME`;`SERVICENAME`, or `HOSTNAME`"

problems = urgencies.problems
verify = UNSIGNED
document = reading.document

read = checks.read
event_kind, TAKES = checks.event_kind, checks.TAKES
BODY = (
    "NOTIFICATIONTYPE=PROBLEM&HOSTNAME=web1&SERVICENAME=http&SERVICESTATE=WARNING"
    "&SERVICEOUTPUT=HTTP+WARNING%3A+1.2+s&LONGDATETIME=2026-11-21+19%3A05%3A12+%2B0000"
)
HOST = (
    "NOTIFICATIONTYPE=PROBLEM&HOSTNAME=web1&HOSTSTATE=DOWN&HOSTOUTPUT=connect+to+address+127.0.0.1+and+port+40129"
    "%3A+Connection+refused%0AHTTP+CRITICAL+-+Unable+to+open+TCP+socket"
)
TIME = {"time": "2026-11-21 19:05:12 +0000"}
EXAMPLES = (
    posted(
        "a host is down",
        HOST,
        signal(
            CREATE,
            "web1",
            "web1 is DOWN",
            "connect to address 127.0.0.1 and port 40129: Connection refused\n"
            "HTTP CRITICAL - Unable to open TCP socket",
            urgency=Urgency.CRITICAL,
        ),
    ),
    posted(
        "the host is up",
        "NOTIFICATIONTYPE=RECOVERY&HOSTNAME=web1&HOSTSTATE=UP"
        "&HOSTOUTPUT=HTTP+OK%3A+HTTP%2F1.0+200+OK+-+114+bytes+in+0.005+second+response+time+",
        signal(RESOLVE, "web1", "web1 is UP", "HTTP OK: HTTP/1.0 200 OK - 114 bytes in 0.005 second response time"),
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
