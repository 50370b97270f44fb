"""HCP Terraform (once Terraform Cloud) and Terraform Enterprise, by a notification of a workspace.

Format: developer.hashicorp.com/terraform, Notification configurations. A key stands for the runs of a workspace, or
for its drift, its checks or its destruction.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.doubts import taken
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import require_same
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Token of the notification at Terraform", secret=True)

NAME = "terraform_cloud"
TITLE = "HCP Terraform (Terraform Cloud)"
SETUP = """In HCP Terraform, the workspace's Settings, Notifications, create one with the destination Webhook, the
URL {url} and a token, and set the same token here. Choose the run events Completed and Errored (and the health
events, where the workspace has assessments)."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST",)
BATCH = "notifications"
LESS = "Send the notifications of each workspace to an integration of its own."
VERIFIED = "documented samples: hashicorp/web-unified-docs, cloud-docs/api-docs/notification-configurations.mdx"
PROBLEM = "the runs of a workspace, or its drift, or its checks"
APART = ("workspace_id", "details.workspace_id")
TITLED_BY = "the workspace, and what happened"
URGENCY_BY = "`run_status`"
LINKED_BY = "`run_url`"
STATES: Mapping[str, SignalKind | None] = {
    "run:errored, assessment:drifted, check_failure, failed": CREATE,
    "run:completed": RESOLVE,
    "run:created, planning, needs_attention, applying; run:errored of one that was canceled or discarded": None,
    "verification, automatic destruction, change requests": None,
}
KEYED_BY = "`workspace_id`, with what is wrong: its runs, drift, checks"
MOST = 100  # events in one notification; Terraform sends one
SIGNATURE = "x-tfe-notification-signature"
TRIGGERS: Mapping[str, SignalKind | None] = {
    "run:errored": CREATE,
    "run:completed": RESOLVE,
    **dict.fromkeys(("run:created", "run:planning", "run:needs_attention", "run:applying", "verification")),
    **dict.fromkeys(("assessment:drifted", "assessment:check_failure", "assessment:failed"), CREATE),
    **dict.fromkeys(("workspace:auto_destroy_reminder", "workspace:auto_destroy_run_results")),
    **dict.fromkeys(("team:change_request", "change_request:created")),
}
RUNS = {"errored": CREATE, "applied": RESOLVE, "planned_and_finished": RESOLVE}
"""What a run's status asks for where its trigger is none that is known."""
STOPPED = frozenset({"canceled", "force_canceled", "discarded"})
"""What somebody does to a run, which Terraform triggers `run:errored` for, too."""
URGENCIES = {"errored": Urgency.HIGH}
WORDS = {
    "run:errored": "a run errored",
    "run:completed": "a run was completed",
    "assessment:drifted": "it has drifted",
    "assessment:check_failure": "checks fail",
    "assessment:failed": "its health could not be assessed",
}

problems = urgencies.problems
document = reading.document


def verify(request: Request, options: Mapping[str, object], now: datetime) -> None:  # noqa: ARG001
    """HMAC-SHA512 with `token` in header `x-tfe-notification-signature`"""
    secret = values.setting(TOKEN, options)
    if secret:
        digest = hmac.digest(secret.encode(), request.body, hashlib.sha512).hex()
        require_same(request.headers.get(SIGNATURE, ""), digest, f"header {SIGNATURE}")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """The events of a run, or one of a workspace's health."""
    data = reading.mapping(request)
    sent = values.items(data, "notifications")[:MOST]
    events = [each for each in sent if isinstance(each, dict)] or [data]
    if not any(values.text(event, "trigger") for event in events):
        reading.refuse("it has no `trigger`, which Terraform's notifications have.")
    return tuple(found for event in events for found in event_signals(data, event, options))


TAKES = tuple(trigger for trigger, kind in TRIGGERS.items() if kind)


def event_kind(request: Request) -> str:
    """What triggered the first event of a notification; a run that was stopped says so. Raises `Unreadable`."""
    data = reading.mapping(request)
    status = values.text(data, "notifications.0.run_status").lower()
    return f"run:{status}" if status in STOPPED else values.text(data, "notifications.0.trigger", "trigger").lower()


