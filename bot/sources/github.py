"""GitHub's webhooks: builds, deployments, security alerts, and issues that carry a label.

Format: docs.github.com/en/webhooks/webhook-events-and-payloads. What one key stands for: a workflow, check or
commit status on one branch of a repository; a repository's environment; a security alert by its number; an issue by
its number.
"""

from collections.abc import Callable, Mapping

from bot.engine.model import Signal, SignalKind, Urgency
from bot.errors import Unreadable
from bot.payloads import branches, reading, urgencies, values
from bot.payloads.branches import BRANCHES
from bot.payloads.doubts import taken
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import Signed
from bot.ports import Option, Request

SECRET = Option(name="secret", label="Secret of the webhook at GitHub", secret=True)
LABEL = Option(name="issue_label", label="Label that makes an issue an alert, such as incident (nothing: none does)")

NAME = "github"
TITLE = "GitHub"
SENDERS = (Sender("GitHub", "builds, deployments, security alerts, issues with a label"),)
SETUP = """In the repository or organization, Settings, Webhooks, add one with the payload URL {url}, the content
type application/json and a secret, and set the same secret here. Choose the events Workflow runs, Check runs,
Statuses, Deployment statuses, Dependabot alerts, Code scanning alerts, Secret scanning alerts, and Issues if a
label is to make an alert. Builds of the default branch make alerts; the option `branches` names others. Other
events are logged."""
OPTIONS = (SECRET, BRANCHES, LABEL, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "the sender's samples: octokit/webhooks, payload-examples, all 274; signed by its library in the tests"
PROBLEM = "one workflow, check or status on one branch, one environment, one security alert, or one issue"
APART = (
    "repository.full_name",
    "workflow_run.workflow_id",
    "context",
    "deployment_status.environment",
    "alert.number",
    "issue.number",
)
TITLED_BY = "the repository; the workflow, check, status, environment or finding; how it ended; the branch"
URGENCY_BY = "the severity of security alerts"
LINKED_BY = "`html_url`, `details_url`, `target_url` or `log_url`"
STATES: Mapping[str, SignalKind | None] = {
    "failure, error, timed_out, startup_failure; created, reopened, …; a label that is set": CREATE,
    "success; fixed, dismissed, resolved, …; closed": RESOLVE,
    "cancelled, skipped, neutral, stale, action_required, not ended; other events and branches": None,
}
KEYED_BY = (
    "the event and `repository.full_name`, with the workflow, check or status and its branch, the environment, or "
    "the number of the alert or issue"
)

problems = urgencies.problems
verify = Signed(SECRET, "x-hub-signature-256", "sha256=")

Event = Mapping[str, object]

ENDED = {
    "success": RESOLVE,
    **dict.fromkeys(("", "neutral", "skipped", "cancelled", "canceled", "stale", "action_required", "pending")),
    **dict.fromkeys(("failure", "error", "timed_out", "startup_failure"), CREATE),
}
"""How a build or a deployment ends; None asks for nobody."""
DEPLOYED = {**ENDED, **dict.fromkeys(("inactive", "queued", "in_progress", "waiting"))}
WORDS = {"failure": "failed", "error": "failed", "timed_out": "timed out", "startup_failure": "could not start"}
FOUND = {
    **dict.fromkeys(
        (
            "created",
            "reopened",
            "reintroduced",
            "reopened_by_user",
            "auto_reopened",
            "appeared_in_branch",
            "publicly_leaked",
        ),
        CREATE,
    ),
    **dict.fromkeys(("fixed", "dismissed", "auto_dismissed", "closed_by_user", "resolved", "revoked"), RESOLVE),
    **dict.fromkeys(("validated", "assigned", "unassigned", "assignees_changed", "updated_assignment")),
}
"""What an action on a security alert asks for."""
ISSUES = {
    **dict.fromkeys(("opened", "reopened", "labeled"), CREATE),
    **dict.fromkeys(("closed", "deleted", "transferred", "unlabeled"), RESOLVE),
}


def document(request: Request) -> object:
    """The event, also one that came as a form's field `payload`."""
    return event_of(request)


def event_of(request: Request) -> dict[str, object]:
    """The event as an object. Raises `Unreadable`."""
    data = reading.mapping(request)
    form = data.get("payload")
    if not isinstance(form, str):
        return data
    opened = reading.parsed(form.encode("utf-8", "replace"))
    return opened if isinstance(opened, dict) else reading.refuse("its field `payload` is no JSON object.")


def event_kind(request: Request) -> str:
    """The kind of an event, as the header says."""
    return request.headers.get("x-github-event", "").strip().lower()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """What an event asks for; those that are no problem's are logged."""
    event, name = event_of(request), event_kind(request)
    if not name:
        raise Unreadable("Cannot read this payload: the header x-github-event is missing, which GitHub sends.")
    known = EVENTS.get(name)
    return known(event, options) if known else ()


def workflow_run(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A workflow's run on a branch. A pull request's branch is its author's own, whatever its name."""
    run = values.mapping(event, "workflow_run")
    name = values.text(event, "workflow.name") or values.text(run, "name", "path")
    proposed = values.text(run, "event").startswith("pull_request")
    branch = values.text(run, "head_branch")
    if not branches.wanted("" if proposed else branch, default_branch(event), options):
        return ()
    return ended(
        event,
        values.text(run, "conclusion"),
        what=("workflow", values.text(run, "workflow_id") or name, branch),
        around=(name, f"on {branch}"),
        description=values.text(run, "display_title"),
        data={
            "url": values.text(run, "html_url"),
            "commit": values.text(run, "head_sha"),
            "actor": values.text(run, "triggering_actor.login", "actor.login"),
            "run": values.text(run, "run_number"),
            "started_by": values.text(run, "event"),
        },
    )


def check_run(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A check of another app than GitHub's own, whose workflows are told of by themselves."""
    run = values.mapping(event, "check_run")
    app, branch = values.text(run, "app.slug", "app.name"), values.text(run, "check_suite.head_branch")
    if app == "github-actions" or not branches.wanted(branch, default_branch(event), options):
        return ()
    name = values.text(run, "name")
    return ended(
        event,
        values.text(run, "conclusion"),
        what=("check", app, name, branch),
        around=(name, f"on {branch}"),
        description="\n".join(values.kept((values.text(run, "output.title"), values.text(run, "output.summary")))),
        data={
            "url": values.text(run, "details_url", "html_url"),
            "commit": values.text(run, "head_sha"),
            "app": values.text(run, "app.name"),
        },
    )


def status(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A commit's status, on the first of its branches that counts."""
    named = [values.text(each, "name") for each in values.items(event, "branches")]
    branch = next((each for each in named if branches.wanted(each, default_branch(event), options)), "")
    if not branch:
        return ()
    context = values.text(event, "context")
    return ended(
        event,
        values.text(event, "state"),
        what=("status", context, branch),
        around=(context, f"on {branch}"),
        description=values.text(event, "description"),
        data={"url": values.text(event, "target_url", "commit.html_url"), "commit": values.text(event, "sha")},
    )


def deployment_status(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A deployment into an environment, whatever its branch."""
    into = values.text(event, "deployment_status.environment", "deployment.environment")
    return ended(
        event,
        values.text(event, "deployment_status.state"),
        what=("deployment", into),
        around=(f"deployment to {into}", ""),
        description=values.text(event, "deployment_status.description", "deployment.description"),
        data={
            "url": values.text(event, "deployment_status.log_url", "deployment_status.target_url")
            or page(event, "deployments"),
            "environment": into,
            "ref": values.text(event, "deployment.ref"),
            "commit": values.text(event, "deployment.sha"),
            "creator": values.text(event, "deployment.creator.login"),
        },
        kinds=DEPLOYED,
    )


def ended(
    event: Event,
    said: str,
    *,
    what: tuple[str, ...],
    around: tuple[str, str],
    description: str,
    data: Mapping[str, object],
    kinds: Mapping[str, SignalKind | None] = ENDED,
) -> tuple[Signal, ...]:
    """The signal of something that ended well, badly, or in a way that nobody knows."""
    kind = kinds.get(said.lower(), CREATE)
    if kind is None:
        return ()
    how = "succeeded" if kind is RESOLVE else WORDS.get(said.lower(), said.replace("_", " "))
    doubt = "" if said.lower() in kinds else taken("conclusion", said)
    return (
        signal(
            kind,
            "/".join((repository(event), *what)),
            f"{repository(event)}: {around[0]} {how} {around[1]}",
            "\n\n".join(values.kept((description, doubt))),
            data={**data, "repository": repository(event)},
        ),
    )


def dependabot_alert(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A dependency with a known hole."""
    package = values.text(event, "alert.dependency.package.name")
    summary = values.text(event, "alert.security_advisory.summary")
    severity = values.text(event, "alert.security_advisory.severity")
    return found(event, "dependabot", f"{package}: {summary}", urgencies.urgency_of(severity, options))


def code_scanning_alert(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A finding in the code."""
    severity = values.text(event, "alert.rule.security_severity_level", "alert.rule.severity")
    where = values.text(event, "alert.most_recent_instance.location.path")
    title = values.text(event, "alert.rule.description", "alert.rule.name", "alert.rule.id")
    said = f"{title} in {where}" if where else title
    return found(event, "code scanning", said, urgencies.urgency_of(severity, options))


def secret_scanning_alert(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A secret that somebody has pushed. It has no severity; whoever finds it can use it."""
    what = values.text(event, "alert.secret_type_display_name", "alert.secret_type")
    return found(event, "secret scanning", f"a secret was pushed: {what}", urgencies.urgency_of("high", options))


def found(event: Event, tool: str, title: str, urgency: Urgency | None) -> tuple[Signal, ...]:
    """The signal of a security alert."""
    action = values.text(event, "action").lower()
    kind = FOUND.get(action, CREATE)
    if kind is None:
        return ()
    number = values.text(event, "alert.number") or reading.refuse("`alert.number` is missing, which names the alert.")
    return (
        signal(
            kind,
            "/".join((repository(event), tool, number)),
            f"{repository(event)}: {title}",
            "" if action in FOUND else taken("action", action),
            urgency=urgency,
            data={
                "url": values.text(event, "alert.html_url") or page(event, "security"),
                "repository": repository(event),
                "tool": tool,
                "severity": values.text(event, "alert.security_advisory.severity", "alert.rule.severity"),
                "package": values.text(event, "alert.dependency.package.name"),
                "advisory": values.text(event, "alert.security_advisory.ghsa_id", "alert.security_advisory.cve_id"),
            },
        ),
    )


def issues(event: Event, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An issue with the label that is configured; without one no issue makes an alert."""
    label, action = values.setting(LABEL, options).lower(), values.text(event, "action").lower()
    changed = values.text(event, "label.name").lower()
    carried = {values.text(each, "name").lower() for each in values.items(event, "issue.labels")}
    kind = ISSUES.get(action)
    if not label or kind is None or not concerns(action, label, changed, carried):
        return ()
    number = values.text(event, "issue.number") or reading.refuse("`issue.number` is missing, which names the issue.")
    return (
        signal(
            kind,
            "/".join((repository(event), "issue", number)),
            f"{repository(event)}#{number}: {values.text(event, 'issue.title')}",
            values.text(event, "issue.body"),
            tags=values.kept(sorted(carried)),
            data={
                "url": values.text(event, "issue.html_url"),
                "repository": repository(event),
                "author": values.text(event, "issue.user.login"),
            },
        ),
    )


def concerns(action: str, label: str, changed: str, carried: set[str]) -> bool:
    """Whether an action on an issue is about the label, or about an issue that carries it."""
    return changed == label if action in {"labeled", "unlabeled"} else label in carried


def repository(event: Event) -> str:
    """The repository's full name, or that of the organization."""
    return values.text(event, "repository.full_name", "repository.name", "organization.login")


def page(event: Event, name: str) -> str:
    """A page of the repository, for what comes without an address of its own."""
    repository_page = values.text(event, "repository.html_url")
    return f"{repository_page}/{name}" if repository_page else ""


def default_branch(event: Event) -> str:
    """The repository's default branch."""
    return values.text(event, "repository.default_branch")


EVENTS: Mapping[str, Callable[[Event, Mapping[str, object]], tuple[Signal, ...]]] = {
    "workflow_run": workflow_run,
    "check_run": check_run,
    "status": status,
    "deployment_status": deployment_status,
    "dependabot_alert": dependabot_alert,
    "code_scanning_alert": code_scanning_alert,
    "secret_scanning_alert": secret_scanning_alert,
    "issues": issues,
}

TAKES = tuple(EVENTS)

REPOSITORY = {"full_name": "shop/api", "default_branch": "main"}
RUN: dict[str, object] = {
    "id": 30433642,
    "name": "Build",
    "workflow_id": 159038,
    "head_branch": "main",
    "head_sha": "009b8a3a9ccbb128af87f9b1c0f4c62e8a304f6d",
    "run_number": 562,
    "event": "push",
    "display_title": "Update README.md",
    "status": "completed",
    "conclusion": "failure",
    "html_url": "https://github.com/shop/api/actions/runs/30433642",
    "actor": {"login": "alice"},
}
WORKFLOW = {"action": "completed", "workflow_run": RUN, "workflow": {"name": "Build"}, "repository": REPOSITORY}
RAN = {
    "url": RUN["html_url"],
    "commit": RUN["head_sha"],
    "actor": "alice",
    "run": "562",
    "started_by": "push",
    "repository": "shop/api",
}
ALERT = {
    "number": 7,
    "html_url": "https://github.com/shop/api/security/dependabot/7",
    "dependency": {"package": {"name": "lodash"}},
    "security_advisory": {"ghsa_id": "GHSA-29mw", "summary": "Prototype pollution", "severity": "critical"},
}
HOLE = {
    "url": ALERT["html_url"],
    "repository": "shop/api",
    "tool": "dependabot",
    "severity": "critical",
    "package": "lodash",
    "advisory": "GHSA-29mw",
}
STATUS = {
    "state": "error",
    "context": "ci/jenkins",
    "sha": "9049f126",
    "description": "Build 12 errored",
    "target_url": "https://ci.example/12",
    "branches": [{"name": "main"}],
    "repository": REPOSITORY,
}
DEPLOYMENT = {
    "deployment_status": {"state": "failure", "environment": "production", "log_url": "https://ci.example/deploy/3"},
    "deployment": {"ref": "main", "sha": "c0ffee", "creator": {"login": "bob"}},
    "repository": REPOSITORY,
}
INTO = {
    "url": "https://ci.example/deploy/3",
    "environment": "production",
    "ref": "main",
    "commit": "c0ffee",
    "creator": "bob",
    "repository": "shop/api",
}
ISSUE = {
    "action": "labeled",
    "label": {"name": "incident"},
    "issue": {
        "number": 12,
        "title": "Checkout is down",
        "body": "500s since 02:10",
        "html_url": "https://github.com/shop/api/issues/12",
        "labels": [{"name": "incident"}],
        "user": {"login": "alice"},
    },
    "repository": REPOSITORY,
}


def of(event: str) -> dict[str, str]:
    """The header that says which event it is."""
    return {"x-github-event": event}


EXAMPLES = (
    posted(
        "a build fails on the default branch",
        WORKFLOW,
        signal(CREATE, "shop/api/workflow/159038/main", "shop/api: Build failed on main", "Update README.md", data=RAN),
        headers=of("workflow_run"),
    ),
    posted(
        "the build succeeds",
        WORKFLOW | {"workflow_run": RUN | {"conclusion": "success"}},
        signal(
            RESOLVE, "shop/api/workflow/159038/main", "shop/api: Build succeeded on main", "Update README.md", data=RAN
        ),
        headers=of("workflow_run"),
    ),
    posted(
        "a build that a pull request asked for fails",
        WORKFLOW | {"workflow_run": RUN | {"event": "pull_request"}},
        headers=of("workflow_run"),
    ),
    posted(
        "a status of another build system",
        STATUS,
        signal(
            CREATE,
            "shop/api/status/ci/jenkins/main",
            "shop/api: ci/jenkins failed on main",
            "Build 12 errored",
            data={"url": "https://ci.example/12", "commit": "9049f126", "repository": "shop/api"},
        ),
        headers=of("status"),
    ),
    posted(
        "a deployment fails",
        DEPLOYMENT,
        signal(CREATE, "shop/api/deployment/production", "shop/api: deployment to production failed", data=INTO),
        headers=of("deployment_status"),
    ),
    posted(
        "a hole is found",
        {"action": "created", "alert": ALERT, "repository": REPOSITORY},
        signal(
            CREATE,
            "shop/api/dependabot/7",
            "shop/api: lodash: Prototype pollution",
            urgency=Urgency.CRITICAL,
            data=HOLE,
        ),
        headers=of("dependabot_alert"),
    ),
    posted(
        "the hole is mended",
        {"action": "fixed", "alert": ALERT, "repository": REPOSITORY},
        signal(
            RESOLVE,
            "shop/api/dependabot/7",
            "shop/api: lodash: Prototype pollution",
            urgency=Urgency.CRITICAL,
            data=HOLE,
        ),
        headers=of("dependabot_alert"),
    ),
    posted(
        "an issue gets the label",
        ISSUE,
        signal(
            CREATE,
            "shop/api/issue/12",
            "shop/api#12: Checkout is down",
            "500s since 02:10",
            tags=("incident",),
            data={"url": "https://github.com/shop/api/issues/12", "repository": "shop/api", "author": "alice"},
        ),
        headers=of("issues"),
        options={"issue_label": "Incident"},
    ),
    posted("a star", {"action": "created", "repository": REPOSITORY}, headers=of("star")),
    posted("the webhook is made", {"zen": "Design for failure.", "hook_id": 1}, headers=of("ping")),
)
