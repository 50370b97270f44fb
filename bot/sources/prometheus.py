"""Prometheus through its Alertmanager's webhook, version 4."""

from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.ports import Option, Request
from bot.sources import alertmanager, reading, values
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import HeaderToken

PER_ALERT = Option(name="per_alert", default=False, label="One alert for each of Prometheus' alerts, not one per group")
TOKEN = Option(
    name="token", label="Bearer token (authorization.credentials in Alertmanager's http_config)", secret=True
)

NAME = "prometheus"
TITLE = "Prometheus Alertmanager"
SETUP = """In alertmanager.yml add a receiver and route to it:
`receivers: [{name: oncall, webhook_configs: [{url: "{url}", send_resolved: true}]}]`
One alert stands for one group (`group_by`) until all of the group is resolved; its urgency follows the label
`severity`. With a token set, also give `http_config: {authorization: {credentials: <token>}}`."""
OPTIONS = (PER_ALERT, TOKEN)
METHODS = ("POST",)
KEYED_BY = "`groupKey`; with `per_alert` the alert's `fingerprint`"
VERIFIED = "real program in the tests: Alertmanager 0.25"

verify = HeaderToken(TOKEN, "authorization", "Bearer ")
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """One signal for the group, or one for each of its alerts.

    A group stays open while its status, or any alert in it, says firing: a partial resolve resolves nothing.
    """
    group = reading.mapping(request)
    if values.enabled(PER_ALERT, options):
        return alertmanager.split(group)
    return (alertmanager.group_signal(group, alertmanager.alerts_of(group)),)


LABELS = {"alertname": "InstanceDown", "instance": "127.0.0.1:9199", "job": "checkout-api", "severity": "critical"}
ANNOTATIONS = {
    "description": 'up == 0 — é ✓ <b>html</b> & "quotes"',
    "runbook_url": "https://runbooks.example/InstanceDown",
    "summary": "Instance 127.0.0.1:9199 of checkout-api down",
}
GRAPH = "http://127.0.0.1:9192/graph?g0.expr=up%7Bjob%3D%22checkout-api%22%7D+%3D%3D+0&g0.tab=1"
GROUP_KEY = '{}/{}:{alertname="InstanceDown", job="checkout-api"}'
FIRING: dict[str, object] = {
    "status": "firing",
    "labels": LABELS,
    "annotations": ANNOTATIONS,
    "startsAt": "2026-11-21T18:59:13.568Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": GRAPH,
    "fingerprint": "f976133e6d5be057",
}
RESOLVED = FIRING | {"status": "resolved", "endsAt": "2026-11-21T18:59:38.568Z"}
SECOND = FIRING | {
    "labels": LABELS | {"instance": "127.0.0.1:9200", "severity": "warning"},
    "annotations": {"summary": "Instance 127.0.0.1:9200 of checkout-api down"},
    "fingerprint": "eb03653096e50842",
}
GROUP: dict[str, object] = {
    "receiver": "webhook",
    "status": "firing",
    "alerts": [FIRING],
    "groupLabels": {"alertname": "InstanceDown", "job": "checkout-api"},
    "commonLabels": LABELS,
    "commonAnnotations": ANNOTATIONS,
    "externalURL": "http://127.0.0.1:9193",
    "version": "4",
    "groupKey": GROUP_KEY,
    "truncatedAlerts": 0,
}
COMMON = {"alertname": "InstanceDown", "job": "checkout-api"}
MIXED = GROUP | {"alerts": [RESOLVED, SECOND], "commonLabels": COMMON, "commonAnnotations": {}, "truncatedAlerts": 3}
DATA: dict[str, object] = {"receiver": "webhook", "externalURL": "http://127.0.0.1:9193"}
MORE: dict[str, object] = {"generatorURL": GRAPH, "runbook_url": ANNOTATIONS["runbook_url"], "labels": LABELS}
TEXT = f"{ANNOTATIONS['summary']}\n{ANNOTATIONS['description']}"
LEFT_OUT = "3 more alerts of the group were left out by Alertmanager (max_alerts)"

EXAMPLES = (
    posted(
        "a group fires",
        GROUP,
        signal(CREATE, GROUP_KEY, "InstanceDown", TEXT, urgency=Urgency.CRITICAL, data=DATA | MORE),
    ),
    posted(
        "the group is resolved",
        GROUP | {"status": "resolved", "alerts": [RESOLVED]},
        signal(RESOLVE, GROUP_KEY, "InstanceDown", TEXT, urgency=Urgency.CRITICAL, data=DATA | MORE),
    ),
    posted(
        "one of the group is resolved, another fires, three were left out",
        MIXED,
        signal(
            CREATE,
            GROUP_KEY,
            "InstanceDown",
            f"firing: Instance 127.0.0.1:9200 of checkout-api down\n1 of the group resolved\n{LEFT_OUT}",
            urgency=Urgency.MEDIUM,
            data=DATA | {"labels": COMMON},
        ),
    ),
    posted(
        "each alert for itself",
        MIXED,
        signal(RESOLVE, "f976133e6d5be057", "InstanceDown", TEXT, urgency=Urgency.CRITICAL, data=DATA | MORE),
        signal(
            CREATE,
            "eb03653096e50842",
            "InstanceDown",
            "Instance 127.0.0.1:9200 of checkout-api down",
            urgency=Urgency.MEDIUM,
            data=DATA | {"generatorURL": GRAPH, "labels": SECOND["labels"]},
        ),
        signal(CREATE, GROUP_KEY, "3 more alerts: InstanceDown", LEFT_OUT, data=DATA),
        options={"per_alert": True},
    ),
)
