"""Dead Man's Snitch, monitoring of scheduled jobs."""

from bot.payloads import reading
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import Basic
from bot.ports import Option

USER = Option(name="basic_user", label="User name, as in the hook's address at Dead Man's Snitch")
PASSWORD = Option(name="basic_password", label="Password, as in the hook's address", secret=True)

NAME = "dead_mans_snitch"
TITLE = "Dead Man's Snitch"
SETUP = """In Dead Man's Snitch, Integrations, add a webhook with the URL {url}; a name and password in it are sent as
basic authorization."""
OPTIONS = (USER, PASSWORD)
METHODS = ("POST",)
VERIFIED = "documented sample: deadmanssnitch.com/docs/integrations/webhooks"
PROBLEM = "one snitch"
APART = ("data.snitch.token",)
FIELDS = Fields(
    state="{type}",
    kinds={
        "snitch.missing": CREATE,
        "snitch.errored": CREATE,
        "snitch.reporting": RESOLVE,
        "snitch.paused": None,
        "snitch.pending": None,
    },
    key="{data.snitch.token}",
    title=("{data.snitch.name} is {data.snitch.status}", "{data.snitch.name} did not report"),
    description="{data.snitch.notes}",
    tags="data.snitch.tags",
    data={"url": "{data.snitch.href}", "status": "{data.snitch.status}"},
)

verify = Basic(USER, PASSWORD)
read = FIELDS.reader()
event_kind, TAKES = read.event_kind, FIELDS.takes
document = reading.document

SNITCH = {
    "token": "c2354d53d2",
    "name": "Critical hourly import",
    "notes": "Runs on worker-3",
    "tags": ["production", "critical"],
    "status": "missing",
    "previous_status": "healthy",
}
BODY = {"type": "snitch.missing", "timestamp": "2026-03-15T06:47:45.000Z", "data": {"snitch": SNITCH}}
TEXTS = ("c2354d53d2", "Critical hourly import is missing", "Runs on worker-3")
TAGS = ("production", "critical")
EXAMPLES = (
    posted("a job is missing", BODY, signal(CREATE, *TEXTS, tags=TAGS, data={"status": "missing"})),
    posted(
        "it reports again",
        BODY | {"type": "snitch.reporting", "data": {"snitch": SNITCH | {"status": "healthy"}}},
        signal(
            RESOLVE,
            "c2354d53d2",
            "Critical hourly import is healthy",
            "Runs on worker-3",
            tags=TAGS,
            data={"status": "healthy"},
        ),
    ),
)
