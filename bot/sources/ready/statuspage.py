"""Atlassian Statuspage: incidents of services that one depends on, by a subscription to their page.

Format: support.atlassian.com/statuspage, Webhook notifications.
"""

from bot.engine.model import Urgency
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal

NAME = "statuspage"
TITLE = "Atlassian Statuspage (of others)"
SENDERS = (Sender("Statuspage of others", "Atlassian's; by a subscription"),)
SETUP = """On the status page of the service, Subscribe to updates, Webhook, enter {url} and an email address for
news of failures."""
DEFINITION = """
# Incidents and components of a status page.
rules:
  - name: an incident is over
    match: {log.data.incident.status: {$in: [resolved, postmortem, completed]}}
    actions: [{type: resolve, dedup_key: "incident/{{log.data.incident.id}}"}]
  - name: maintenance
    match: {log.data.incident.status: {$in: [scheduled, in_progress, verifying]}}
    actions: [{type: ignore, reason: maintenance that was announced}]
  - name: an incident
    match: {log.data.incident.id: {$exists: true}}
    actions:
      - type: create
        dedup_key: "incident/{{log.data.incident.id}}"
        title: "{{log.data.incident.name}} ({{log.data.incident.status}})"
        description: "{{log.data.incident.incident_updates.0.body}}"
        urgency: "{{#if (eq log.data.incident.impact 'critical')}}critical{{else}}medium{{/if}}"
        additional_data: {url: "{{log.data.incident.shortlink}}", impact: "{{log.data.incident.impact}}"}
  - name: a component works
    match: {log.data.component_update.new_status: operational}
    actions: [{type: resolve, dedup_key: "component/{{log.data.component.id}}"}]
  - name: a component is under maintenance
    match: {log.data.component_update.new_status: under_maintenance}
    actions: [{type: ignore, reason: maintenance}]
  - name: a component does not work
    match: {log.data.component.id: {$exists: true}}
    actions:
      - type: create
        dedup_key: "component/{{log.data.component.id}}"
        title: "{{log.data.component.name}}: {{log.data.component_update.new_status}}"
        urgency: "{{#if (eq log.data.component_update.new_status 'major_outage')}}high{{else}}low{{/if}}"
default: {actions: [{type: ignore, reason: neither an incident nor a component}]}
"""
OPTIONS: dict[str, object] = {}
INCIDENT = {
    "id": "lbkhbwn21v5q",
    "name": "Logins fail",
    "status": "investigating",
    "impact": "critical",
    "shortlink": "https://stspg.io/1",
    "incident_updates": [{"body": "We are looking into it."}],
}
COMPONENT = {"id": "rb5wg7dcz1kt", "name": "API"}
EXAMPLES = (
    posted(
        "an incident",
        {"incident": INCIDENT},
        signal(
            CREATE,
            "incident/lbkhbwn21v5q",
            "Logins fail (investigating)",
            "We are looking into it.",
            urgency=Urgency.CRITICAL,
            data={"url": "https://stspg.io/1", "impact": "critical"},
        ),
    ),
    posted("it is over", {"incident": INCIDENT | {"status": "resolved"}}, signal(RESOLVE, "incident/lbkhbwn21v5q")),
    posted(
        "a component does not work",
        {"component": COMPONENT, "component_update": {"new_status": "partial_outage"}},
        signal(CREATE, "component/rb5wg7dcz1kt", "API: partial_outage", urgency=Urgency.LOW),
    ),
    posted(
        "the component works",
        {"component": COMPONENT, "component_update": {"new_status": "operational"}},
        signal(RESOLVE, "component/rb5wg7dcz1kt"),
    ),
)
