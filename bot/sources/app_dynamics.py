"""AppDynamics, through an HTTP request template."""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "app_dynamics"
TITLE = "AppDynamics"
SENDERS = (Sender("AppDynamics", "by an HTTP request template"),)
SETUP = """In AppDynamics, Alert & Respond, add an HTTP request template: POST to {url}, type application/json, and the
payload `{"event_type": "trigger", "incident_key": "${latestEvent.displayName}", "details": {"event_id":
"${latestEvent.incident.id}", "summary": "${latestEvent.summaryMessage}", "severity":
"${latestEvent.severity}", "url": "${latestEvent.deepLink}", "application_name": "${latestEvent.application.name}",
"node_name": "${latestEvent.node.name}"}}`. Add a second template with `"event_type":
"resolve"` and use it in an action for the events that end or cancel a violation."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them; the template is ours"
PROBLEM = "one violation of a health rule (an incident)"
APART = ("details.event_id",)
FIELDS = Fields(
    state="{event_type}",
    kinds={
        **dict.fromkeys(("trigger", "open", "continues", "upgraded", "downgraded"), CREATE),
        **dict.fromkeys(("resolve", "close", "cancel", "end"), RESOLVE),
        "acknowledge": ACKNOWLEDGE,
    },
    key="{details.event_id}",
    title=("{incident_key}", "{description}", "{details.summary}"),
    where=("{details.application_name}", "{details.tier_name}", "{details.node_name}"),
    description=("{details.summary}", "{details.message}", "{description}"),
    urgency=("{details.severity}", "{severity}", "{details.priority}"),
    data={
        "url": "{details.url}",
        "tier": "{details.tier_name}",
        "application": "{details.application_name}",
        "node": "{details.node_name}",
        "severity": "{details.severity}",
    },
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

BODY = {
    "event_type": "trigger",
    "incident_key": "Response time of checkout is much higher than normal",
    "details": {
        "event_id": "2197",
        "summary": "Average 4,121 ms",
        "severity": "ERROR",
        "application_name": "checkout",
        "node_name": "web1",
    },
}
EXAMPLES = (
    posted(
        "a violation starts",
        BODY,
        signal(
            CREATE,
            "2197",
            "Response time of checkout is much higher than normal (web1)",
            "Average 4,121 ms",
            urgency=Urgency.HIGH,
            data={"application": "checkout", "node": "web1", "severity": "ERROR"},
        ),
    ),
    posted(
        "the violation ends",
        BODY | {"event_type": "resolve", "details": {"event_id": "2197"}},
        signal(RESOLVE, "2197", "Response time of checkout is much higher than normal"),
    ),
)
