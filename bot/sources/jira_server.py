"""Jira Server, Data Center and Cloud, by a system webhook."""

from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind
from bot.ports import Option, Request
from bot.sources import reading, values
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

ON_UPDATE = Option(name="issue_updated", default=False, label="An issue that is updated makes an alert too")

NAME = "jira_server"
TITLE = "Jira"
SETUP = """In Jira, Administration, System, WebHooks, create one with the URL {url} for the issue events created,
updated and deleted; narrow it by JQL, such as `priority = Highest`."""
OPTIONS = (ON_UPDATE,)
METHODS = ("POST",)
VERIFIED = "the documented fields, by memory"
KEYED_BY = "`issue.id`"

verify = UNSIGNED
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An issue that is created, or updated where that is set. One that is done or deleted is resolved."""
    data = reading.mapping(request)
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
            values.text(data, "issue.fields.summary", "issue.key"),
            values.text(data, "issue.fields.description"),
            data={"url": page(data), "key": values.text(data, "issue.key")},
        ),
    )


def signal_kind(data: Mapping[str, object], *, on_update: bool) -> SignalKind | None:
    """What an event asks for."""
    event = values.text(data, "webhookEvent")
    done = values.text(data, "issue.fields.status.statusCategory.key") == "done"
    if event == "jira:issue_deleted" or (event == "jira:issue_updated" and done):
        return RESOLVE
    if event == "jira:issue_created" or (event == "jira:issue_updated" and on_update):
        return CREATE
    return None


def page(data: Mapping[str, object]) -> str:
    """The issue's page, next to the address of its REST resource."""
    base, found, _ = values.text(data, "issue.self").partition("/rest/")
    return f"{base}/browse/{values.text(data, 'issue.key')}" if found else ""


ISSUE: dict[str, object] = {
    "id": "99291",
    "self": "https://jira.example/rest/api/2/issue/99291",
    "key": "OPS-1",
    "fields": {"summary": "The shop is down", "description": "Nobody can pay"},
}
DONE = {"summary": "The shop is down", "status": {"name": "Done", "statusCategory": {"key": "done"}}}
DATA = {"url": "https://jira.example/browse/OPS-1", "key": "OPS-1"}
CREATED = {"webhookEvent": "jira:issue_created", "timestamp": 1525698237764, "issue": ISSUE}
UPDATED = CREATED | {"webhookEvent": "jira:issue_updated"}
TEXTS = ("99291", "The shop is down", "Nobody can pay")
EXAMPLES = (
    posted("an issue is created", CREATED, signal(CREATE, *TEXTS, data=DATA)),
    posted("it is updated", UPDATED),
    posted(
        "it is updated, which makes an alert where that is set",
        UPDATED,
        signal(CREATE, *TEXTS, data=DATA),
        options={"issue_updated": True},
    ),
    posted("it is done", UPDATED | {"issue": ISSUE | {"fields": DONE}}, signal(RESOLVE, *TEXTS[:2], data=DATA)),
)
