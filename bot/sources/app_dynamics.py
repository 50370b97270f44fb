"""AppDynamics, through an HTTP request template."""

from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "app_dynamics"
TITLE = "AppDynamics"
SETUP = """In AppDynamics, Alert & Respond, add an HTTP request template: POST to {url}, type application/json, and the
payload `{"event_type": "trigger", "incident_key": "${latestEvent.displayName}", "details": {"event_id":
"${latestEvent.incident.id}", "summary": "${latestEvent.summaryMessage}", "severity":
"${latestEvent.severity}", "url": "${latestEvent.deepLink}"}}`. Add a second template with `"event_type":
"resolve"` and use it in an action for the events that end or cancel a violation."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them; the template is ours"
FIELDS = Fields(
    state="{event_type}",
    kinds={"trigger": CREATE, "resolve": RESOLVE},
    key="{details.event_id}",
    title=("{incident_key}", "{description}"),
    description=("{details.summary}", "{details.message}", "{description}"),
    data={
        "url": "{details.url}",
        "application": "{details.application_name}",
        "node": "{details.node_name}",
        "severity": "{details.severity}",
    },
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

BODY = {
    "event_type": "trigger",
    "incident_key": "Response time of checkout is much higher than normal",
    "details": {"event_id": "2197", "summary": "Average 4,121 ms", "severity": "ERROR"},
}
EXAMPLES = (
    posted(
        "a violation starts",
        BODY,
        signal(
            CREATE,
            "2197",
            "Response time of checkout is much higher than normal",
            "Average 4,121 ms",
            data={"severity": "ERROR"},
        ),
    ),
    posted(
        "the violation ends",
        BODY | {"event_type": "resolve", "details": {"event_id": "2197"}},
        signal(RESOLVE, "2197", "Response time of checkout is much higher than normal"),
    ),
)
