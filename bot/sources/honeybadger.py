"""Honeybadger: errors, uptime, check-ins and alarms."""

from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import HeaderToken

TOKEN = Option(name="token", label="Shared secret of the webhook at Honeybadger", secret=True)

NAME = "honeybadger"
TITLE = "Honeybadger"
SETUP = """In Honeybadger, project settings, Integrations, add a webhook with the URL {url}. If you give it a token,
set the same as token here."""
OPTIONS = (TOKEN,)
METHODS = ("POST",)
VERIFIED = "documented events and samples: docs.honeybadger.io/guides/integrations/payloads"
FIELDS = Fields(
    state="{event}",
    kinds={
        **dict.fromkeys(("occurred", "unresolved", "rate_exceeded", "volume_spike"), CREATE),
        **dict.fromkeys(("down", "check_in_missing", "cert_will_expire", "alarm_alert"), CREATE),
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
    title=("{message}", "{fault.klass}"),
    description="{fault.message}",
    tags="fault.tags",
    data={
        "url": ("{fault.url}", "{outage.details_url}", "{check_in.details_url}"),
        "project": "{project.name}",
        "environment": "{fault.environment}",
    },
)

read = FIELDS.reader()
document = reading.document

verify = HeaderToken(TOKEN, "honeybadger-token")
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
        signal(CREATE, "d3adb33f", "[Shop] Heroku is down.", data={"project": "Shop"}),
    ),
    posted("a deploy", {"event": "deployed", "message": "[Shop] deployed", "project": PROJECT}),
)
