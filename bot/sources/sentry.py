"""Sentry, by an internal integration's webhooks."""

from collections.abc import Mapping

from bot.engine.model import Signal
from bot.ports import Option, Request
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.sources.signatures import Signed

SECRET = Option(name="client_secret", label="Client secret of the internal integration at Sentry", secret=True)

NAME = "sentry"
TITLE = "Sentry"
SETUP = """In Sentry, Settings, Developer Settings, create an internal integration with the webhook URL {url}, turn on
Alert Rule Action and choose the issue and error webhooks. Set its client secret as client_secret here. Then
add the integration as an action to your alert rules."""
OPTIONS = (SECRET,)
METHODS = ("POST",)
VERIFIED = "documented samples: docs.sentry.io, integration platform webhooks"
KEYED_BY = "the id of the issue or metric alert"
ISSUE = Fields(
    state="{action}",
    kinds={
        **dict.fromkeys(("created", "unresolved"), CREATE),
        "assigned": ACKNOWLEDGE,
        **dict.fromkeys(("resolved", "archived", "ignored"), RESOLVE),
    },
    otherwise=None,
    key="{data.issue.id}",
    title="{data.issue.title}",
    description="{data.issue.culprit}",
    data={"url": ("{data.issue.web_url}", "{data.issue.permalink}"), "project": "{data.issue.project.slug}"},
)
EVENT_ALERT = Fields(
    state="{action}",
    kinds={"triggered": CREATE},
    key=("{data.event.issue_id}", "{data.event.groupid}"),
    title=("{data.event.title}", "{data.triggered_rule}"),
    description="{data.event.culprit}",
    data={"url": "{data.event.web_url}", "rule": "{data.triggered_rule}", "level": "{data.event.level}"},
)
METRIC_ALERT = Fields(
    state="{action}",
    kinds={"critical": CREATE, "warning": CREATE, "resolved": RESOLVE},
    key="{data.metric_alert.id}",
    title=("{data.description_title}", "{data.metric_alert.title}"),
    description="{data.description_text}",
    data={"url": "{data.web_url}", "level": "{action}"},
)
ERROR = Fields(
    state="{action}",
    kinds={"created": CREATE},
    key="{data.error.issue_id}",
    title="{data.error.title}",
    description="{data.error.culprit}",
    data={"url": "{data.error.web_url}"},
)
ANY_ALERT = Fields(
    state="{action}",
    kinds={"triggered": CREATE, "resolved": RESOLVE},
    key=("{data.issue.id}", "{data.event.issue_id}"),
    title=("{data.issue.title}", "{data.event.title}", "{data.description_title}", "{data.triggered_rule}"),
    description=("{data.issue.culprit}", "{data.description_text}"),
    data={"url": ("{data.issue.web_url}", "{data.web_url}"), "rule": "{data.triggered_rule}"},
)
LEGACY = Fields(
    key="{id}",
    title=("{event.title}", "{message}", "{culprit}"),
    description="{culprit}",
    data={"url": "{url}", "project": "{project_name}", "level": "{level}"},
)

document = reading.document

READERS = {
    "issue": ISSUE.reader(),
    "event_alert": EVENT_ALERT.reader(),
    "metric_alert": METRIC_ALERT.reader(),
    "error": ERROR.reader(),
    "": LEGACY.reader(),
}
ALERT = ANY_ALERT.reader()
verify = Signed(SECRET, "sentry-hook-signature")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """By Sentry's resource; alerts of new kinds are read too, installations and comments ask for nothing."""
    data = reading.mapping(request)
    resource = request.headers.get("sentry-hook-resource", "").strip().lower()
    reader = READERS.get(resource) or (ALERT if resource.endswith("alert") else None)
    return reader.signals(data) if reader else ()


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
            "web_url": "https://acme.sentry.io/issues/1170820242/",
            "project": {"slug": "front-end"},
        }
    },
    "actor": {"type": "application", "name": "Sentry"},
}
TEXTS = ("1170820242", "ReferenceError: heck is not defined", "?(index)")
DATA = {"url": "https://acme.sentry.io/issues/1170820242/", "project": "front-end"}
EVENT = {
    "issue_id": "1117540176",
    "title": "ReferenceError: blooopy is not defined",
    "culprit": "blah",
    "level": "error",
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
    posted("an issue is created", BODY, signal(CREATE, *TEXTS, data=DATA), headers=about("issue")),
    posted(
        "it is assigned",
        BODY | {"action": "assigned"},
        signal(ACKNOWLEDGE, *TEXTS, data=DATA),
        headers=about("issue"),
    ),
    posted(
        "it is resolved",
        BODY | {"action": "resolved"},
        signal(RESOLVE, *TEXTS, data=DATA),
        headers=about("issue"),
    ),
    posted(
        "an issue alert is triggered",
        {"action": "triggered", "data": {"event": EVENT, "triggered_rule": "Very important"}},
        signal(
            CREATE,
            "1117540176",
            "ReferenceError: blooopy is not defined",
            "blah",
            data={
                "url": "https://acme.sentry.io/issues/1117540176/events/e4874d66/",
                "rule": "Very important",
                "level": "error",
            },
        ),
        headers=about("event_alert"),
    ),
    posted(
        "a metric alert is critical",
        {"action": "critical", "data": METRIC},
        signal(CREATE, *METRIC_TEXTS, data={"url": "https://acme.sentry.io/alerts/4/", "level": "critical"}),
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
    posted("an installation", {"action": "created", "data": {"installation": {}}}, headers=about("installation")),
)
