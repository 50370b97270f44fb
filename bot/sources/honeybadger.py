"""Honeybadger: errors, uptime, check-ins and alarms."""

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Shared secret of the webhook at Honeybadger", secret=True)

NAME = "honeybadger"
TITLE = "Honeybadger"
SETUP = """In Honeybadger, project settings, Integrations, add a webhook with the URL {url}. If you give it a token,
set the same as token here."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "documented events and samples: docs.honeybadger.io/guides/integrations/payloads"
PROBLEM = "one fault, site, check-in or alarm; a certificate that expires is a problem by itself"
APART = ("fault.url", "site.id")
FIELDS = Fields(
    state="{event}",
    kinds={
        **dict.fromkeys(("occurred", "unresolved", "rate_exceeded", "volume_spike"), CREATE),
        **dict.fromkeys(("down", "check_in_missing", "alarm_alert"), CREATE),
        **dict.fromkeys(("resolved", "up", "check_in_reporting", "alarm_ok"), RESOLVE),
        **dict.fromkeys(("assigned", "commented", "deployed")),
    },
    key=(
        "{fault.url}",
        "{fault.id}",
        "{outage.details_url}",
        "{site.id}",
        "{check_in.details_url}",
        "{check_in.id}",
        "{alarm.url}",
        "{alarm.id}",
    ),
    title=("{message}", "{fault.klass}: {fault.message}", "{fault.klass}"),
    where=("{project.name}", "{fault.environment}", "{site.url}"),
    description="{fault.message}",
    urgency=("{alarm.severity}", "{fault.level}"),
    tags="fault.tags",
    data={
        "url": ("{fault.url}", "{outage.details_url}", "{check_in.details_url}", "{alarm.url}"),
        "project": "{project.name}",
        "environment": "{fault.environment}",
    },
)

CERTIFICATE = replace(
    FIELDS, kinds={"cert_will_expire": CREATE}, key=("{site.id}/certificate", "{site.url}/certificate")
)
STATES = {**FIELDS.kinds, "cert_will_expire": CREATE}
read_event, read_certificate = FIELDS.reader(), CERTIFICATE.reader()
event_kind, TAKES = read_event.event_kind, (*FIELDS.takes, *CERTIFICATE.takes)
problems = urgencies.problems
document = reading.document

verify = HeaderToken(TOKEN, "honeybadger-token")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An event. A certificate has a key of its own, because a site that is up does not mend it."""
    data = reading.mapping(request)
    expires = values.text(data, "event").lower().startswith("cert")
    return (read_certificate if expires else read_event).signals(data, options)


URL = "https://app.honeybadger.io/projects/1/faults/3"
FAULT = {"id": 3, "klass": "RuntimeError", "message": "boom", "environment": "production", "tags": ["cart"], "url": URL}
PROJECT = {"id": 1, "name": "Shop"}
DATA = {"url": URL, "project": "Shop", "environment": "production"}
OCCURRED = "[Shop/production] RuntimeError: boom"
SOLVED = "[Shop/production] RuntimeError resolved by Jane"
SITE = {"id": "d3adb33f", "name": "Heroku", "url": "http://shop.example"}
EXAMPLES = (
    posted(
        "an error occurs",
        {"event": "occurred", "message": OCCURRED, "project": PROJECT, "fault": FAULT},
        signal(CREATE, URL, OCCURRED, "boom", tags=("cart",), data=DATA),
    ),
    posted(
        "the error is resolved",
        {"event": "resolved", "message": SOLVED, "project": PROJECT, "fault": FAULT},
        signal(RESOLVE, URL, SOLVED, "boom", tags=("cart",), data=DATA),
    ),
    posted(
        "a site is down",
        {
            "event": "down",
            "message": "[Shop] Heroku is down.",
            "project": PROJECT,
            "site": SITE,
            "outage": {"reason": "x"},
        },
        signal(CREATE, "d3adb33f", "[Shop] Heroku is down. (shop.example)", data={"project": "Shop"}),
    ),
    posted(
        "its certificate expires, which the site being up does not mend",
        {
            "event": "cert_will_expire",
            "message": "[Shop] Heroku's certificate expires",
            "project": PROJECT,
            "site": SITE,
        },
        signal(
            CREATE,
            "d3adb33f/certificate",
            "[Shop] Heroku's certificate expires (shop.example)",
            data={"project": "Shop"},
        ),
    ),
    posted("a deploy", {"event": "deployed", "message": "[Shop] deployed", "project": PROJECT}),
)
