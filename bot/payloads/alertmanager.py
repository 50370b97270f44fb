"""Groups of alerts as Alertmanager's webhook sends them, and Grafana after it."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.headlines import first_line, placed
from bot.payloads.signals import CREATE, RESOLVE, signal

KINDS = {"firing": CREATE, "resolved": RESOLVE}
LISTED = 20
NAMED = 3  # names, and values of a label, that a title lists
SEVERITIES = ("severity", "priority", "urgency", "level", "importance")
PLACES = (
    "rulename", "cluster", "namespace", "exported_namespace", "pod", "exported_pod", "instance", "node", "host",
    "hostname", "nodename", "vm", "device", "mountpoint", "path", "interface", "ifName", "persistentvolumeclaim",
    "deployment",
    "statefulset", "daemonset", "job_name", "cronjob", "horizontalpodautoscaler", "service", "app", "container",
    "topic", "consumergroup", "queue", "database", "datname", "zone", "region", "env", "environment", "job",
)  # fmt: skip
"""Labels that say where something is, in the order in which a title names them."""
UNREAD = {"DatasourceNoData": "has no data", "DatasourceError": "cannot be evaluated"}
"""What Grafana calls an alert of a rule that it cannot evaluate, and what that means."""
SPOKEN = frozenset({"summary", "description", "message", "title", "runbook_url", "dashboard_url"})
RUNBOOKS = ("runbook_url", "runbook", "runbookUrl", "runbookURL", "runbook_link", "playbook", "playbook_url", "sop")
DASHBOARDS = ("dashboard_url", "dashboard", "dashboardUrl", "dashboardURL", "grafana")

LESS = (
    "Set `max_alerts: 1000` in Alertmanager's `webhook_configs`, or group by more labels (`group_by`), "
    "so that each message has fewer alerts in it."
)
"""How to have it send less at once."""

AlertItems = Sequence[Mapping[str, object]]
Options = Mapping[str, object]


def alerts_of(group: Mapping[str, object]) -> AlertItems:
    """The alerts of a group. Raises `Unreadable` when it is no group at all."""
    alerts = [alert for alert in values.items(group, "alerts") if isinstance(alert, dict)]
    if not alerts and not values.text(group, "status"):
        reading.refuse("it has neither `status` nor `alerts`, which Alertmanager's webhook sends.")
    return alerts


def split(group: Mapping[str, object], options: Options) -> tuple[Signal, ...]:
    """One signal for each alert of a group, and one for those that were left out."""
    return tuple(alert_signal(group, alert, options) for alert in alerts_of(group)) + group_remainder(group)


def state(thing: Mapping[str, object]) -> SignalKind:
    """What a group or an alert asks for; a status that is neither firing nor resolved asks for a person."""
    return KINDS.get(values.text(thing, "status").lower(), CREATE)


def group_signal(group: Mapping[str, object], alerts: AlertItems, options: Options) -> Signal:
    """The whole group as one alert."""
    firing = [alert for alert in alerts if state(alert) is CREATE]
    return signal(
        CREATE if firing else state(group),
        values.text(group, "groupKey") or named(group.get("groupLabels")),
        title(group, firing or alerts),
        "\n".join(
            values.kept((*annotated(group, "commonAnnotations"), *listed(firing, alerts), *counted(group, alerts)))
        ),
        urgency=loudest(group, firing or alerts, options),
        data={
            **links(group, firing or alerts),
            **guides((values.mapping(group, "commonAnnotations"), *map(annotations, firing or alerts))),
            "labels": values.mapping(group, "commonLabels") or values.mapping(group, "groupLabels"),
            "annotations": others(values.mapping(group, "commonAnnotations")),
            "receiver": values.text(group, "receiver"),
        },
        members=(member(group, alert) for alert in firing),
    )


def member(group: Mapping[str, object], alert: Mapping[str, object]) -> str:
    """What tells an alert from the others of its group, whatever its severity."""
    shared = {*values.mapping(group, "groupLabels"), "severity"}
    own = {name: value for name, value in values.mapping(alert, "labels").items() if name not in shared}
    return named(own) or values.text(alert, "fingerprint") or values.text(alert, "annotations.summary")


def alert_signal(group: Mapping[str, object], alert: Mapping[str, object], options: Options) -> Signal:
    """One alert of the group by itself."""
    labels = values.mapping(alert, "labels")
    return signal(
        state(alert),
        values.text(alert, "fingerprint") or named(labels),
        title({**group, "groupLabels": {}, "commonLabels": {}}, [alert]),
        "\n".join(annotated(alert, "annotations")),
        urgency=severity(labels, options) or severity(annotations(alert), options),
        data={
            **links(group, [alert]),
            **guides([annotations(alert)]),
            "labels": labels,
            "annotations": others(annotations(alert)),
            "receiver": values.text(group, "receiver"),
        },
    )


def group_remainder(group: Mapping[str, object]) -> tuple[Signal, ...]:
    """What stands for the alerts of a group that Alertmanager left out (`max_alerts`), which have no signal."""
    key, left_out = values.text(group, "groupKey"), truncated(group)
    if state(group) is RESOLVE:
        return (signal(RESOLVE, key),) if key else ()
    if not left_out:
        return ()
    said = f"{left_out} more alerts: {title(group, alerts_of(group))}"
    return (signal(CREATE, key, said, "\n".join(counted(group, ())), data=links(group, ())),)


# --- What a title says ------------------------------------------------------------------------------------------------


def title(group: Mapping[str, object], alerts: AlertItems) -> str:
    """What is wrong and where: the names of the alerts, what they have in common, and in what they differ."""
    labels = [values.mapping(alert, "labels") for alert in alerts]
    common = {**values.mapping(group, "commonLabels"), **values.mapping(group, "groupLabels")}
    names = values.kept((*map(alert_name, labels), values.text(common, "alertname") if not labels else ""))
    said = ": ".join(values.kept((enumerated(names), summary(group, alerts, names))))
    return placed(said, places(labels, common)) or f"Alert of receiver {values.text(group, 'receiver')}".strip()


def alert_name(labels: Mapping[str, object]) -> str:
    """The name of an alert; with one that Grafana gives to every rule without data, the rule's."""
    name, rule = values.text(labels, "alertname", "alert_name"), values.text(labels, "rulename")
    return f"{name}: {rule} {UNREAD[name]}" if rule and name in UNREAD else name


