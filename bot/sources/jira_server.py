"""Jira Server, Data Center and Cloud: a system webhook, or an automation rule that sends the issue itself."""

from collections.abc import Iterator, Mapping

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

ON_UPDATE = Option(name="issue_updated", default=False, label="An issue that is updated makes an alert too")

NAME = "jira_server"
TITLE = "Jira"
SETUP = """In Jira, Administration, System, WebHooks, create one with the URL {url} for the issue events created,
updated and deleted; narrow it by JQL, such as `priority = Highest`. Without that right, let an automation rule of your
project "Send web request": POST to {url} with the body "Issue data", when an issue is created and when it is done."""
OPTIONS = (ON_UPDATE, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = (
    "by memory of the documented fields: developer.atlassian.com, Webhooks; support.atlassian.com, Send web request"
)
PROBLEM = "one issue"
KEYED_BY = "`issue.id`; of an automation rule `id`"
APART = ("issue.id", "id")
TITLED_BY = "`issue.key` and `issue.fields.summary`"
URGENCY_BY = "`issue.fields.priority.name`"
LINKED_BY = "`issue.self` and `issue.key`"
STATES: Mapping[str, SignalKind | None] = {
    "jira:issue_created": CREATE,
    "an issue of an automation rule": CREATE,
    "reopened": CREATE,
    "jira:issue_updated": None,
    "done": RESOLVE,
    "jira:issue_deleted": RESOLVE,
    "comment_created, worklog_updated and the like": None,
}
OVER = frozenset({"done", "closed", "resolved", "complete", "completed"})
MAX_NODES = 2_000  # of a description that Jira Cloud sends as a document

problems = urgencies.problems
verify = UNSIGNED
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An issue that is created or reopened, or updated where that is set. One that is done or deleted is resolved."""
    data = whole(reading.mapping(request))
    if is_of_something_else(values.text(data, "webhookEvent")):
        return ()
    key = values.text(data, "issue.id", "issue.key")
    if not key:
        reading.refuse("it has no `issue.id`, which Jira's issue events have.")
    kind = signal_kind(data, on_update=values.enabled(ON_UPDATE, options))
    if kind is None:
        return ()
    return (
        signal(
            kind,
            key,
            ": ".join(values.kept(values.text(data, path) for path in ("issue.key", "issue.fields.summary"))),
            values.text(data, "issue.fields.description") or written(values.find(data, "issue.fields.description")),
            urgency=urgencies.urgency_of(values.text(data, "issue.fields.priority.name"), options),
            data={
                "url": page(data),
                "key": values.text(data, "issue.key"),
                "project": values.text(data, "issue.fields.project.name", "issue.fields.project.key"),
                "type": values.text(data, "issue.fields.issuetype.name"),
                "priority": values.text(data, "issue.fields.priority.name"),
                "status": values.text(data, "issue.fields.status.name"),
                "assignee": values.text(data, "issue.fields.assignee.displayName"),
                "reporter": values.text(data, "issue.fields.reporter.displayName"),
                "labels": ", ".join(values.words(data, "issue.fields.labels")),
            },
        ),
    )


TAKES = ("jira:issue_created", "jira:issue_updated", "jira:issue_deleted")


def event_kind(request: Request) -> str:
    """The name of an event. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "webhookEvent")


def whole(sent: dict[str, object]) -> dict[str, object]:
    """An event with its issue, which automation rules send alone."""
    return {"issue": sent} if "issue" not in sent and isinstance(sent.get("fields"), dict) else sent


def signal_kind(data: Mapping[str, object], *, on_update: bool) -> SignalKind | None:
    """What an event of an issue asks for; one that is not known makes an alert."""
    event = values.text(data, "webhookEvent")
    if event == "jira:issue_deleted":
        return RESOLVE
    if is_done(data):
        return None if event == "jira:issue_created" else RESOLVE
    if event == "jira:issue_updated":
        return CREATE if on_update or is_reopened(data) else None
    return CREATE


def is_of_something_else(event: str) -> bool:
    """Whether an event is not one of an issue: a comment, a sprint, a version, a person. Those have no issue."""
    return bool(event) and not event.startswith("jira:issue_")


def is_done(data: Mapping[str, object]) -> bool:
    """Whether an issue's status is one of those that mean done."""
    return values.text(data, "issue.fields.status.statusCategory.key").lower() == "done"


def is_reopened(data: Mapping[str, object]) -> bool:
    """Whether an update takes an issue back from those that are done."""
    if values.text(data, "issue_event_type_name") == "issue_reopened":
        return True
    changes = values.items(data, "changelog.items")
    was_done = (values.text(each, "fromString").lower() in OVER for each in changes if is_of_status(each))
    return any(was_done)


def is_of_status(change: object) -> bool:
    """Whether a change is one of the status."""
    return values.text(change, "field").lower() == "status"


def written(content: object) -> str:
    """The words of a description that Jira Cloud sends as a document of nodes."""
    return "\n".join(text for text in _texts(content) if text)


def _texts(content: object) -> Iterator[str]:
    waiting: list[object] = [content]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        yield values.text(node, "text")
        waiting[:0] = values.items(node, "content")


def page(data: Mapping[str, object]) -> str:
    """The issue's page, next to the address of its REST resource."""
    base, found, _ = values.text(data, "issue.self").partition("/rest/")
    return f"{base}/browse/{values.text(data, 'issue.key')}" if found else ""


ISSUE: dict[str, object] = {
    "id": "99291",
    "self": "https://jira.example/rest/api/2/issue/99291",
    "key": "OPS-1",
    "fields": {"summary": "The shop is down", "description": "Nobody can pay", "priority": {"name": "Highest"}},
}
DONE = {"summary": "The shop is down", "status": {"name": "Done", "statusCategory": {"key": "done"}}}
URL = "https://jira.example/browse/OPS-1"
DATA = {"url": URL, "key": "OPS-1", "priority": "Highest"}
REOPENED = {"items": [{"field": "status", "fromString": "Done", "toString": "To Do"}]}
CLOUD = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Nobody can pay"}]}]}
CREATED = {"webhookEvent": "jira:issue_created", "timestamp": 1525698237764, "issue": ISSUE}
UPDATED = CREATED | {"webhookEvent": "jira:issue_updated"}
TEXTS = ("99291", "OPS-1: The shop is down", "Nobody can pay")
EXAMPLES = (
    posted("an issue is created", CREATED, signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA)),
    posted("it is updated", UPDATED),
    posted(
        "it is updated, which makes an alert where that is set",
        UPDATED,
        signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
        options={"issue_updated": True},
    ),
    posted(
        "it is done",
        UPDATED | {"issue": ISSUE | {"fields": DONE}},
        signal(RESOLVE, *TEXTS[:2], data={"url": URL, "key": "OPS-1", "status": "Done"}),
    ),
    posted(
        "it is reopened",
        UPDATED | {"changelog": REOPENED},
        signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
    ),
    posted("a sprint starts", {"webhookEvent": "sprint_started", "sprint": {"id": 3, "name": "Sprint 3"}}),
    posted("a comment", CREATED | {"webhookEvent": "comment_created"}),
    posted(
        "an automation rule of Jira Cloud sends the issue",
        ISSUE | {"id": 99291, "fields": {"summary": "The shop is down", "description": CLOUD, "labels": ["pay"]}},
        signal(CREATE, *TEXTS, data={"url": URL, "key": "OPS-1", "labels": "pay"}),
    ),
)
