"""Coroot, by its webhook with the template `{{ json . }}`.

Format: coroot/coroot, notifications/webhook.go. A key stands for one incident or one alert, by the number in its
page's address, which stays until it is over; without an address, for the application (and the rule).
"""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Token in the webhook's custom header pagertree-token", secret=True)

NAME = "coroot"
TITLE = "Coroot"
SETUP = """In Coroot, Project settings, Integrations, add a Webhook with the URL {url}, for incidents and alerts
(deployments are only logged), and give each of its templates the text `{{ json . }}`. With a token set here, add it
as the custom header `pagertree-token`."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "the sender's source: coroot/coroot, notifications/webhook.go"
PROBLEM = "one incident, or one alert of a rule"
APART = ("url",)
TITLED_BY = "the application, and `summary`, `rule_name` or the first report"
KEYED_BY = "`incident` or `alert` in the address `url`, else `project_name`/`rule_name`/`application`"
FIELDS = Fields(
    state="{status}",
    kinds={**dict.fromkeys(("critical", "warning", "unknown", "info"), CREATE), "ok": RESOLVE, "resolved": RESOLVE},
    key="{which}",
    title=("{name}: {summary}", "{name}: {rule_name}", "{name}: {first}", "{name} is {status}"),
    description="{told}",
    urgency=("{severity}", "{status}"),
    data={
        "url": "{url}",
        "application": "{name}",
        "project": "{project_name}",
        "rule": "{rule_name}",
        "for": "{duration}",
        "resolved_by": "{resolved_by}",
    },
)
DEPLOYMENTS = frozenset({"deployed", "in-progress", "stuck", "cancelled"})
NUMBERS = ("incident", "alert")

problems = urgencies.problems
verify = HeaderToken(TOKEN, "pagertree-token")
document = reading.document
read_incident = FIELDS.reader()
TAKES = FIELDS.takes


def event_kind(request: Request) -> str:
    """The state of an incident or an alert, or that it is a deployment. Raises `Unreadable`."""
    data = reading.mapping(request)
    return "deployment" if is_deployment(data) else read_incident.event_kind(request)


def is_deployment(data: Mapping[str, object]) -> bool:
    """Whether a version is deployed, or was."""
    return "version" in data and values.text(data, "status").lower() in DEPLOYMENTS


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An incident or an alert; a deployment is logged."""
    data = reading.mapping(request)
    if is_deployment(data):
        return ()
    reports = [report(each) for each in values.items(data, "reports")]
    details = (f"{values.text(each, 'name')}: {values.text(each, 'value')}" for each in values.items(data, "details"))
    return read_incident.signals(
        {
            **data,
            "which": which(data),
            "name": application(data),
            "first": next((each for each in reports if each), ""),
            "told": "\n".join(values.kept((values.text(data, "summary"), *reports, *details))),
        },
        options,
    )


def which(data: Mapping[str, object]) -> str:
    """The number of the incident or alert."""
    try:
        asked = parse_qs(urlsplit(values.text(data, "url")).query, max_num_fields=20)
    except ValueError:
        asked = {}
    found = (f"{name}/{asked[name][0]}" for name in NUMBERS if name in asked)
    named = (values.text(data, "project_name"), values.text(data, "rule_name"), values.text(data, "application"))
    return next(found, "/".join(values.kept((*named, application(data))[:3])))


def application(data: Mapping[str, object]) -> str:
    """The application as people read it: its name and namespace, out of `cluster:namespace:kind:name`."""
    parts = values.text(data, "application").split(":")
    if len(parts) < 3:
        return parts[0] or values.text(data, "application.name", "application.Name", "rule_name")
    namespace, name = parts[-3], parts[-1]
    return name if namespace in {"", "_"} else f"{namespace}/{name}"


def report(found: object) -> str:
    """A report of what is wrong, in a line."""
    name, check = values.text(found, "name"), values.text(found, "check")
    return ": ".join(values.kept((" / ".join(values.kept((name, check))), values.text(found, "message"))))


BODY = {
    "status": "CRITICAL",
    "application": "default:Deployment:checkout",
    "reports": [
        {"name": "SLO", "check": "Availability", "message": "error budget burn rate is 26x within 1 hour"},
        {"name": "Memory", "check": "Out of Memory", "message": "app containers have been restarted 11 times"},
    ],
    "url": "https://coroot.example/p/prod/incidents?incident=gc9p1z",
}
TEXT = (
    "SLO / Availability: error budget burn rate is 26x within 1 hour\n"
    "Memory / Out of Memory: app containers have been restarted 11 times"
)
TITLED = "default/checkout: SLO / Availability: error budget burn rate is 26x within 1 hour"
DATA = {"url": BODY["url"], "application": "default/checkout"}
ALERT = {
    "status": "WARNING",
    "project_name": "prod",
    "application": "c1:shop:StatefulSet:db",
    "rule_name": "Disk usage",
    "severity": "warning",
    "summary": "92% of /data is used",
    "details": [{"name": "Pod", "value": "db-0"}],
    "url": "https://coroot.example/p/prod/alerts?alert=77",
}
ABOUT = {"url": ALERT["url"], "application": "shop/db", "project": "prod", "rule": "Disk usage"}
EXAMPLES = (
    posted("an incident", BODY, signal(CREATE, "incident/gc9p1z", TITLED, TEXT, urgency=Urgency.CRITICAL, data=DATA)),
    posted(
        "it is over",
        BODY | {"status": "OK", "reports": []},
        signal(RESOLVE, "incident/gc9p1z", "default/checkout is OK", data=DATA),
    ),
    posted(
        "an alert of a rule",
        ALERT,
        signal(
            CREATE,
            "alert/77",
            "shop/db: 92% of /data is used",
            "92% of /data is used\nPod: db-0",
            urgency=Urgency.MEDIUM,
            data=ABOUT,
        ),
    ),
    posted(
        "a deployment",
        {"status": "Deployed", "application": "default:Deployment:checkout", "version": "123ab: app:v1", "url": ""},
    ),
)
