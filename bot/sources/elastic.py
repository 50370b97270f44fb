"""Elastic: rules of Kibana by a webhook connector, and watches of Elasticsearch, with bodies of our own.

Variables: elastic.co/docs, Rule action variables. A key stands for one alert (`alert.id`) of one rule, or for one
watch.
"""

from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Token that the connector puts into the header pagertree-token", secret=True)

NAME = "elastic"
TITLE = "Elastic (Kibana)"
SENDERS = (Sender("Elastic (Kibana rules, Watcher)", "by a webhook connector, with two actions in each rule"),)
SETUP = """In Kibana, Stack Management, Connectors, add a Webhook: POST, URL {url}, header content-type
application/json. In each rule add two actions with it, one for the active group and one for Recovered, for each
alert, on status changes, both with the body
`{"rule_id":"{{rule.id}}","rule_name":"{{rule.name}}","alert_id":"{{alert.id}}","action_group":"{{alert.actionGroup}}",
"reason":"{{context.reason}}","message":"{{context.message}}","url":"{{context.alertDetailsUrl}}","rule_url":"{{rule.url}}",
"severity":"{{rule.params.severity}}","tags":"{{rule.tags}}"}`. Without the second action nothing resolves. For
Watcher, give a webhook action the body
`{"watch_id":"{{ctx.watch_id}}","title":"...","message":"{{ctx.payload.hits.total}} hits"}`."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST", "PUT")
VERIFIED = "documented variables: elastic.co/docs, Rule action variables; the body is ours"
PROBLEM = "one alert of one rule, or one watch"
APART = ("rule_id", "alert_id", "watch_id")
TITLED_BY = "`rule_name` with `alert_id` where that names something, or `title`"
URGENCY_BY = "`severity`; burn rates and warnings by their action group"
STATES: Mapping[str, SignalKind | None] = {"any other action group": CREATE, "recovered": RESOLVE}
KEYED_BY = "`rule_id`/`alert_id`, or `watch_id`"
FIELDS = Fields(
    state="{said}",
    kinds={"recovered": RESOLVE, "active": CREATE},
    key=(
        "{rule_id}/{alert_id}",
        "{ruleId}/{alertId}",
        "{rule.id}/{alert.id}",
        "{watch_id}",
        "{alert_id}",
        "{rule_id}",
        "{ruleId}",
        "{rule.id}",
    ),
    title=(
        "{name}: {where}",
        "{name}",
        "{title}",
        "Watch {watch_id}",
    ),
    description=("{reason}", "{context.reason}", "{message}", "{context.message}"),
    urgency=("{severity}", "{context.severity}", "{burns}"),
    tags="tags",
    data={
        "url": ("{url}", "{context.alertDetailsUrl}", "{rule_url}", "{rule.url}"),
        "rule_url": ("{rule_url}", "{rule.url}"),
        "action_group": ("{action_group}", "{actionGroup}", "{alert.actionGroup}"),
        "space": ("{space}", "{rule.spaceId}"),
    },
)
RECOVERED = frozenset({"recovered", "resolved", "ok"})
EVERYWHERE = frozenset({"", "*", "query matched", "default"})
"""What a rule that watches nothing in particular has as the id of its alert."""
BURNS = {
    "slo.burnrate.alert": Urgency.CRITICAL,
    "slo.burnrate.high": Urgency.HIGH,
    "slo.burnrate.medium": Urgency.MEDIUM,
    "slo.burnrate.low": Urgency.LOW,
}

problems = urgencies.problems
verify = HeaderToken(TOKEN, "pagertree-token")
document = reading.document
read_rule = FIELDS.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An alert of a rule: its action group is `recovered`, or one of many names that rules have for what is wrong."""
    data = reading.mapping(request)
    group = values.text(data, "action_group", "actionGroup", "alert.actionGroup", "state", "status").lower()
    which = values.text(data, "alert_id", "alertId", "alert.id")
    return read_rule.signals(
        {
            **data,
            "said": "recovered" if group in RECOVERED else "active" if known(data) else "",
            "name": values.text(data, "rule_name", "ruleName", "rule.name"),
            "where": "" if which.lower() in EVERYWHERE else which,
            "burns": BURNS.get(group, "warning" if group.endswith(".warning") else ""),
        },
        options,
    )


def known(data: Mapping[str, object]) -> bool:
    """Whether a body has any of the fields that say what is wrong."""
    names = ("rule_id", "ruleId", "rule.id", "rule_name", "ruleName", "rule.name", "alert_id", "watch_id", "title")
    return bool(values.text(data, *names))


BODY = {
    "rule_id": "0f8b7a3c-2f4e-4f0a-9a43-5a6d8a0f6f11",
    "rule_name": "CPU is high",
    "alert_id": "web1",
    "action_group": "metrics.threshold.fired",
    "reason": "system.cpu.total.pct is 97% in the last 1 min for web1. Alert when > 90%.",
    "message": "",
    "url": "https://kibana.example/app/observability/alerts/3bd3",
    "rule_url": "https://kibana.example/app/management/rules/0f8b",
    "severity": "",
    "tags": "infra,cpu",
}
KEY = "0f8b7a3c-2f4e-4f0a-9a43-5a6d8a0f6f11/web1"
TEXTS = ("CPU is high: web1", "system.cpu.total.pct is 97% in the last 1 min for web1. Alert when > 90%.")
DATA = {"url": BODY["url"], "rule_url": BODY["rule_url"], "action_group": "metrics.threshold.fired"}
SLO = {
    "rule_id": "r7",
    "rule_name": "Checkout SLO",
    "alert_id": "*",
    "action_group": "slo.burnRate.alert",
    "reason": "The burn rate for the past 1h is 16.",
}
EXAMPLES = (
    posted("a rule fires", BODY, signal(CREATE, KEY, *TEXTS, tags=("infra", "cpu"), data=DATA)),
    posted(
        "the same rule for another host",
        BODY | {"alert_id": "web2"},
        signal(
            CREATE,
            "0f8b7a3c-2f4e-4f0a-9a43-5a6d8a0f6f11/web2",
            "CPU is high: web2",
            TEXTS[1],
            tags=("infra", "cpu"),
            data=DATA,
        ),
    ),
    posted(
        "it recovers",
        BODY | {"action_group": "recovered"},
        signal(RESOLVE, KEY, *TEXTS, tags=("infra", "cpu"), data=DATA | {"action_group": "recovered"}),
    ),
    posted(
        "a service level's budget burns",
        SLO,
        signal(
            CREATE,
            "r7/*",
            "Checkout SLO",
            "The burn rate for the past 1h is 16.",
            urgency=Urgency.CRITICAL,
            data={"action_group": "slo.burnRate.alert"},
        ),
    ),
    posted(
        "a body in the variables' own names",
        {
            "rule": {"id": "r1", "name": "Log errors"},
            "alert": {"id": "query matched", "actionGroup": "query matched"},
            "context": {"message": "12 hits"},
        },
        signal(CREATE, "r1/query matched", "Log errors", "12 hits", data={"action_group": "query matched"}),
    ),
    posted(
        "a watch",
        {"watch_id": "errors", "title": "Too many errors", "message": "31 hits"},
        signal(CREATE, "errors", "Too many errors", "31 hits"),
    ),
)
