"""Buildkite: builds that end.

Format: buildkite.com/docs/apis/webhooks, Build events.
"""

from bot.payloads.signals import CREATE, RESOLVE, posted, signal

NAME = "buildkite"
TITLE = "Buildkite"
SETUP = """In the organization's settings, Notification Services, add a Webhook with the URL {url}, the event
build.finished, and Send token as header. Set its token here. The definition names the branches that count."""
DEFINITION = """
# Builds of Buildkite. Change the branches to those whose builds have to work.
rules:
  - name: another event or another branch
    match:
      $or:
        - {$not: {log.data.event: build.finished}}
        - {$not: {log.data.build.branch: {$in: [main, master, production]}}}
    actions: [{type: ignore, reason: no build of a branch that counts}]
  - name: a build failed
    match: {log.data.build.state: failed}
    actions:
      - type: create
        dedup_key: "{{log.data.pipeline.slug}}/{{log.data.build.branch}}"
        title: "{{log.data.pipeline.name}}: build failed on {{log.data.build.branch}}"
        description: "{{log.data.build.message}}"
        additional_data: {url: "{{log.data.build.web_url}}", commit: "{{log.data.build.commit}}"}
  - name: the build works
    match: {log.data.build.state: passed}
    actions: [{type: resolve, dedup_key: "{{log.data.pipeline.slug}}/{{log.data.build.branch}}"}]
default: {actions: [{type: ignore, reason: a build that was canceled or waits}]}
"""
OPTIONS = {"token_header": "x-buildkite-token"}
BUILD = {
    "state": "failed",
    "branch": "main",
    "message": "Add the cart",
    "commit": "c0ffee",
    "web_url": "https://buildkite.com/shop/api/builds/12",
}
PIPELINE = {"slug": "api", "name": "API"}
EXAMPLES = (
    posted(
        "a build fails",
        {"event": "build.finished", "build": BUILD, "pipeline": PIPELINE},
        signal(
            CREATE,
            "api/main",
            "API: build failed on main",
            "Add the cart",
            data={"url": BUILD["web_url"], "commit": "c0ffee"},
        ),
    ),
    posted(
        "it works",
        {"event": "build.finished", "build": BUILD | {"state": "passed"}, "pipeline": PIPELINE},
        signal(RESOLVE, "api/main"),
    ),
    posted("a build begins", {"event": "build.running", "build": BUILD, "pipeline": PIPELINE}),
)
