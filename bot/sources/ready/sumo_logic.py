"""Sumo Logic: monitors, by a webhook connection with a payload of our own.

Variables: help.sumologic.com, Alert variables.
"""

from bot.engine.model import Urgency
from bot.payloads.signals import CREATE, RESOLVE, posted, signal

NAME = "sumo_logic"
TITLE = "Sumo Logic"
SETUP = """In Sumo Logic, Monitoring, Connections, add a Webhook with the URL {url} and, as alert and as recovery
payload, `{"name": "{{Name}}", "group": "{{AlertGroup}}", "trigger": "{{TriggerType}}", "value": "{{TriggerValue}}",
"condition": "{{TriggerCondition}}", "description": "{{Description}}", "url": "{{AlertResponseUrl}}", "playbook":
"{{Playbook}}"}`."""
DEFINITION = """
# Monitors of Sumo Logic, with the payload that the setup gives.
rules:
  - name: it is over
    match: {log.data.trigger: {$regex: "^Resolved"}}
    actions: [{type: resolve, dedup_key: "{{log.data.name}}/{{log.data.group}}"}]
default:
  actions:
    - type: create
      dedup_key: "{{log.data.name}}/{{log.data.group}}"
      title: "{{log.data.name}} {{log.data.group}}: {{log.data.trigger}}"
      description: "{{log.data.description}} {{log.data.condition}} ({{log.data.value}})"
      urgency: "{{#if (eq log.data.trigger 'Critical')}}critical{{else}}medium{{/if}}"
      additional_data: {url: "{{log.data.url}}", runbook: "{{log.data.playbook}}"}
"""
OPTIONS: dict[str, object] = {}
BODY = {
    "name": "Errors of the shop",
    "group": "host=web1",
    "trigger": "Critical",
    "value": "131",
    "condition": "Greater than 100",
    "description": "Too many errors.",
    "url": "https://service.sumologic.com/ui/#/alert/1",
    "playbook": "https://wiki.example/errors",
}
EXAMPLES = (
    posted(
        "a monitor fires",
        BODY,
        signal(
            CREATE,
            "Errors of the shop/host=web1",
            "Errors of the shop host=web1: Critical",
            "Too many errors. Greater than 100 (131)",
            urgency=Urgency.CRITICAL,
            data={"url": BODY["url"], "runbook": BODY["playbook"]},
        ),
    ),
    posted("it is over", BODY | {"trigger": "ResolvedCritical"}, signal(RESOLVE, "Errors of the shop/host=web1")),
)
