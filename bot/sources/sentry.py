"""Sentry, by an internal integration's webhooks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import Signed
from bot.ports import Option, Request

SECRET = Option(name="client_secret", label="Client secret of the internal integration at Sentry", secret=True)

NAME = "sentry"
TITLE = "Sentry"
SENDERS = (Sender("Sentry", "by an internal integration"),)
SETUP = """In Sentry, Settings, Developer Settings, create an internal integration with the webhook URL {url}, turn on
Alert Rule Action and choose the issue and error webhooks. Set its client secret as client_secret here. Then
add the integration as an action to your alert rules."""
OPTIONS = (SECRET, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "documented samples: docs.sentry.io, integration platform webhooks"
PROBLEM = "one issue, or one metric alert"
APART = ("data.issue.id", "data.metric_alert.id")
TITLED_BY = "the title of the issue, event or alert, with project and environment"
URGENCY_BY = "`level`, else the issue's `priority`; of metric alerts the action (critical, warning)"
LINKED_BY = "`web_url`"
STATES: Mapping[str, SignalKind | None] = {
    "created, unresolved, triggered, critical, warning": CREATE,
    "assigned": ACKNOWLEDGE,
    "resolved, archived, ignored": RESOLVE,
    "any other action of an issue or alert": CREATE,
    "installation, comment and other resources": None,
}
KEYED_BY = "the id of the issue or metric alert"
ISSUE = Fields(
    state="{action}",
    kinds={
        **dict.fromkeys(("created", "unresolved"), CREATE),
        "assigned": ACKNOWLEDGE,
        **dict.fromkeys(("resolved", "archived", "ignored"), RESOLVE),
    },
    key="{data.issue.id}",
    title="{data.issue.title}",
    where=("{data.issue.project.slug}", "{data.issue.culprit}"),
    description=("{data.issue.metadata.value}\n{data.issue.culprit}", "{data.issue.culprit}"),
    urgency=("{data.issue.level}", "{data.issue.priority}"),
    data={
        "url": ("{data.issue.web_url}", "{data.issue.permalink}"),
        "project": "{data.issue.project.slug}",
        "issue": "{data.issue.shortId}",
        "level": "{data.issue.level}",
        "events": "{data.issue.count}",
        "users": "{data.issue.userCount}",
    },
)
EVENT_ALERT = Fields(
    state="{action}",
    kinds={"triggered": CREATE},
    key=("{data.event.issue_id}", "{data.event.groupid}"),
    title=(
        "{data.event.title}",
        "{data.event.occurrence.issueTitle}: {data.event.occurrence.subtitle}",
        "{data.event.occurrence.issueTitle}",
        "{data.event.message}",
        "{data.triggered_rule}",
    ),
    where=("{data.event.project_slug}", "{data.event.environment}", "{data.event.culprit}"),
    description=("{data.event.culprit}", "{data.event.occurrence.subtitle}"),
    urgency=("{data.event.level}", "{data.event.occurrence.level}"),
    data={
        "url": "{data.event.web_url}",
        "rule": "{data.triggered_rule}",
        "level": "{data.event.level}",
        "environment": "{data.event.environment}",
        "release": "{data.event.release}",
    },
)
METRIC_ALERT = Fields(
    state="{action}",
    kinds={"critical": CREATE, "warning": CREATE, "resolved": RESOLVE},
    key="{data.metric_alert.id}",
    title=("{data.description_title}", "{data.metric_alert.title}"),
    where="{data.metric_alert.projects.0}",
    description="{data.description_text}",
    urgency="{action}",
    data={"url": "{data.web_url}", "level": "{action}", "project": "{data.metric_alert.projects.0}"},
)
ERROR = Fields(
    state="{action}",
    kinds={"created": CREATE},
    key="{data.error.issue_id}",
    title="{data.error.title}",
    where="{data.error.culprit}",
    description="{data.error.culprit}",
    urgency="{data.error.level}",
    data={"url": "{data.error.web_url}"},
)
ANY_ALERT = Fields(
    state="{action}",
    kinds={"triggered": CREATE, "resolved": RESOLVE},
    key=("{data.issue.id}", "{data.event.issue_id}"),
    title=("{data.issue.title}", "{data.event.title}", "{data.description_title}", "{data.triggered_rule}"),
    where=("{data.issue.project.slug}", "{data.event.culprit}"),
    description=("{data.issue.culprit}", "{data.description_text}"),
    urgency=("{data.issue.level}", "{data.event.level}", "{data.issue.priority}"),
    data={"url": ("{data.issue.web_url}", "{data.web_url}"), "rule": "{data.triggered_rule}"},
)
LEGACY = Fields(
    key="{id}",
    title=("{event.title}", "{message}", "{culprit}"),
    where=("{project_name}", "{event.environment}"),
    description="{culprit}",
    urgency="{level}",
    data={"url": "{url}", "project": "{project_name}", "level": "{level}"},
)

problems = urgencies.problems
document = reading.document

READERS = {
    "issue": ISSUE.reader(),
    "event_alert": EVENT_ALERT.reader(),
    "metric_alert": METRIC_ALERT.reader(),
    "error": ERROR.reader(),
    "": LEGACY.reader(),
}
ALERT = ANY_ALERT.reader()
MAX_SHOWN = 40  # tags of an event
verify = Signed(SECRET, "sentry-hook-signature")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """By Sentry's resource; alerts of new kinds are read too, installations and comments ask for nothing."""
    data = reading.mapping(request)
    resource = event_kind(request)
    reader = READERS.get(resource) or (ALERT if resource.endswith("alert") else None)
    tags = dict(entries(data)) if reader else {}
    return tuple(replace(one, data={**tags, **one.data}) for one in (reader.signals(data, options) if reader else ()))