def summary(group: Mapping[str, object], alerts: AlertItems, names: Sequence[str]) -> str:
    """The one summary that all have, without the name of the alert before it."""
    told = {summarized(annotations(alert)) for alert in alerts} or {""}
    said = told.pop() if len(told) == 1 else summarized(values.mapping(group, "commonAnnotations"))
    bare = said.removeprefix(names[0]).lstrip(" :–-") if len(names) == 1 and said.startswith(names[0]) else said
    return bare.removesuffix(".") if not bare.endswith("..") else bare


def summarized(told: Mapping[str, object]) -> str:
    """What annotations say in one line."""
    return first_line(values.text(told, "summary", "message", "title", "description"))


def places(labels: Sequence[Mapping[str, object]], common: Mapping[str, object]) -> tuple[str, ...]:
    """Where it is: what differs among the alerts first, then what they share."""
    differing = (varied(values.kept(values.text(each, name) for each in labels), len(labels)) for name in PLACES)
    shared = [*labels[:1], common] if len(labels) < 2 else [common]
    known = (values.text(each, name) for name in PLACES for each in shared)
    others_shared = (
        values.as_text(value) for name, value in sorted(common.items()) if name not in {*SEVERITIES, "alertname"}
    )
    return values.kept((*differing, *known)) or values.kept(others_shared)


def varied(found: Sequence[str], count: int) -> str:
    """The values of a label that is not the same for all alerts, "" where it is."""
    return enumerated(found) if count > 1 and len(found) > 1 else ""


def enumerated(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


# --- What a description says ------------------------------------------------------------------------------------------


def annotations(alert: Mapping[str, object]) -> Mapping[str, object]:
    """The annotations of an alert."""
    return values.mapping(alert, "annotations")


def annotated(thing: Mapping[str, object], where: str) -> tuple[str, ...]:
    """Summary and description, as far as they are given."""
    paths = (f"{where}.summary", f"{where}.description", f"{where}.message")
    return values.kept(values.text(thing, path) for path in paths)


def listed(firing: AlertItems, alerts: AlertItems) -> tuple[str, ...]:
    """A line for each that fires of a group of several alerts, up to a bound."""
    if len(alerts) < 2:
        return ()
    return tuple(f"firing: {title({}, [alert]) or named(alert.get('labels'))}" for alert in firing[:LISTED])


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


# --- Urgency, links and labels ----------------------------------------------------------------------------------------


def loudest(group: Mapping[str, object], alerts: AlertItems, options: Options) -> Urgency | None:
    """The urgency of the group's severity, else the loudest of the alerts."""
    found = [severity(values.mapping(group, "commonLabels"), options)]
    found += [
        severity(values.mapping(alert, "labels"), options) or severity(annotations(alert), options) for alert in alerts
    ]
    return max((each for each in found if each), key=lambda urgency: urgency.loudness, default=None)


def severity(labels: Mapping[str, object], options: Options) -> Urgency | None:
    """The urgency that a label, or an annotation, names."""
    return urgencies.first_urgency((values.text(labels, name) for name in SEVERITIES), options)


def links(group: Mapping[str, object], alerts: AlertItems) -> dict[str, object]:
    """The alerts' own page first, then that of whatever sent them; and where to silence them."""
    page = values.text(group, "externalURL")
    own = shared(alerts, "silenceURL")
    return {
        "generatorURL": shared(alerts, "generatorURL"),
        **({"silence_url": own} if own else {}),
        "externalURL": page,
        **({} if own else {"silence_url": silence(page.rstrip("/"), group)}),
    }


def shared(alerts: AlertItems, name: str) -> str:
    """A link of the first of some alerts, which have the same rule as a rule."""
    return next((found for alert in alerts if (found := values.text(alert, name))), "")


def silence(base: str, group: Mapping[str, object]) -> str:
    """Where Alertmanager (whose groups are of version 4) lets one silence a group."""
    if not base or values.text(group, "version") != "4":
        return ""
    labels = named(values.mapping(group, "groupLabels") or values.mapping(group, "commonLabels"))
    return f"{base}/#/silences/new?filter={quote(labels)}" if labels and len(labels) < 1_000 else ""


def guides(told: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """Runbook and dashboard, wherever the annotations have them."""
    every = list(told)
    runbook = next((found for each in every if (found := values.text(each, *RUNBOOKS))), "")
    dashboard = next((found for each in every if (found := values.text(each, *DASHBOARDS))), "")
    return {"runbook_url": runbook, "dashboard_url": dashboard}


def others(told: Mapping[str, object]) -> dict[str, object]:
    """Annotations that are not said elsewhere."""
    return {name: value for name, value in told.items() if name not in SPOKEN}


def named(labels: object) -> str:
    """Labels in Prometheus' own notation, in a stable order; "" when there are none."""
    pairs = sorted(labels.items()) if isinstance(labels, dict) else []
    text = ", ".join(f'{name}="{values.as_text(value)}"' for name, value in pairs)
    return f"{{{text}}}" if text else ""
