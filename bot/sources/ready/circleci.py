"""CircleCI: workflows that end.

Format: circleci.com/docs, Webhooks reference.
"""

from bot.payloads.signals import CREATE, RESOLVE, posted, signal

NAME = "circleci"
TITLE = "CircleCI"
SETUP = """In the project's settings, Webhooks, add one with the URL {url}, a secret token and the event Workflow
Completed. Set the same token here as the secret that payloads are signed with. The definition names the branches
that count."""
DEFINITION = """
# Workflows of CircleCI. Change the branches to those whose builds have to work.
rules:
  - name: another event or another branch
    match:
      $or:
        - {$not: {log.data.type: workflow-completed}}
        - {$not: {log.data.pipeline.vcs.branch: {$in: [main, master, production]}}}
    actions: [{type: ignore, reason: no workflow of a branch that counts}]
  - name: a workflow failed
    match: {log.data.workflow.status: {$in: [failed, error, unauthorized]}}
    actions:
      - type: create
        dedup_key: "{{log.data.project.slug}}/{{log.data.workflow.name}}/{{log.data.pipeline.vcs.branch}}"
        title: "{{log.data.project.name}}: {{log.data.workflow.name}} {{log.data.workflow.status}} on {{log.data.pipeline.vcs.branch}}"
        description: "{{log.data.pipeline.vcs.commit.subject}}"
        additional_data: {url: "{{log.data.workflow.url}}", commit: "{{log.data.pipeline.vcs.revision}}"}
  - name: the workflow works
    match: {log.data.workflow.status: success}
    actions:
      - {type: resolve, dedup_key: "{{log.data.project.slug}}/{{log.data.workflow.name}}/{{log.data.pipeline.vcs.branch}}"}
default: {actions: [{type: ignore, reason: a workflow that was canceled}]}
"""  # noqa: E501 - a template cannot be broken
OPTIONS = {"hmac_header": "circleci-signature"}
BODY = {
    "type": "workflow-completed",
    "workflow": {"name": "build-and-test", "status": "failed", "url": "https://app.circleci.com/pipelines/1"},
    "pipeline": {"vcs": {"branch": "main", "revision": "c0ffee", "commit": {"subject": "Add the cart"}}},
    "project": {"slug": "github/shop/api", "name": "api"},
}
EXAMPLES = (
    posted(
        "a workflow fails",
        BODY,
        signal(
            CREATE,
            "github/shop/api/build-and-test/main",
            "api: build-and-test failed on main",
            "Add the cart",
            data={"url": "https://app.circleci.com/pipelines/1", "commit": "c0ffee"},
        ),
    ),
    posted(
        "it works",
        BODY | {"workflow": {"name": "build-and-test", "status": "success"}},
        signal(RESOLVE, "github/shop/api/build-and-test/main"),
    ),
    posted("a job ends", BODY | {"type": "job-completed"}),
)
