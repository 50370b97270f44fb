"""Prometheus through its Alertmanager's webhook, version 4."""

from collections.abc import Mapping, Sequence

from bot.engine.model import Signal, SignalKind, Urgency
from bot.ports import Option, Request
from bot.sources import reading, values
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import Token

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
VERIFIED = "captured from Alertmanager 0.25"
KINDS = {"firing": CREATE, "resolved": RESOLVE}
LISTED = 20

verify = Token(TOKEN, "authorization", "Bearer ")
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """One signal for the group, or one for each of its alerts.

    A group stays open while its status, or any alert in it, says firing: a partial resolve resolves nothing.
    """
    group = reading.mapping(request)
    alerts = [alert for alert in values.items(group, "alerts") if isinstance(alert, dict)]
    if not alerts and not values.text(group, "status"):
        reading.refuse("it has neither `status` nor `alerts`, which Alertmanager's webhook sends.")
    if values.enabled(PER_ALERT, options):
        return tuple(alert_signal(group, alert) for alert in alerts) + group_remainder(group)
    return (group_signal(group, alerts),)


def state(thing: Mapping[str, object]) -> SignalKind:
    """What a group or an alert asks for; a status that is neither firing nor resolved asks for a person."""
    return KINDS.get(values.text(thing, "status").lower(), CREATE)


def group_signal(group: Mapping[str, object], alerts: Sequence[Mapping[str, object]]) -> Signal:
    """The whole group as one alert."""
    firing = [alert for alert in alerts if state(alert) is CREATE]
    return signal(
        CREATE if firing else state(group),
        values.text(group, "groupKey") or named(group.get("groupLabels")),
        values.text(group, "commonLabels.alertname", "groupLabels.alertname") or untitled(group),
        "\n".join(
            values.kept((*annotated(group, "commonAnnotations"), *listed(firing, alerts), *counted(group, alerts)))
        ),
        urgency=loudest(group, firing),
        data={
            **links(group, alerts[0] if len(alerts) == 1 else {}),
            "runbook_url": values.text(group, "commonAnnotations.runbook_url"),
            "dashboard_url": values.text(group, "commonAnnotations.dashboard_url"),
            "labels": values.mapping(group, "commonLabels"),
        },
    )


def alert_signal(group: Mapping[str, object], alert: Mapping[str, object]) -> Signal:
    """One alert of the group by itself."""
    labels = values.mapping(alert, "labels")
    return signal(
        state(alert),
        values.text(alert, "fingerprint") or named(labels),
        values.text(labels, "alertname") or untitled(group),
        "\n".join(annotated(alert, "annotations")),
        urgency=values.SEVERITIES.get(values.text(labels, "severity").lower()),
        data={
            **links(group, alert),
            "runbook_url": values.text(alert, "annotations.runbook_url"),
            "dashboard_url": values.text(alert, "annotations.dashboard_url"),
            "labels": labels,
        },
    )


def group_remainder(group: Mapping[str, object]) -> tuple[Signal, ...]:
    """What stands for the alerts of a group that Alertmanager left out (`max_alerts`), which have no signal."""
    key, left_out = values.text(group, "groupKey"), truncated(group)
    if state(group) is RESOLVE:
        return (signal(RESOLVE, key),) if key else ()
    if not left_out:
        return ()
    title = f"{left_out} more alerts: {values.text(group, 'commonLabels.alertname') or untitled(group)}"
    return (signal(CREATE, key, title, "\n".join(counted(group, ())), data=links(group, {})),)


def untitled(group: Mapping[str, object]) -> str:
    """A title for alerts that have different names, or none."""
    return f"Prometheus {values.text(group, 'receiver')} firing"


def annotated(thing: Mapping[str, object], where: str) -> tuple[str, ...]:
    """Summary and description, as far as they are given."""
    paths = (f"{where}.summary", f"{where}.description", f"{where}.message")
    return values.kept(values.text(thing, path) for path in paths)


def listed(firing: Sequence[Mapping[str, object]], alerts: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """A line for each that fires of a group of several alerts, up to a bound."""
    if len(alerts) < 2:
        return ()
    lines = (values.text(alert, "annotations.summary") or named(alert.get("labels")) for alert in firing[:LISTED])
    return tuple(f"firing: {line}" for line in lines)


def counted(group: Mapping[str, object], alerts: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """How many alerts there are beside those listed."""
    firing = sum(state(alert) is CREATE for alert in alerts)
    more, resolved, left_out = firing - LISTED, len(alerts) - firing, truncated(group)
    return (
        f"and {more} more firing" if more > 0 else "",
        f"{resolved} of the group resolved" if firing and resolved else "",
        f"{left_out} more alerts of the group were left out by Alertmanager (max_alerts)" if left_out else "",
    )


def truncated(group: Mapping[str, object]) -> int:
    """How many alerts the payload leaves out."""
    left_out = group.get("truncatedAlerts")
    return max(left_out, 0) if isinstance(left_out, int) else 0


def loudest(group: Mapping[str, object], firing: Sequence[Mapping[str, object]]) -> Urgency | None:
    """The urgency of the group's severity, else the loudest of the alerts that fire."""
    said = [values.text(group, "commonLabels.severity"), *(values.text(alert, "labels.severity") for alert in firing)]
    known = [values.SEVERITIES[word.lower()] for word in said if word.lower() in values.SEVERITIES]
    return max(known, key=lambda urgency: urgency.loudness, default=None)


def links(group: Mapping[str, object], alert: Mapping[str, object]) -> dict[str, object]:
    """Where the alert came from."""
    return {
        "receiver": values.text(group, "receiver"),
        "externalURL": values.text(group, "externalURL"),
        "generatorURL": values.text(alert, "generatorURL"),
    }


def named(labels: object) -> str:
    """Labels in Prometheus' own notation, in a stable order; "" when there are none."""
    pairs = sorted(labels.items()) if isinstance(labels, dict) else []
    text = ", ".join(f'{name}="{values.as_text(value)}"' for name, value in pairs)
    return f"{{{text}}}" if text else ""


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
