"""Vercel: deployments.

Format: vercel.com/docs/webhooks/webhooks-api.
"""

from bot.payloads.signals import CREATE, RESOLVE, posted, signal

NAME = "vercel"
TITLE = "Vercel"
SETUP = """In the team's settings, Webhooks, create one with the URL {url} and the events Deployment Error and
Deployment Succeeded. Set the secret that Vercel shows here, as the one that payloads are signed with."""
DEFINITION = """
# Deployments of Vercel. Only those to production count.
rules:
  - name: no deployment to production
    match: {$not: {log.data.payload.target: production}}
    actions: [{type: ignore, reason: a preview}]
  - name: a deployment failed
    match: {log.data.type: deployment.error}
    actions:
      - type: create
        dedup_key: "{{log.data.payload.project.id}}"
        title: "{{log.data.payload.name}}: deployment to production failed"
        additional_data: {url: "{{log.data.payload.links.deployment}}", commit: "{{log.data.payload.deployment.meta.githubCommitSha}}"}
  - name: a deployment succeeded
    match: {log.data.type: {$in: [deployment.succeeded, deployment.ready, deployment.promoted]}}
    actions: [{type: resolve, dedup_key: "{{log.data.payload.project.id}}"}]
default: {actions: [{type: ignore, reason: another event}]}
"""  # noqa: E501 - a template cannot be broken
OPTIONS = {"hmac_header": "x-vercel-signature", "hmac_algorithm": "sha1"}
PAYLOAD = {
    "name": "shop",
    "target": "production",
    "project": {"id": "prj_1"},
    "links": {"deployment": "https://vercel.com/shop/shop/1"},
}
EXAMPLES = (
    posted(
        "a deployment fails",
        {"type": "deployment.error", "payload": PAYLOAD},
        signal(
            CREATE,
            "prj_1",
            "shop: deployment to production failed",
            data={"url": "https://vercel.com/shop/shop/1"},
        ),
    ),
    posted("it succeeds", {"type": "deployment.succeeded", "payload": PAYLOAD}, signal(RESOLVE, "prj_1")),
    posted("a preview fails", {"type": "deployment.error", "payload": PAYLOAD | {"target": None}}),
)
