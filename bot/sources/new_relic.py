"""New Relic: workflows, and the legacy alert channels."""

from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "new_relic"
TITLE = "New Relic"
SETUP = """In New Relic, Alerts, Workflows, add a destination of type Webhook with the URL {url} and keep the default
payload, which has `id`, `title`, `state` and `issueUrl`."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "published samples of workflow and legacy payloads"
FIELDS = Fields(
    state=("{state}", "{current_state}", "{event_type}"),
    kinds={
        **dict.fromkeys(("created", "activated", "open", "incident_open"), CREATE),
        **dict.fromkeys(("acknowledged", "incident_acknowledged"), ACKNOWLEDGE),
        **dict.fromkeys(("closed", "incident_resolved"), RESOLVE),
    },
    key=("{incident_id}", "{id}"),
    title=("{condition_name}", "{title}", "{title.0}"),
    description="{details}",
    data={
        "url": ("{incident_url}", "{issueUrl}"),
        "account": "{account_name}",
        "priority": ("{priority}", "{severity}"),
        "runbook_url": "{runbook_url}",
    },
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

ISSUE = {
    "id": "d1b1f3fd-995a-4066-88ab-8ce4f6960654",
    "issueUrl": "https://one.newrelic.com/issues/0ea2df1c",
    "title": "Memory Used % > 90 for at least 2 minutes on 'web1'",
    "priority": "CRITICAL",
    "impactedEntities": ["web1"],
    "totalIncidents": 1,
    "state": "ACTIVATED",
    "trigger": "STATE_CHANGE",
    "alertConditionNames": ["Memory high"],
    "workflowName": "oncall",
}
LEGACY = {
    "account_name": "acme",
    "condition_name": "CPU high",
    "current_state": "open",
    "details": "CPU > 90 %",
    "event_type": "INCIDENT",
    "incident_id": 42,
    "incident_url": "https://alerts.newrelic.com/accounts/1/incidents/42",
    "severity": "WARNING",
}
DATA = {"url": "https://one.newrelic.com/issues/0ea2df1c", "priority": "CRITICAL"}
LEGACY_DATA = {
    "url": "https://alerts.newrelic.com/accounts/1/incidents/42",
    "account": "acme",
    "priority": "WARNING",
}
TEXTS = ("d1b1f3fd-995a-4066-88ab-8ce4f6960654", "Memory Used % > 90 for at least 2 minutes on 'web1'")
LEGACY_TEXTS = ("42", "CPU high", "CPU > 90 %")
EXAMPLES = (
    posted("an issue is activated", ISSUE, signal(CREATE, *TEXTS, data=DATA)),
    posted("the issue is closed", ISSUE | {"state": "CLOSED"}, signal(RESOLVE, *TEXTS, data=DATA)),
    posted("a legacy incident opens", LEGACY, signal(CREATE, *LEGACY_TEXTS, data=LEGACY_DATA)),
    posted(
        "it is acknowledged",
        LEGACY | {"current_state": "acknowledged"},
        signal(ACKNOWLEDGE, *LEGACY_TEXTS, data=LEGACY_DATA),
    ),
    posted("it is closed", LEGACY | {"current_state": "closed"}, signal(RESOLVE, *LEGACY_TEXTS, data=LEGACY_DATA)),
)
