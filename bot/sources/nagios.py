"""Nagios, by a notification command."""

from dataclasses import replace

from bot.engine.model import Urgency
from bot.payloads import checks, reading, urgencies
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "nagios"
TITLE = "Nagios"
SENDERS = (Sender("Nagios and its kind"),)
SETUP = """In Nagios, define two notification commands with `curl -s {url}` and these, the first for services, the
second for hosts: `-d NOTIFICATIONTYPE="$NOTIFICATIONTYPE$" -d HOSTNAME="$HOSTNAME$" -d
SERVICEDESC="$SERVICEDESC$" -d SERVICESTATE="$SERVICESTATE$" --data-urlencode
SERVICEOUTPUT="$SERVICEOUTPUT$"` `-d NOTIFICATIONTYPE="$NOTIFICATIONTYPE$" -d HOSTNAME="$HOSTNAME$" -d
HOSTSTATE="$HOSTSTATE$" --data-urlencode HOSTOUTPUT="$HOSTOUTPUT$"` Give them to a contact whose
notification options include recovery."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "real program in the tests: Nagios 4.4"
PROBLEM = "one service of a host, or the host"
APART = ("HOSTNAME", "SERVICEDESC")
FIELDS = replace(checks.FIELDS, state="{NOTIFICATIONTYPE}")
KEYED_BY = "`HOSTNAME`;`SERVICEDESC`, or `HOSTNAME`"

problems = urgencies.problems
verify = UNSIGNED
document = reading.document

read = checks.read
event_kind, TAKES = checks.event_kind, checks.TAKES
BODY = {
    "what": "svc",
    "NOTIFICATIONTYPE": "PROBLEM",
    "HOSTNAME": "web1",
    "SERVICEDESC": "HTTP",
    "STATE": "CRITICAL",
    "OUTPUT": "connect to address 127.0.0.1 and port 9198: Connection refused",
    "PROBLEMID": "1",
    "LASTPROBLEMID": "0",
    "LONGDATETIME": "Sat Nov 21 19:05:12 UTC 2026",
}
TIME = {"time": "Sat Nov 21 19:05:12 UTC 2026"}
TEXTS = ("web1;HTTP", "web1 HTTP is CRITICAL", "connect to address 127.0.0.1 and port 9198: Connection refused")
EXAMPLES = (
    posted("a service is critical", BODY, signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=TIME)),
    posted(
        "it is acknowledged at Nagios",
        BODY | {"NOTIFICATIONTYPE": "ACKNOWLEDGEMENT"},
        signal(ACKNOWLEDGE, *TEXTS, urgency=Urgency.CRITICAL, data=TIME),
    ),
    posted(
        "it recovers",
        BODY | {"NOTIFICATIONTYPE": "RECOVERY", "STATE": "OK", "OUTPUT": "HTTP OK"},
        signal(RESOLVE, "web1;HTTP", "web1 HTTP is OK", "HTTP OK", data=TIME),
    ),
    posted(
        "a host is down, sent as a form",
        "NOTIFICATIONTYPE=PROBLEM&HOSTNAME=db1&SERVICEDESC=%24SERVICEDESC%24&HOSTSTATE=DOWN&HOSTOUTPUT=PING+CRITICAL",
        signal(CREATE, "db1", "db1 is DOWN", "PING CRITICAL", urgency=Urgency.CRITICAL),
    ),
    posted(
        "flapping ends well",
        BODY | {"NOTIFICATIONTYPE": "FLAPPINGSTOP", "STATE": "OK", "OUTPUT": "HTTP OK"},
        signal(RESOLVE, "web1;HTTP", "web1 HTTP is OK", "HTTP OK", data=TIME),
    ),
    posted(
        "flapping ends, and the service is not well",
        BODY | {"NOTIFICATIONTYPE": "FLAPPINGSTOP"},
        signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=TIME),
    ),
    posted("a handler ran", BODY | {"NOTIFICATIONTYPE": "ALERTHANDLER (SUCCEEDED)"}),
    posted("a downtime starts", BODY | {"NOTIFICATIONTYPE": "DOWNTIMESTART"}),
)
