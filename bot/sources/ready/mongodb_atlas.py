"""MongoDB Atlas: alerts.

Format: mongodb.com/docs/atlas, Third-party services, Webhooks; the alert as the API tells of it.
"""

from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal

NAME = "mongodb_atlas"
TITLE = "MongoDB Atlas"
SETUP = """In the project's Integrations, configure Webhook Settings with the URL {url} and a secret, and set the
same secret here as the one that payloads are signed with. Then add the notifier Webhook to your alerts."""
DEFINITION = """
# Alerts of MongoDB Atlas.
rules:
  - name: it is over
    match: {log.data.status: {$in: [CLOSED, CANCELLED]}}
    actions: [{type: resolve, dedup_key: "{{log.data.id}}"}]
  - name: somebody has it
    match: {$and: [{log.data.status: OPEN}, {log.data.acknowledgingUsername: {$exists: true}}]}
    actions: [{type: acknowledge, dedup_key: "{{log.data.id}}"}]
  - name: it is watched, and not yet wrong
    match: {log.data.status: {$in: [TRACKING, INFORMATIONAL]}}
    actions: [{type: ignore, reason: not open}]
default:
  actions:
    - type: create
      dedup_key: "{{log.data.id}}"
      title: "{{log.data.clusterName}} {{log.data.hostnameAndPort}}: {{log.data.eventTypeName}} {{log.data.metricName}}"
      description: "{{log.data.humanReadable}}"
      additional_data: {cluster: "{{log.data.clusterName}}", host: "{{log.data.hostnameAndPort}}", since: "{{log.data.created}}"}
"""  # noqa: E501 - a template cannot be broken
OPTIONS = {"hmac_header": "x-mms-signature", "hmac_algorithm": "sha1"}
BODY = {
    "id": "56e2f5dfe4b0e1a6b5b5e1aa",
    "status": "OPEN",
    "eventTypeName": "OUTSIDE_METRIC_THRESHOLD",
    "metricName": "CONNECTIONS",
    "clusterName": "shop",
    "hostnameAndPort": "shop-00:27017",
    "humanReadable": "Connections are above 400",
    "created": "2026-11-21T19:05:12Z",
}
EXAMPLES = (
    posted(
        "an alert",
        BODY,
        signal(
            CREATE,
            "56e2f5dfe4b0e1a6b5b5e1aa",
            "shop shop-00:27017: OUTSIDE_METRIC_THRESHOLD CONNECTIONS",
            "Connections are above 400",
            data={"cluster": "shop", "host": "shop-00:27017", "since": "2026-11-21T19:05:12Z"},
        ),
    ),
    posted(
        "somebody has it",
        BODY | {"acknowledgingUsername": "alice@example.com"},
        signal(ACKNOWLEDGE, "56e2f5dfe4b0e1a6b5b5e1aa"),
    ),
    posted("it is over", BODY | {"status": "CLOSED"}, signal(RESOLVE, "56e2f5dfe4b0e1a6b5b5e1aa")),
)
