"""Google Cloud Monitoring, once Stackdriver."""

from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "stackdriver"
TITLE = "Google Cloud Monitoring"
SETUP = "In Google Cloud, Monitoring, Alerting, Edit notification channels, add a webhook with the URL {url}."
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "published samples of schema 1.2 (ServiceNow's documentation and others)"
FIELDS = Fields(
    state="{incident.state}",
    kinds={"open": CREATE, "closed": RESOLVE},
    key="{incident.incident_id}",
    title=("{incident.summary}", "{incident.policy_name}"),
    description="{incident.documentation.content}",
    data={
        "url": "{incident.url}",
        "policy": "{incident.policy_name}",
        "condition": "{incident.condition_name}",
        "project": "{incident.scoping_project_id}",
        "severity": "{incident.severity}",
    },
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

INCIDENT = {
    "incident_id": "0.opqiw61fsv7p",
    "scoping_project_id": "shop-prod",
    "url": "https://console.cloud.google.com/monitoring/alerting/incidents/0.opqiw61fsv7p",
    "state": "open",
    "severity": "Critical",
    "policy_name": "High CPU",
    "condition_name": "CPU above 90 %",
    "summary": "CPU utilization for web1 is above the threshold of 0.9",
    "documentation": {"content": "Restart it", "mime_type": "text/markdown"},
}
DATA = {
    "url": "https://console.cloud.google.com/monitoring/alerting/incidents/0.opqiw61fsv7p",
    "policy": "High CPU",
    "condition": "CPU above 90 %",
    "project": "shop-prod",
    "severity": "Critical",
}
TEXTS = ("0.opqiw61fsv7p", "CPU utilization for web1 is above the threshold of 0.9", "Restart it")
EXAMPLES = (
    posted(
        "an incident opens",
        {"incident": INCIDENT, "version": "1.2"},
        signal(CREATE, *TEXTS, data=DATA),
    ),
    posted(
        "it closes",
        {"incident": INCIDENT | {"state": "closed"}, "version": "1.2"},
        signal(RESOLVE, *TEXTS, data=DATA),
    ),
)
