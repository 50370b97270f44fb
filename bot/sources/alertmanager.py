"""Groups of alerts as Alertmanager's webhook sends them, and Grafana after it."""

from collections.abc import Mapping, Sequence

from bot.engine.model import Signal, SignalKind, Urgency
from bot.sources import reading, values
from bot.sources.signals import CREATE, RESOLVE, signal

KINDS = {"firing": CREATE, "resolved": RESOLVE}
LISTED = 20

AlertItems = Sequence[Mapping[str, object]]


def alerts_of(group: Mapping[str, object]) -> AlertItems:
    """The alerts of a group. Raises `Unreadable` when it is no group at all."""
    alerts = [alert for alert in values.items(group, "alerts") if isinstance(alert, dict)]
    if not alerts and not values.text(group, "status"):
        reading.refuse("it has neither `status` nor `alerts`, which Alertmanager's webhook sends.")
    return alerts


def split(group: Mapping[str, object]) -> tuple[Signal, ...]:
    """One signal for each alert of a group, and one for those that were left out."""
    return tuple(alert_signal(group, alert) for alert in alerts_of(group)) + group_remainder(group)


def state(thing: Mapping[str, object]) -> SignalKind:
    """What a group or an alert asks for; a status that is neither firing nor resolved asks for a person."""
    return KINDS.get(values.text(thing, "status").lower(), CREATE)


def group_signal(group: Mapping[str, object], alerts: AlertItems) -> Signal:
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


def listed(firing: AlertItems, alerts: AlertItems) -> tuple[str, ...]:
    """A line for each that fires of a group of several alerts, up to a bound."""
    if len(alerts) < 2:
        return ()
    lines = (values.text(alert, "annotations.summary") or named(alert.get("labels")) for alert in firing[:LISTED])
    return tuple(f"firing: {line}" for line in lines)


def counted(group: Mapping[str, object], alerts: AlertItems) -> tuple[str, ...]:
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


def loudest(group: Mapping[str, object], firing: AlertItems) -> Urgency | None:
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
