"""Bitbucket Cloud: builds by Pipelines and others, which set a commit's status.

Format: support.atlassian.com/bitbucket-cloud, Event payloads, Build status.
"""

from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal

NAME = "bitbucket"
TITLE = "Bitbucket Cloud (builds)"
SENDERS = (Sender("Bitbucket Cloud", "builds"),)
SETUP = """In the repository's settings, Webhooks, add one with the URL {url}, a secret, and the triggers Build
status created and Build status updated. Set the same secret here as the one that payloads are signed with. The
definition names the branches that count."""
DEFINITION = """
# Builds of Bitbucket Cloud. Change the branches to those whose builds have to work.
rules:
  - name: a build of another branch
    match: {$not: {log.data.commit_status.refname: {$in: [main, master, production]}}}
    actions: [{type: ignore, reason: a branch that somebody works on}]
  - name: a build failed
    match: {log.data.commit_status.state: FAILED}
    actions:
      - type: create
        dedup_key: "{{log.data.repository.full_name}}/{{log.data.commit_status.key}}/{{log.data.commit_status.refname}}"
        title: "{{log.data.repository.full_name}}: {{log.data.commit_status.name}} failed on {{log.data.commit_status.refname}}"
        description: "{{log.data.commit_status.description}}"
        additional_data: {url: "{{log.data.commit_status.url}}", commit: "{{log.data.commit_status.commit.hash}}"}
  - name: the build works
    match: {log.data.commit_status.state: SUCCESSFUL}
    actions:
      - type: resolve
        dedup_key: "{{log.data.repository.full_name}}/{{log.data.commit_status.key}}/{{log.data.commit_status.refname}}"
default: {actions: [{type: ignore, reason: a build that runs or was stopped}]}
"""  # noqa: E501 - a template cannot be broken
OPTIONS = {"hmac_header": "x-hub-signature", "hmac_algorithm": "sha256"}
STATUS = {
    "name": "Pipeline #12",
    "key": "pipeline-1",
    "state": "FAILED",
    "refname": "main",
    "description": "1 step failed",
    "url": "https://bitbucket.org/shop/api/pipelines/12",
    "commit": {"hash": "c0ffee"},
}
EXAMPLES = (
    posted(
        "a build fails",
        {"commit_status": STATUS, "repository": {"full_name": "shop/api"}},
        signal(
            CREATE,
            "shop/api/pipeline-1/main",
            "shop/api: Pipeline #12 failed on main",
            "1 step failed",
            data={"url": STATUS["url"], "commit": "c0ffee"},
        ),
    ),
    posted(
        "it works",
        {"commit_status": STATUS | {"state": "SUCCESSFUL"}, "repository": {"full_name": "shop/api"}},
        signal(RESOLVE, "shop/api/pipeline-1/main"),
    ),
    posted(
        "one of a feature fails",
        {"commit_status": STATUS | {"refname": "cart"}, "repository": {"full_name": "shop/api"}},
    ),
)
