"""Prometheus through its Alertmanager's webhook, version 4."""

from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import alertmanager, reading, urgencies, values
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

PER_ALERT = Option(name="per_alert", default=False, label="One alert for each of Prometheus' alerts, not one per group")
TOKEN = Option(
    name="token", label="Bearer token (authorization.credentials in Alertmanager's http_config)", secret=True
)

NAME = "prometheus"
TITLE = "Prometheus Alertmanager"
SENDERS = (
    Sender("Grafana Loki and Mimir rulers", "by their Alertmanager"),
    Sender("Kubernetes (kube-prometheus)", "by Alertmanager"),
    Sender(
        "Prometheus Alertmanager",
        "every receiver of the three services takes an address",
        also=(
            "pagerduty",
            "opsgenie",
            "victorops",
        ),
    ),
    Sender("Thanos, VictoriaMetrics (vmalert)", "by Alertmanager"),
)
SETUP = """In alertmanager.yml add a receiver and route to it:
`receivers: [{name: oncall, webhook_configs: [{url: "{url}", send_resolved: true}]}]`
One alert stands for one group (`group_by`) until all of the group is resolved; its urgency follows the label
`severity`. With a token set, also give `http_config: {authorization: {credentials: <token>}}`.
Where groups have thousands of alerts, also give `max_alerts: 1000`: Alertmanager sends once what is too large."""
OPTIONS = (PER_ALERT, TOKEN, urgencies.OPTION)
METHODS = ("POST",)
BATCH = "alerts"
LESS = alertmanager.LESS
PROBLEM = "one group of alerts (`group_by`); with `per_alert` one set of labels"
KEYED_BY = "`groupKey`; with `per_alert` the alert's `fingerprint`"
APART = ("groupKey",)
TITLED_BY = "`alertname`, the summary that all have, and the labels in which they differ, else that say where"
URGENCY_BY = "label or annotation `severity`, `priority`, `urgency`, `level`, `importance`; the loudest of a group"
STATES = {"firing": CREATE, "resolved": RESOLVE, "a group of which some fire": CREATE}
LINKED_BY = "`generatorURL`, else `externalURL`"
RUNBOOK_BY = "annotation `runbook_url` and the like"
VERIFIED = "real program in the tests: Alertmanager 0.25"

problems = urgencies.problems
verify = HeaderToken(TOKEN, "authorization", "Bearer ")
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """One signal for the group, or one for each of its alerts.

    A group stays open while its status, or any alert in it, says firing: a partial resolve resolves nothing.
    """
    group = reading.mapping(request)
    if values.enabled(PER_ALERT, options):
        return alertmanager.split(group, options)
    return (alertmanager.group_signal(group, alertmanager.alerts_of(group), options),)


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
SILENCE = (
    "http://127.0.0.1:9193/#/silences/new?filter=%7Balertname%3D%22InstanceDown%22%2C%20job%3D%22checkout-api%22%7D"
)
PAGES: dict[str, object] = {
    "generatorURL": GRAPH,
    "externalURL": "http://127.0.0.1:9193",
    "silence_url": SILENCE,
    "receiver": "webhook",
}
RUNBOOK: dict[str, object] = {"runbook_url": ANNOTATIONS["runbook_url"]}
TEXT = f"{ANNOTATIONS['summary']}\n{ANNOTATIONS['description']}"
DOWN = "InstanceDown: Instance 127.0.0.1:9199 of checkout-api down"
SECOND_DOWN = "InstanceDown: Instance 127.0.0.1:9200 of checkout-api down"
LEFT_OUT = "3 more alerts of the group were left out by Alertmanager (max_alerts)"
STATIC = {"summary": "Pod is crash looping."}
PODS = [
    FIRING
    | {
        "labels": {"alertname": "KubePodCrashLooping", "namespace": "billing", "pod": pod, "severity": "P1"},
        "annotations": STATIC,
        "fingerprint": pod,
    }
    for pod in ("ledger-1", "ledger-2", "invoice-1", "invoice-2")
]
CRASHING = GROUP | {
    "alerts": PODS,
    "groupLabels": {"alertname": "KubePodCrashLooping"},
    "commonLabels": {"alertname": "KubePodCrashLooping", "namespace": "billing", "severity": "P1"},
    "commonAnnotations": STATIC,
    "externalURL": "",
    "groupKey": '{}:{alertname="KubePodCrashLooping"}',
}

EXAMPLES = (
    posted(
        "a group fires",
        GROUP,
        signal(
            CREATE,
            GROUP_KEY,
            DOWN,
            TEXT,
            urgency=Urgency.CRITICAL,
            data=PAGES | RUNBOOK | {"labels": LABELS},
            members=('{instance="127.0.0.1:9199"}',),
        ),
    ),
    posted(
        "the group is resolved",
        GROUP | {"status": "resolved", "alerts": [RESOLVED]},
        signal(RESOLVE, GROUP_KEY, DOWN, TEXT, urgency=Urgency.CRITICAL, data=PAGES | RUNBOOK | {"labels": LABELS}),
    ),
    posted(
        "one of the group is resolved, another fires, three were left out",
        MIXED,
        signal(
            CREATE,
            GROUP_KEY,
            SECOND_DOWN,
            f"firing: {SECOND_DOWN}\n1 of the group resolved\n{LEFT_OUT}",
            urgency=Urgency.MEDIUM,
            data=PAGES | {"labels": COMMON},
            members=('{instance="127.0.0.1:9200"}',),
        ),
    ),
    posted(
        "each alert for itself",
        MIXED,
        signal(
            RESOLVE,
            "f976133e6d5be057",
            DOWN,
            TEXT,
            urgency=Urgency.CRITICAL,
            data=PAGES | RUNBOOK | {"labels": LABELS},
        ),
        signal(
            CREATE,
            "eb03653096e50842",
            SECOND_DOWN,
            "Instance 127.0.0.1:9200 of checkout-api down",
            urgency=Urgency.MEDIUM,
            data=PAGES | {"labels": SECOND["labels"]},
        ),
        signal(
            CREATE,
            GROUP_KEY,
            "3 more alerts: InstanceDown (127.0.0.1:9199, 127.0.0.1:9200, checkout-api)",
            LEFT_OUT,
            data={"externalURL": "http://127.0.0.1:9193", "silence_url": SILENCE},
        ),
        options={"per_alert": True},
    ),
    posted(
        "a summary that is the same for all: the title says in what they differ",
        CRASHING,
        signal(
            CREATE,
            '{}:{alertname="KubePodCrashLooping"}',
            "KubePodCrashLooping: Pod is crash looping (ledger-1, ledger-2, invoice-1 and 1 more, billing)",
            "Pod is crash looping.\n"
            "firing: KubePodCrashLooping: Pod is crash looping (billing, ledger-1)\n"
            "firing: KubePodCrashLooping: Pod is crash looping (billing, ledger-2)\n"
            "firing: KubePodCrashLooping: Pod is crash looping (billing, invoice-1)\n"
            "firing: KubePodCrashLooping: Pod is crash looping (billing, invoice-2)",
            urgency=Urgency.CRITICAL,
            data={"generatorURL": GRAPH, "labels": CRASHING["commonLabels"], "receiver": "webhook"},
            members=tuple(
                f'{{namespace="billing", pod="{pod}"}}' for pod in ("ledger-1", "ledger-2", "invoice-1", "invoice-2")
            ),
        ),
    ),
)
