"""Jenkins: builds that end, by its Notification plugin.

Format: plugins.jenkins.io/notification, JSON.
"""

from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal

NAME = "jenkins"
TITLE = "Jenkins"
SENDERS = (Sender("Jenkins", "by its plugin Notification"),)
SETUP = """In Jenkins, install the plugin Notification. In each job that has to work, Job Notifications, add an
endpoint: format JSON, protocol HTTP, event Job Finalized, URL {url}."""
DEFINITION = """
# Builds of Jenkins, by its Notification plugin.
rules:
  - name: a build begins or is queued
    match: {$not: {log.data.build.phase: {$in: [COMPLETED, FINALIZED]}}}
    actions: [{type: ignore, reason: it has not ended}]
  - name: a build failed
    match: {log.data.build.status: {$in: [FAILURE, UNSTABLE]}}
    actions:
      - type: create
        dedup_key: "{{log.data.name}}"
        title: "{{log.data.display_name}} #{{log.data.build.number}}: {{log.data.build.status}}"
        description: "{{log.data.build.log}}"
        additional_data: {url: "{{log.data.build.full_url}}", branch: "{{log.data.build.scm.branch}}"}
  - name: the build works
    match: {log.data.build.status: SUCCESS}
    actions: [{type: resolve, dedup_key: "{{log.data.name}}"}]
default: {actions: [{type: ignore, reason: a build that was stopped}]}
"""
OPTIONS: dict[str, object] = {}
BUILD = {
    "full_url": "https://ci.example/job/asgard/18/",
    "number": 18,
    "phase": "FINALIZED",
    "status": "FAILURE",
    "log": "",
    "scm": {"branch": "origin/main"},
}
JOB = {"name": "asgard", "display_name": "Asgard", "url": "job/asgard/", "build": BUILD}
EXAMPLES = (
    posted(
        "a build fails",
        JOB,
        signal(
            CREATE,
            "asgard",
            "Asgard #18: FAILURE",
            data={"url": "https://ci.example/job/asgard/18/", "branch": "origin/main"},
        ),
    ),
    posted("it works", JOB | {"build": BUILD | {"status": "SUCCESS"}}, signal(RESOLVE, "asgard")),
    posted("a build begins", JOB | {"build": BUILD | {"phase": "STARTED"}}),
)