TAKES = ("issue", "event_alert", "metric_alert", "error", "other alerts")


def event_kind(request: Request) -> str:
    """What an event is about. Raises `Unreadable`."""
    return request.headers.get("sentry-hook-resource", "").strip().lower() or resource_of(reading.mapping(request))


def resource_of(data: Mapping[str, object]) -> str:
    """What a payload without Sentry's header is about, "" for that of the legacy plugin."""
    found = {"metric_alert": "metric_alert", "event": "event_alert", "issue": "issue", "error": "error"}
    return next((resource for name, resource in found.items() if values.mapping(data, f"data.{name}")), "")


def entries(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The tags of an event, by name."""
    for path in ("data.event.tags", "data.error.tags", "event.tags"):
        for item in values.items(data, path)[:MAX_SHOWN]:
            name, said = values.pair(item)
            if name and said and not said.startswith(("https://", "http://")):
                yield name, said


def about(name: str) -> dict[str, str]:
    """The header that says what Sentry's payload is about."""
    return {"sentry-hook-resource": name}


BODY = {
    "action": "created",
    "data": {
        "issue": {
            "id": "1170820242",
            "title": "ReferenceError: heck is not defined",
            "culprit": "?(index)",
            "level": "fatal",
            "web_url": "https://acme.sentry.io/issues/1170820242/",
            "project": {"slug": "front-end"},
        }
    },
    "actor": {"type": "application", "name": "Sentry"},
}
TEXTS = ("1170820242", "ReferenceError: heck is not defined (front-end, ?(index))", "?(index)")
DATA = {"url": "https://acme.sentry.io/issues/1170820242/", "project": "front-end", "level": "fatal"}
EVENT = {
    "issue_id": "1117540176",
    "title": "ReferenceError: blooopy is not defined",
    "culprit": "blah",
    "level": "error",
    "environment": "prod",
    "tags": [["browser", "Firefox"]],
    "web_url": "https://acme.sentry.io/issues/1117540176/events/e4874d66/",
}
METRIC = {
    "metric_alert": {"id": "4", "title": "Too many errors"},
    "description_title": "Critical: Too many errors",
    "description_text": "100 events in the last 10 minutes",
    "web_url": "https://acme.sentry.io/alerts/4/",
}
METRIC_TEXTS = ("4", "Critical: Too many errors", "100 events in the last 10 minutes")
EXAMPLES = (
    posted(
        "an issue is created", BODY, signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA), headers=about("issue")
    ),
    posted(
        "it is assigned",
        BODY | {"action": "assigned"},
        signal(ACKNOWLEDGE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
        headers=about("issue"),
    ),
    posted(
        "it is resolved",
        BODY | {"action": "resolved"},
        signal(RESOLVE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
        headers=about("issue"),
    ),
    posted(
        "an issue alert is triggered",
        {"action": "triggered", "data": {"event": EVENT, "triggered_rule": "Very important"}},
        signal(
            CREATE,
            "1117540176",
            "ReferenceError: blooopy is not defined (prod, blah)",
            "blah",
            urgency=Urgency.HIGH,
            data={
                "browser": "Firefox",
                "url": "https://acme.sentry.io/issues/1117540176/events/e4874d66/",
                "rule": "Very important",
                "level": "error",
                "environment": "prod",
            },
        ),
        headers=about("event_alert"),
    ),
    posted(
        "a metric alert is critical",
        {"action": "critical", "data": METRIC},
        signal(
            CREATE,
            *METRIC_TEXTS,
            urgency=Urgency.CRITICAL,
            data={"url": "https://acme.sentry.io/alerts/4/", "level": "critical"},
        ),
        headers=about("metric_alert"),
    ),
    posted(
        "the metric alert is resolved",
        {"action": "resolved", "data": METRIC},
        signal(RESOLVE, *METRIC_TEXTS, data={"url": "https://acme.sentry.io/alerts/4/", "level": "resolved"}),
        headers=about("metric_alert"),
    ),
    posted(
        "an activity alert",
        {"action": "triggered", "data": {"issue": {"id": "7", "title": "Slow query"}, "triggered_rule": "Slow"}},
        signal(CREATE, "7", "Slow query", data={"rule": "Slow"}),
        headers=about("activity_alert"),
    ),
    posted(
        "an action that is new",
        BODY | {"action": "escalating"},
        signal(
            CREATE,
            *TEXTS[:2],
            "?(index)\n\n(The field action says `escalating`: taken as a new alert.)",
            urgency=Urgency.CRITICAL,
            data=DATA,
        ),
        headers=about("issue"),
    ),
    posted("an installation", {"action": "created", "data": {"installation": {}}}, headers=about("installation")),
)
