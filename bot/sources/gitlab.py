"""GitLab's webhooks: pipelines, deployments, incidents, vulnerabilities and tokens that expire.

Format: docs.gitlab.com/user/project/integrations/webhook_events. What one key stands for: the pipelines of one name
on one branch of a project; a project's environment; an incident by its number; a vulnerability; an access token.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.engine.model import Signal, SignalKind, Urgency
from bot.errors import Unreadable
from bot.payloads import branches, reading, urgencies, values
from bot.payloads.branches import BRANCHES
from bot.payloads.doubts import taken
from bot.payloads.hmacs import require_hmac
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken, require_fresh
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Secret token of the webhook at GitLab", secret=True)
SIGNING = Option(name="signing_token", label="Signing token of the webhook at GitLab, where it has one", secret=True)
LABEL = Option(name="issue_label", label="Label that makes an issue an alert (incidents do without; nothing: no other)")

NAME = "gitlab"
TITLE = "GitLab"
SENDERS = (Sender("GitLab", "pipelines, deployments, incidents, vulnerabilities"),)
SETUP = """In the project or group, Settings, Webhooks, add one with the URL {url} and a secret token (or a signing
token), and set the same here. Tick Pipeline events, Deployment events and Issues events, and in a group
Vulnerability events and Project or group access token events. Pipelines of the default branch make alerts; the
option `branches` names others. Incidents make alerts, issues only those with the label that is set here. Other
events are logged."""
OPTIONS = (TOKEN, SIGNING, BRANCHES, LABEL, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "documented samples: gitlabhq/gitlabhq, doc/user/project/integrations/webhook_events.md; signed in the tests"
PROBLEM = "the pipelines of one branch, one environment, one incident or issue, one vulnerability, or one token"
APART = ("project.path_with_namespace", "environment", "object_attributes.iid")
TITLED_BY = "the project; what it is; how it ended; the branch"
URGENCY_BY = "the severity of incidents and vulnerabilities"
LINKED_BY = "`object_attributes.url`, `deployable_url`, or the page of the pipeline"
STATES: Mapping[str, SignalKind | None] = {
    "failed; open, reopen; detected, confirmed; a token that expires": CREATE,
    "success; close; resolved, dismissed": RESOLVE,
    "running, canceled, skipped, manual, …; update; other events and branches": None,
}
KEYED_BY = (
    "the event and `project.path_with_namespace`, with the branch (and name) of a pipeline, the environment, or the "
    "number of the issue, vulnerability or token"
)

Event = Mapping[str, object]

PIPELINES = {
    "failed": CREATE,
    "success": RESOLVE,
    **dict.fromkeys(("", "created", "waiting_for_resource", "preparing", "pending", "running", "scheduled", "manual")),
    **dict.fromkeys(("canceled", "canceling", "skipped", "waiting_for_callback")),
}
DEPLOYMENTS = {**PIPELINES, **dict.fromkeys(("blocked", "approved", "rejected"))}
ISSUES = {**dict.fromkeys(("open", "reopen"), CREATE), "close": RESOLVE, "update": None}
VULNERABILITIES = {
    **dict.fromkeys(("detected", "confirmed"), CREATE),
    **dict.fromkeys(("resolved", "dismissed"), RESOLVE),
}
SIGNED = "{webhook-id}.{webhook-timestamp}.{body}"
problems = urgencies.problems
check_token = HeaderToken(TOKEN, "x-gitlab-token")
document = reading.document


def verify(request: Request, options: Mapping[str, object], now: datetime) -> None:
    """`token` in header `x-gitlab-token`; HMAC-SHA256 with `signing_token` in `webhook-signature`, fresh"""
    check_token(request, options, now)
    secret = values.setting(SIGNING, options)
    if not secret:
        return
    require_hmac(request, secret, header="webhook-signature", algorithm="sha256", signed=SIGNED)
    require_fresh(request.headers.get("webhook-timestamp", ""), now)


def event_kind(request: Request) -> str:
    """The kind of an event, as the body says. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "object_kind", "event_type", "event_name").lower()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """What an event asks for; those that are no problem's are logged."""
    event, kind = reading.mapping(request), event_kind(request)
    if not kind:
        raise Unreadable("Cannot read this payload: `object_kind` is missing, which GitLab sends.")
    known = EVENTS.get(kind)
    return known(event, options) if known else ()


