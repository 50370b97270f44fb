"""Honeycomb: triggers, with the payload that it has by default.

Format: docs.honeycomb.io/notify/webhooks.
"""

from bot.payloads.signals import CREATE, RESOLVE, posted, signal

NAME = "honeycomb"
TITLE = "Honeycomb"
SETUP = """In Honeycomb, Team Settings, Integrations, add a Webhook recipient with the URL {url} and a shared
secret, and set the same here as the token. Then add it to your triggers. (Service level objectives: add it to their
burn alerts.)"""
DEFINITION = """
# Triggers of Honeycomb.
rules:
  - name: it is over
    match: {log.data.status: {$in: [OK, RESOLVED]}}
    actions: [{type: resolve, dedup_key: "{{log.data.id}}"}]
default:
  actions:
    - type: create
      dedup_key: "{{log.data.id}}"
      title: "{{log.data.name}}: {{log.data.summary}}"
      description: "{{log.data.description}}"
      additional_data: {url: "{{log.data.result_url}}", trigger: "{{log.data.trigger_url}}"}
"""
OPTIONS = {"token_header": "x-honeycomb-webhook-token"}
BODY = {
    "version": "v0.1.0",
    "id": "abdcefg",
    "name": "Slow checkout",
    "status": "TRIGGERED",
    "summary": "P99(duration_ms) is 3100",
    "description": "Currently greater than 2000",
    "trigger_url": "https://ui.honeycomb.io/shop/triggers/abdcefg",
    "result_url": "https://ui.honeycomb.io/shop/result/1",
}
EXAMPLES = (
    posted(
        "a trigger fires",
        BODY,
        signal(
            CREATE,
            "abdcefg",
            "Slow checkout: P99(duration_ms) is 3100",
            "Currently greater than 2000",
            data={"url": BODY["result_url"], "trigger": BODY["trigger_url"]},
        ),
    ),
    posted("it is over", BODY | {"status": "OK"}, signal(RESOLVE, "abdcefg")),
)
