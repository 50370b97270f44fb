"""New Relic: workflows, and the legacy alert channels."""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "new_relic"
TITLE = "New Relic"
SENDERS = (Sender("New Relic", "its own notification for PagerDuty cannot be sent elsewhere"),)
SETUP = """In New Relic, Alerts, Workflows, add a destination of type Webhook with the URL {url} and keep the default
payload, which has `id`, `title`, `state` and `issueUrl`."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "published samples of workflow and legacy payloads"
PROBLEM = "one issue; of legacy channels one incident"
APART = ("id", "incident_id")
FIELDS = Fields(
    state=("{state}", "{current_state}", "{event_type}"),
    kinds={
        **dict.fromkeys(("created", "activated", "open", "incident_open"), CREATE),
        **dict.fromkeys(("acknowledged", "incident_acknowledged"), ACKNOWLEDGE),
        **dict.fromkeys(("closed", "resolved", "incident_resolved"), RESOLVE),
        **dict.fromkeys(("deactivated",)),
    },
    key=("{incident_id}", "{id}"),
    title=(
        "{condition_name}",
        "{title}",
        "{title.0}",
        "{issueTitle}",
        "{alertConditionNames.0}",
        "{alertPolicyNames.0}",
    ),
    where=("{targets.0.name}", "{impactedEntities.0}", "{alertConditionNames.0}"),
    description=("{details}", "{description}", "{description.0}"),
    urgency=("{priority}", "{severity}"),
    data={
        "url": ("{incident_url}", "{issueUrl}"),
        "account": "{account_name}",
        "entity": ("{impactedEntities.0}", "{targets.0.name}"),
        "condition": ("{condition_name}", "{alertConditionNames.0}"),
        "policy": ("{policy_name}", "{alertPolicyNames.0}"),
        "priority": ("{priority}", "{severity}"),
        "runbook_url": ("{runbook_url}", "{runbookUrl}", "{accumulations.runbookUrl.0}"),
    },
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
event_kind, TAKES = read.event_kind, FIELDS.takes
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
    "targets": [{"name": "web5", "type": "Host"}],
}
DATA = {
    "url": "https://one.newrelic.com/issues/0ea2df1c",
    "entity": "web1",
    "condition": "Memory high",
    "priority": "CRITICAL",
}
LEGACY_DATA = {
    "url": "https://alerts.newrelic.com/accounts/1/incidents/42",
    "account": "acme",
    "entity": "web5",
    "condition": "CPU high",
    "priority": "WARNING",
}
TEXTS = ("d1b1f3fd-995a-4066-88ab-8ce4f6960654", "Memory Used % > 90 for at least 2 minutes on 'web1' (Memory high)")
LEGACY_TEXTS = ("42", "CPU high (web5)", "CPU > 90 %")
EXAMPLES = (
    posted("an issue is activated", ISSUE, signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA)),
    posted(
        "the issue is closed", ISSUE | {"state": "CLOSED"}, signal(RESOLVE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA)
    ),
    posted("a legacy incident opens", LEGACY, signal(CREATE, *LEGACY_TEXTS, urgency=Urgency.MEDIUM, data=LEGACY_DATA)),
    posted(
        "it is acknowledged",
        LEGACY | {"current_state": "acknowledged"},
        signal(ACKNOWLEDGE, *LEGACY_TEXTS, urgency=Urgency.MEDIUM, data=LEGACY_DATA),
    ),
    posted(
        "it is closed",
        LEGACY | {"current_state": "closed"},
        signal(RESOLVE, *LEGACY_TEXTS, urgency=Urgency.MEDIUM, data=LEGACY_DATA),
    ),
    posted(
        "an issue without a title",
        ISSUE | {"title": None, "impactedEntities": None},
        signal(
            CREATE,
            TEXTS[0],
            "Memory high",
            urgency=Urgency.CRITICAL,
            data={name: value for name, value in DATA.items() if name != "entity"},
        ),
    ),
)
