"""Google Cloud Monitoring, once Stackdriver."""

from collections.abc import Iterator, Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Request

NAME = "stackdriver"
TITLE = "Google Cloud Monitoring"
SETUP = "In Google Cloud, Monitoring, Alerting, Edit notification channels, add a webhook with the URL {url}."
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "published samples of schema 1.2 (ServiceNow's documentation and others)"
PROBLEM = "one incident"
APART = ("incident.incident_id",)
RUNBOOK_BY = "`incident.documentation.links`"
FIELDS = Fields(
    state="{incident.state}",
    kinds={"open": CREATE, "acknowledged": ACKNOWLEDGE, "closed": RESOLVE},
    key="{incident.incident_id}",
    title=(
        "{incident.summary}",
        "{incident.documentation.subject}",
        "{incident.policy_name}: {incident.condition_name}",
        "{incident.policy_name}",
        "{incident.condition_name}",
    ),
    where=("{incident.resource_display_name}", "{incident.resource_name}", "{incident.scoping_project_id}"),
    description=("{incident.documentation.content}", "{incident.documentation}"),
    urgency=("{incident.severity}", "{incident.policy_user_labels.severity}", "{incident.policy_user_labels.priority}"),
    data={
        "url": "{incident.url}",
        "policy": "{incident.policy_name}",
        "condition": "{incident.condition_name}",
        "project": "{incident.scoping_project_id}",
        "severity": "{incident.severity}",
    },
)

problems = urgencies.problems
verify = UNSIGNED
read_incident = FIELDS.reader()
MAX_LINKS = 10
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An incident, with its links, labels and values."""
    sent = reading.mapping(request)
    more = {
        **dict(links(sent)),
        "metric": values.text(sent, "incident.metric.displayName", "incident.metric.type"),
        "value": values.text(sent, "incident.observed_value"),
        "threshold": values.text(sent, "incident.threshold_value"),
        "labels": {
            **values.scalars(sent, "incident.resource.labels"),
            **values.scalars(sent, "incident.metric.labels"),
            **values.scalars(sent, "incident.metadata.user_labels"),
            **values.scalars(sent, "incident.policy_user_labels"),
        },
    }
    return tuple(
        signal(one.kind, one.dedup_key, one.title, one.description, urgency=one.urgency, data={**one.data, **more})
        for one in read_incident.signals(sent, options)
    )


def links(sent: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The links of the documentation, which are there to say what to do; the first is the runbook."""
    found = [values.text(each, "url") for each in values.items(sent, "incident.documentation.links")]
    for number, url in enumerate(values.kept(found)[:MAX_LINKS], start=1):
        yield f"runbook_url_{number}" if number > 1 else "runbook_url", url


INCIDENT = {
    "incident_id": "0.opqiw61fsv7p",
    "scoping_project_id": "shop-prod",
    "url": "https://console.cloud.google.com/monitoring/alerting/incidents/0.opqiw61fsv7p",
    "state": "open",
    "severity": "Critical",
    "policy_name": "High CPU",
    "condition_name": "CPU above 90 %",
    "summary": "CPU utilization for web1 is above the threshold of 0.9",
    "documentation": {
        "content": "Restart it",
        "mime_type": "text/markdown",
        "links": [{"displayName": "Runbook", "url": "https://wiki.example/cpu"}],
    },
    "observed_value": "0.98",
    "resource": {"type": "gce_instance", "labels": {"zone": "europe-west1-b"}},
    "policy_user_labels": {"team": "platform"},
}
DATA = {
    "url": "https://console.cloud.google.com/monitoring/alerting/incidents/0.opqiw61fsv7p",
    "policy": "High CPU",
    "condition": "CPU above 90 %",
    "project": "shop-prod",
    "severity": "Critical",
    "runbook_url": "https://wiki.example/cpu",
    "value": "0.98",
    "labels": {"zone": "europe-west1-b", "team": "platform"},
}
TEXTS = ("0.opqiw61fsv7p", "CPU utilization for web1 is above the threshold of 0.9 (shop-prod)", "Restart it")
EXAMPLES = (
    posted(
        "an incident opens",
        {"incident": INCIDENT, "version": "1.2"},
        signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
    ),
    posted(
        "it closes",
        {"incident": INCIDENT | {"state": "closed"}, "version": "1.2"},
        signal(RESOLVE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
    ),
)