def event_signals(
    data: Mapping[str, object], event: Mapping[str, object], options: Mapping[str, object]
) -> tuple[Signal, ...]:
    """What an event asks for."""
    trigger, status = values.text(event, "trigger").lower(), values.text(event, "run_status").lower()
    known = trigger in TRIGGERS or status in RUNS
    kind = TRIGGERS[trigger] if trigger in TRIGGERS else RUNS.get(status, CREATE)
    if kind is None or (trigger == "run:errored" and status in STOPPED):
        return ()
    workspace = values.text(data, "workspace_name", "details.workspace_name")
    organization = values.text(data, "organization_name", "details.organization_name")
    which = values.text(data, "workspace_id", "details.workspace_id") or "/".join(
        values.kept((organization, workspace))
    )
    about = "run" if trigger.startswith("run:") or status else trigger
    message = values.text(event, "message")
    return (
        signal(
            kind,
            f"{which}/{about}" if which else "",
            f"{'/'.join(values.kept((organization, workspace)))}: {WORDS.get(trigger) or message or trigger}",
            "\n".join(
                values.kept((message, values.text(data, "run_message"), "" if known else taken("trigger", trigger)))
            ),
            urgency=urgencies.urgency_of(status, options, URGENCIES) if kind is CREATE else None,
            data={
                "url": values.text(data, "run_url", "details.new_assessment_result.url"),
                "workspace": workspace,
                "organization": organization,
                "run": values.text(data, "run_id"),
                "status": status,
                "by": values.text(event, "run_updated_by") or values.text(data, "run_created_by"),
                "time": values.text(event, "run_updated_at"),
            },
        ),
    )


RUN: dict[str, object] = {
    "payload_version": 1,
    "notification_configuration_id": "nc-AeUQ2zfKZzW9TiGZ",
    "run_url": "https://app.terraform.io/app/acme/shop/runs/run-FwnENkvDnrpyFC7M",
    "run_id": "run-FwnENkvDnrpyFC7M",
    "run_message": "Add five new queue workers",
    "run_created_by": "sample-user",
    "workspace_id": "ws-XdeUVMWShTesDMME",
    "workspace_name": "shop",
    "organization_name": "acme",
}
ERRORED = {"message": "Run Errored", "trigger": "run:errored", "run_status": "errored", "run_updated_by": None}
COMPLETED = {"message": "Run Applied", "trigger": "run:completed", "run_status": "applied", "run_updated_by": "alice"}
DATA = {
    "url": RUN["run_url"],
    "workspace": "shop",
    "organization": "acme",
    "run": "run-FwnENkvDnrpyFC7M",
    "status": "errored",
    "by": "sample-user",
}
DRIFT = {
    "payload_version": "2",
    "trigger_scope": "assessment",
    "trigger": "assessment:drifted",
    "message": "Drift Detected",
    "details": {
        "new_assessment_result": {"id": "asmtres-vRV", "url": "https://app.terraform.io/api/v2/assessment-results/vRV"},
        "workspace_id": "ws-XdeUVMWShTesDMME",
        "workspace_name": "shop",
        "organization_name": "acme",
    },
}
EXAMPLES = (
    posted(
        "a run errored",
        RUN | {"notifications": [ERRORED]},
        signal(
            CREATE,
            "ws-XdeUVMWShTesDMME/run",
            "acme/shop: a run errored",
            "Run Errored\nAdd five new queue workers",
            urgency=Urgency.HIGH,
            data=DATA,
        ),
    ),
    posted(
        "the next one is applied",
        RUN | {"notifications": [COMPLETED]},
        signal(
            RESOLVE,
            "ws-XdeUVMWShTesDMME/run",
            "acme/shop: a run was completed",
            "Run Applied\nAdd five new queue workers",
            data=DATA | {"status": "applied", "by": "alice"},
        ),
    ),
    posted(
        "the workspace has drifted",
        DRIFT,
        signal(
            CREATE,
            "ws-XdeUVMWShTesDMME/assessment:drifted",
            "acme/shop: it has drifted",
            "Drift Detected",
            data={
                "url": "https://app.terraform.io/api/v2/assessment-results/vRV",
                "workspace": "shop",
                "organization": "acme",
            },
        ),
    ),
    posted(
        "somebody has to confirm",
        RUN
        | {
            "notifications": [{"message": "Needs Attention", "trigger": "run:needs_attention", "run_status": "planned"}]
        },
    ),
    posted(
        "somebody cancels a run",
        RUN | {"notifications": [{"message": "Run Canceled", "trigger": "run:errored", "run_status": "canceled"}]},
    ),
    posted(
        "the notification is made",
        {"payload_version": 1, "notifications": [{"message": "Verification", "trigger": "verification"}]},
    ),
)
