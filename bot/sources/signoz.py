"""SigNoz, by its webhook channel: groups of alerts as Alertmanager's webhook has them.

Format: signoz.io/docs, Webhook channel; SigNoz runs Alertmanager's code. A key stands for one alert of a rule, by
its labels (`fingerprint`).
"""

from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import alertmanager, reading, urgencies, values
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Bearer token: the channel's password, with no user name", secret=True)

NAME = "signoz"
TITLE = "SigNoz"
SETUP = """In SigNoz, Settings, Notification Channels, add one of the type Webhook with the URL {url}, keep Send
resolved alerts on, and choose the channel in your alert rules. With a token set here, enter it there as the
password and leave the user name empty."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST",)
BATCH = "alerts"
LESS = "Group the rule's alerts by fewer labels, or split the rule, so that each message has fewer alerts in it."
VERIFIED = "documented format: signoz.io/docs, Webhook channel, which is Alertmanager's"
PROBLEM = "one alert of a rule, by its labels"
APART = ("alerts.0.fingerprint",)
TITLED_BY = "`alertname` and the labels that tell it apart"
URGENCY_BY = "`labels.severity`"
LINKED_BY = "`labels.ruleSource`, else `generatorURL`"
RUNBOOK_BY = "`annotations.runbook_url` or `runbook`"
STATES: Mapping[str, SignalKind | None] = {"firing": CREATE, "resolved": RESOLVE}
KEYED_BY = "`fingerprint`, else the alert's labels"
LOGS = ("related_logs", "related_traces")

problems = urgencies.problems
verify = HeaderToken(TOKEN, "authorization", "Bearer ")
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """One signal for each alert, named for its rule and for what it is about."""
    group = reading.mapping(request)
    alerts = alertmanager.alerts_of(group)
    return tuple(alert_signal(group, alert, options) for alert in alerts) + alertmanager.group_remainder(group)


def alert_signal(group: Mapping[str, object], alert: Mapping[str, object], options: Mapping[str, object]) -> Signal:
    """An alert as Alertmanager's, with SigNoz' own page of the rule as its link."""
    labels, annotations = values.scalars(alert, "labels"), values.scalars(alert, "annotations")
    rule = values.text(labels, "alertname") or alertmanager.title(group, [alert])
    apart = values.kept(f"{name}={values.as_text(value)}" for name, value in sorted(labels.items()) if name not in SAID)
    return signal(
        alertmanager.state(alert),
        values.text(alert, "fingerprint") or alertmanager.named(alert.get("labels")),
        f"{rule} ({', '.join(apart)})" if apart else rule,
        "\n".join(values.kept((values.text(annotations, "summary"), values.text(annotations, "description")))),
        urgency=alertmanager.severity(labels, options),
        data={
            "url": values.text(labels, "ruleSource") or values.text(alert, "generatorURL"),
            "runbook_url": values.text(annotations, "runbook_url", "runbook"),
            **{name: values.text(annotations, name) for name in LOGS},
            "value": values.text(annotations, "value"),
            "threshold": values.text(annotations, "threshold"),
            "labels": labels,
        },
    )


SAID = frozenset({"alertname", "ruleId", "ruleSource", "severity", "threshold.name", "noData"})
"""Labels that SigNoz itself adds, which tell no two alerts of a rule apart for a reader."""
LABELS = {
    "alertname": "High latency",
    "ruleId": "12",
    "ruleSource": "https://signoz.example/alerts/edit?ruleId=12",
    "service_name": "checkout",
    "severity": "critical",
}
ALERT = {
    "status": "firing",
    "labels": LABELS,
    "annotations": {
        "summary": "The rule threshold is set to 2, and the observed metric value is 3.1",
        "description": "p99 of checkout",
        "related_traces": "https://signoz.example/traces-explorer?q=checkout",
    },
    "generatorURL": "",
    "fingerprint": "a1b2c3",
}
OTHER = ALERT | {"labels": LABELS | {"service_name": "cart"}, "fingerprint": "d4e5f6"}
GROUP = {
    "receiver": "oncall",
    "status": "firing",
    "alerts": [ALERT, OTHER],
    "groupKey": '{__receiver__="oncall"}:{ruleId="12"}',
    "commonLabels": {"alertname": "High latency"},
    "version": "4",
}
TEXT = "The rule threshold is set to 2, and the observed metric value is 3.1\np99 of checkout"
DATA = {
    "url": "https://signoz.example/alerts/edit?ruleId=12",
    "related_traces": "https://signoz.example/traces-explorer?q=checkout",
}
CHECKOUT = ("a1b2c3", "High latency (service_name=checkout)", TEXT)
EXAMPLES = (
    posted(
        "two services of a rule",
        GROUP,
        signal(
            CREATE,
            *CHECKOUT,
            urgency=Urgency.CRITICAL,
            data={**DATA, "labels": LABELS},
        ),
        signal(
            CREATE,
            "d4e5f6",
            "High latency (service_name=cart)",
            TEXT,
            urgency=Urgency.CRITICAL,
            data={**DATA, "labels": OTHER["labels"]},
        ),
    ),
    posted(
        "one service",
        GROUP | {"alerts": [OTHER]},
        signal(
            CREATE,
            "d4e5f6",
            "High latency (service_name=cart)",
            TEXT,
            urgency=Urgency.CRITICAL,
            data={**DATA, "labels": OTHER["labels"]},
        ),
    ),
    posted(
        "one of them is well",
        GROUP | {"alerts": [ALERT | {"status": "resolved"}]},
        signal(RESOLVE, *CHECKOUT, urgency=Urgency.CRITICAL, data={**DATA, "labels": LABELS}),
    ),
)