def pipeline(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A pipeline on a branch. Those of merge requests and of tags are on no branch that is kept."""
    branch, name = (values.text(event, f"object_attributes.{field}") for field in ("ref", "name"))
    source = values.text(event, "object_attributes.source")
    kept = source != "merge_request_event" and not values.truth(values.find(event, "object_attributes.tag"))
    if not branches.wanted(branch if kept else "", values.text(event, "project.default_branch"), options):
        return ()
    said = values.text(event, "object_attributes.status", "object_attributes.detailed_status").lower()
    kind = PIPELINES.get(said, CREATE)
    if kind is None:
        return ()
    failed = (each for each in values.items(event, "builds") if values.text(each, "status") == "failed")
    jobs = [f"failed: {values.text(each, 'stage')} / {values.text(each, 'name')}" for each in failed]
    doubt = "" if said in PIPELINES else taken("object_attributes.status", said)
    how = "succeeded" if kind is RESOLVE else said
    return (
        signal(
            kind,
            "/".join(values.kept((project(event), "pipeline", name))) + f"@{branch}",
            f"{project(event)}: pipeline{f' {name}' if name else ''} {how} on {branch}",
            "\n".join(values.kept((values.text(event, "commit.title"), *jobs[:20], doubt))),
            data={
                "url": link(event, "object_attributes.url", "/-/pipelines/", "object_attributes.id"),
                "project": project(event),
                "commit": values.text(event, "object_attributes.sha"),
                "author": values.text(event, "commit.author.name", "user.username"),
                "source": source,
            },
        ),
    )


def deployment(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A deployment into an environment, whatever its branch."""
    said, into = values.text(event, "status").lower(), values.text(event, "environment")
    kind = DEPLOYMENTS.get(said, CREATE)
    if kind is None:
        return ()
    return (
        signal(
            kind,
            f"{project(event)}/deployment/{into}",
            f"{project(event)}: deployment to {into} {'succeeded' if kind is RESOLVE else said}",
            "\n".join(
                values.kept((values.text(event, "commit_title"), "" if said in DEPLOYMENTS else taken("status", said)))
            ),
            data={
                "url": values.text(event, "deployable_url", "environment_external_url"),
                "project": project(event),
                "environment": into,
                "commit": values.text(event, "short_sha"),
                "ref": values.text(event, "ref"),
                "user": values.text(event, "user.username"),
            },
        ),
    )


def issue(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An incident, or an issue with the label that is configured."""
    label, action = values.setting(LABEL, options).lower(), values.text(event, "object_attributes.action").lower()
    carried = values.kept(values.text(each, "title") for each in values.items(event, "labels"))
    is_incident = values.text(event, "object_attributes.type", "object_attributes.issue_type").lower() == "incident"
    if not is_incident and (not label or label not in {each.lower() for each in carried}):
        return ()
    kind = ISSUES.get(action, CREATE)
    if kind is None:
        return ()
    number = values.text(event, "object_attributes.iid", "object_attributes.id")
    if not number:
        reading.refuse("`object_attributes.iid` is missing, which names the issue.")
    doubt = "" if action in ISSUES else taken("object_attributes.action", action)
    return (
        signal(
            kind,
            f"{project(event)}/issue/{number}",
            f"{project(event)}#{number}: {values.text(event, 'object_attributes.title')}",
            "\n\n".join(values.kept((values.text(event, "object_attributes.description"), doubt))),
            urgency=urgencies.urgency_of(values.text(event, "object_attributes.severity"), options),
            tags=carried,
            data={"url": values.text(event, "object_attributes.url"), "project": project(event)},
        ),
    )


def vulnerability(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A vulnerability that was found, or is no more."""
    about = values.mapping(event, "object_attributes")
    said = values.text(about, "state").lower()
    kind = VULNERABILITIES.get(said, CREATE)
    where = values.text(about, "project_id")
    number = values.text(about, "id", "url") or reading.refuse("`object_attributes.id` is missing: which one is it?")
    return (
        signal(
            kind,
            f"vulnerability/{where}/{number}",
            f"{values.text(about, 'location.file') or where}: {values.text(about, 'title')}",
            "" if said in VULNERABILITIES else taken("object_attributes.state", said),
            urgency=urgencies.urgency_of(values.text(about, "severity"), options),
            data={
                "url": values.text(about, "url"),
                "severity": values.text(about, "severity"),
                "report": values.text(about, "report_type"),
                "location": values.mapping(about, "location"),
            },
        ),
    )


def access_token(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An access token that expires soon: what uses it stops then."""
    about = values.mapping(event, "object_attributes")
    of = values.text(event, "project.path_with_namespace", "group.group_path", "group.full_path", "group.group_name")
    name, at = values.text(about, "name"), values.text(about, "expires_at")
    return (
        signal(
            CREATE,
            f"{of}/token/{values.text(about, 'id') or name}",
            f"{of}: the access token {name} expires on {at}",
            urgency=urgencies.urgency_of("notice", options),
            data={"url": values.text(event, "project.web_url"), "project": of, "expires_at": at},
        ),
    )


def project(event: Event) -> str:
    """The project's path."""
    return values.text(event, "project.path_with_namespace", "project.name")


def link(event: Event, path: str, below: str, number: str) -> str:
    """The page of something: as it is sent, or below the project's."""
    base, found = values.text(event, "project.web_url"), values.text(event, number)
    return values.text(event, path) or (f"{base}{below}{found}" if base and found else "")


EVENTS: Mapping[str, Callable[[Event, Mapping[str, object]], tuple[Signal, ...]]] = {
    "pipeline": pipeline,
    "deployment": deployment,
    "issue": issue,
    "incident": issue,
    "work_item": issue,
    "vulnerability": vulnerability,
    "access_token": access_token,
}

TAKES = tuple(EVENTS)

PROJECT = {
    "path_with_namespace": "shop/api",
    "default_branch": "main",
    "web_url": "https://gitlab.example/shop/api",
}
ATTRIBUTES = {
    "id": 31,
    "ref": "main",
    "tag": False,
    "sha": "bcbb5ec396a2c0f828686f14fac9b80b780504f2",
    "source": "push",
    "status": "failed",
}
PIPELINE: dict[str, object] = {
    "object_kind": "pipeline",
    "object_attributes": ATTRIBUTES,
    "user": {"username": "root"},
    "project": PROJECT,
    "commit": {"title": "Add the cart", "author": {"name": "Alice"}},
    "builds": [
        {"stage": "build", "name": "image", "status": "success"},
        {"stage": "test", "name": "unit", "status": "failed"},
    ],
}
RAN = {
    "url": "https://gitlab.example/shop/api/-/pipelines/31",
    "project": "shop/api",
    "commit": ATTRIBUTES["sha"],
    "author": "Alice",
    "source": "push",
}
INCIDENT = {
    "object_kind": "issue",
    "project": PROJECT,
    "labels": [{"title": "sev"}],
    "object_attributes": {
        "iid": 23,
        "title": "Checkout is down",
        "description": "500s",
        "type": "Incident",
        "severity": "high",
        "action": "open",
        "url": "https://gitlab.example/shop/api/-/issues/incident/23",
    },
}
ABOUT = {"url": "https://gitlab.example/shop/api/-/issues/incident/23", "project": "shop/api"}
EXAMPLES = (
    posted(
        "a pipeline fails on the default branch",
        PIPELINE,
        signal(
            CREATE,
            "shop/api/pipeline@main",
            "shop/api: pipeline failed on main",
            "Add the cart\nfailed: test / unit",
            data=RAN,
        ),
    ),
    posted(
        "the next one succeeds",
        PIPELINE | {"object_attributes": ATTRIBUTES | {"status": "success"}, "builds": []},
        signal(RESOLVE, "shop/api/pipeline@main", "shop/api: pipeline succeeded on main", "Add the cart", data=RAN),
    ),
    posted("one of a feature fails", PIPELINE | {"object_attributes": ATTRIBUTES | {"ref": "cart"}}),
    posted(
        "a deployment fails",
        {
            "object_kind": "deployment",
            "status": "failed",
            "environment": "production",
            "deployable_url": "https://gitlab.example/shop/api/-/jobs/796",
            "short_sha": "279484c0",
            "ref": "main",
            "commit_title": "Add the cart",
            "user": {"username": "root"},
            "project": PROJECT,
        },
        signal(
            CREATE,
            "shop/api/deployment/production",
            "shop/api: deployment to production failed",
            "Add the cart",
            data={
                "url": "https://gitlab.example/shop/api/-/jobs/796",
                "project": "shop/api",
                "environment": "production",
                "commit": "279484c0",
                "ref": "main",
                "user": "root",
            },
        ),
    ),
    posted(
        "an incident",
        INCIDENT,
        signal(
            CREATE,
            "shop/api/issue/23",
            "shop/api#23: Checkout is down",
            "500s",
            urgency=Urgency.HIGH,
            tags=("sev",),
            data=ABOUT,
        ),
    ),
    posted(
        "the incident is closed",
        INCIDENT | {"object_attributes": {**INCIDENT["object_attributes"], "action": "close"}},  # type: ignore[dict-item]
        signal(
            RESOLVE,
            "shop/api/issue/23",
            "shop/api#23: Checkout is down",
            "500s",
            urgency=Urgency.HIGH,
            tags=("sev",),
            data=ABOUT,
        ),
    ),
    posted("a push", {"object_kind": "push", "project": PROJECT, "ref": "refs/heads/main"}),
    posted("a comment", {"object_kind": "note", "project": PROJECT, "object_attributes": {"note": "why?"}}),
)
