"""Azure DevOps: builds that end, by a service hook.

Format: learn.microsoft.com/azure/devops/service-hooks/events, Build completed.
"""

from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal

NAME = "azure_devops"
TITLE = "Azure DevOps (builds)"
SENDERS = (Sender("Azure DevOps"),)
SETUP = """In the project's settings, Service hooks, add Web Hooks with the trigger Build completed (for a pipeline,
any status) and the URL {url}. With a token set here, give it the HTTP header `pagertree-token:<token>`. The
definition names the branches that count."""
DEFINITION = """
# Builds of Azure DevOps. Change the branches to those whose builds have to work.
rules:
  - name: another event or another branch
    match:
      $or:
        - {$not: {log.data.eventType: build.complete}}
        - {$not: {log.data.resource.sourceBranch: {$in: [refs/heads/main, refs/heads/master, refs/heads/production]}}}
    actions: [{type: ignore, reason: no build of a branch that counts}]
  - name: a build failed
    match: {log.data.resource.result: {$in: [failed, partiallySucceeded]}}
    actions:
      - type: create
        dedup_key: "{{log.data.resource.project.name}}/{{log.data.resource.definition.name}}/{{log.data.resource.sourceBranch}}"
        title: "{{log.data.resource.definition.name}} {{log.data.resource.result}} on {{log.data.resource.sourceBranch}}"
        description: "{{log.data.detailedMessage.text}}"
        additional_data: {url: "{{log.data.resource._links.web.href}}", build: "{{log.data.resource.buildNumber}}"}
  - name: the build works
    match: {log.data.resource.result: succeeded}
    actions:
      - type: resolve
        dedup_key: "{{log.data.resource.project.name}}/{{log.data.resource.definition.name}}/{{log.data.resource.sourceBranch}}"
default: {actions: [{type: ignore, reason: a build that was canceled}]}
"""  # noqa: E501 - a template cannot be broken
OPTIONS: dict[str, object] = {}
RESOURCE = {
    "result": "failed",
    "buildNumber": "20261121.2",
    "sourceBranch": "refs/heads/main",
    "definition": {"name": "API"},
    "project": {"name": "Shop"},
    "_links": {"web": {"href": "https://dev.azure.com/shop/_build/results?buildId=2"}},
}
BODY = {"eventType": "build.complete", "resource": RESOURCE, "detailedMessage": {"text": "Build 20261121.2 failed"}}
EXAMPLES = (
    posted(
        "a build fails",
        BODY,
        signal(
            CREATE,
            "Shop/API/refs/heads/main",
            "API failed on refs/heads/main",
            "Build 20261121.2 failed",
            data={"url": "https://dev.azure.com/shop/_build/results?buildId=2", "build": "20261121.2"},
        ),
    ),
    posted(
        "it works",
        BODY | {"resource": RESOURCE | {"result": "succeeded"}},
        signal(RESOLVE, "Shop/API/refs/heads/main"),
    ),
    posted("a pull request", {"eventType": "git.pullrequest.created", "resource": {}}),
)
