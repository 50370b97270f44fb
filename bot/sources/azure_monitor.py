"""Azure Monitor: the common alert schema, and those of single services, which action groups send by default.

Formats: learn.microsoft.com, "Common alert schema", "Non-common alert schema definitions", "Webhooks for activity log
alerts".
"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

import re2

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.headlines import first_line
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Request

NAME = "azure_monitor"
TITLE = "Azure Monitor"
SENDERS = (Sender("Azure Monitor", "with the common alert schema"),)
SETUP = """In the Azure portal, Monitor, Alerts, Action groups, add an action of type Webhook with the URI {url} and
answer Yes to "Enable the common alert schema" (without it, less is known of an alert). Use the action group in your
alert rules."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = (
    "documented samples: MicrosoftDocs/azure-monitor-docs, alerts-payload-samples.md; other schemas of action groups "
    "by memory of them"
)
PROBLEM = "one fired alert; without the common schema one rule on one resource, or one event of the activity log"
APART = ("data.essentials.alertId", "data.context.id", "data.context.resourceId")
SEVERITIES = {
    **dict.fromkeys(("sev0", "0", "sev1", "1"), Urgency.CRITICAL),
    **dict.fromkeys(("sev2", "2"), Urgency.HIGH),
    **dict.fromkeys(("sev3", "3"), Urgency.MEDIUM),
    **dict.fromkeys(("sev4", "4"), Urgency.LOW),
}
KINDS = {
    **dict.fromkeys(("fired", "activated", "active", "degraded", "unavailable"), CREATE),
    **dict.fromkeys(("resolved", "deactivated", "complete", "available"), RESOLVE),
}
FIELDS = Fields(
    state="{data.essentials.monitorCondition}",
    kinds=KINDS,
    key=("{data.essentials.alertId}", "{data.essentials.originAlertId}"),
    title=(
        "{data.essentials.alertRule}: {data.alertContext.properties.title}",
        "{data.essentials.alertRule}: {about}",
        "{data.essentials.alertRule}",
        "{about}",
    ),
    where=("{told.0}", "{told.1}", "{target}", "{data.essentials.targetResourceGroup}"),
    description=("{data.essentials.description}", "{data.alertContext.properties.communication}"),
    urgency=("{data.essentials.severity}", "{data.alertContext.level}"),
    urgencies=SEVERITIES,
    data={
        "url": (
            "{data.essentials.investigationLink}",
            "{data.alertContext.condition.allOf.0.linkToSearchResultsUI}",
            "{data.alertContext.LinkToSearchResults}",
            "{portal}",
        ),
        "service": "{data.essentials.monitoringService}",
        "target": "{data.essentials.alertTargetIDs.0}",
        "metric": "{data.alertContext.condition.allOf.0.metricName}",
        "value": "{data.alertContext.condition.allOf.0.metricValue}",
        "threshold": "{data.alertContext.condition.allOf.0.threshold}",
    },
)
RULE = Fields(
    state=("{data.status}", "{status}"),
    kinds=KINDS,
    key=(
        "{data.context.id};{data.context.resourceId}",
        "{data.context.id}",
        "{context.id};{context.resourceId}",
        "{context.id}",
    ),
    title=(
        "{data.context.name}: {about}",
        "{data.context.name}",
        "{context.name}: {about}",
        "{context.name}",
        "{data.AlertRuleName}",
        "{data.SmartDetectorName}",
        "{data.BudgetName}: {data.SpendingAmount} of {data.Budget} {data.Unit} are spent",
        "{schemaId}",
    ),
    where=(
        "{data.context.resourceName}",
        "{context.resourceName}",
        "{data.context.resourceGroupName}",
        "{data.AffectedConfigurationItems.0}",
        "{data.SubscriptionName}",
    ),
    description=("{data.context.description}", "{context.description}", "{data.Description}", "{data.SearchQuery}"),
    urgency=("{data.context.severity}", "{context.severity}", "{data.Severity}"),
    urgencies=SEVERITIES,
    data={
        "url": ("{data.context.portalLink}", "{context.portalLink}", "{data.LinkToSearchResults}"),
        "resource": ("{data.context.resourceId}", "{context.resourceId}"),
        "metric": ("{data.context.condition.allOf.0.metricName}", "{context.condition.metricName}"),
        "value": ("{data.context.condition.allOf.0.metricValue}", "{context.condition.metricValue}"),
        "results": "{data.ResultCount}",
    },
)
ACTIVITY = Fields(
    state=("{log.properties.currentHealthStatus}", "{log.properties.stage}", "{log.status}"),
    kinds=KINDS,
    key=(
        "{log.properties.trackingId}",
        "{log.eventSource};{log.resourceId}",
        "{log.correlationId}",
    ),
    title=("{log.properties.title}", "{log.properties.eventname}", "{log.eventSource}: {log.operationName}"),
    where=("{log.properties.service}", "{log.properties.region}", "{log.resourceId}", "{log.caller}"),
    description=("{log.properties.communication}", "{log.properties.details}", "{log.description}"),
    urgency="{log.level}",
    data={
        "source": "{log.eventSource}",
        "operation": "{log.operationName}",
        "service": "{log.properties.service}",
        "region": "{log.properties.region}",
        "resource": "{log.resourceId}",
        "tracking": "{log.properties.trackingId}",
    },
)
TITLED_BY = (
    "`alertRule`, the first dimensions and the target; else `context.name` and the resource, or `properties.title` and "
    "the region"
)
URGENCY_BY = "`severity` Sev0–Sev4, else `level`"
KEYED_BY = (
    "`alertId`; else `context.id`;`resourceId`, or `trackingId`, `resourceId` or `correlationId` of the activity log"
)
LINKED_BY = "`investigationLink`, the link to the search results, `portalLink`, else the alert's page in the portal"
DIMENSIONS = ("data.alertContext.condition.allOf.0.dimensions", "data.alertContext.Dimensions")
UNTOLD = re2.compile(r"[0-9a-fA-F-]{16,}|\*?")
"""Values of dimensions that say nothing to a person: ids, and all of them."""
PORTAL = "https://portal.azure.com/#blade/Microsoft_Azure_Monitoring/AlertDetailsTemplateBlade/alertId/"

problems = urgencies.problems
verify = UNSIGNED
document = reading.document
read_common, read_rule, read_activity = FIELDS.reader(), RULE.reader(), ACTIVITY.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An alert in the schema that it has; what the service says of it besides is kept as data."""
    sent = reading.mapping(request)
    if values.mapping(sent, "data.essentials"):
        found = read_common.signals({**sent, **addressed(sent)}, options)
        return told(found, sent, *DIMENSIONS, "data.customProperties")
    log = values.mapping(sent, "data.context.activityLog") or values.mapping(sent, "context.activityLog")
    if log:
        return read_activity.signals({"log": log}, options)
    found = read_rule.signals({**sent, "about": about(sent)}, options)
    return told(found, sent, "data.context.condition.allOf.0.dimensions", "data.properties")


def addressed(sent: Mapping[str, object]) -> dict[str, object]:
    """The last part of the target's id, which is its name, and the alert's page in the portal."""
    target = values.text(sent, "data.essentials.configurationItems.0", "data.essentials.alertTargetIDs.0")
    alert = values.text(sent, "data.essentials.alertId")
    page = f"{PORTAL}{quote(alert[:1_000], safe='')}" if alert.startswith("/") else ""
    pairs = (values.pair(each) for path in DIMENSIONS for each in values.items(sent, path))
    apart = [said.rpartition("/")[2] for name, said in pairs if name and not UNTOLD.fullmatch(said)]
    return {"target": target.rpartition("/")[2], "portal": page, "about": about(sent), "told": apart}


def about(sent: Mapping[str, object]) -> str:
    """What a rule says of itself, in one line."""
    paths = ("data.essentials.description", "data.context.description", "context.description")
    return first_line(values.text(sent, *paths))


def told(found: tuple[Signal, ...], sent: Mapping[str, object], *paths: str) -> tuple[Signal, ...]:
    """The signals with the dimensions and properties that the alert has."""
    more: dict[str, object] = {}
    for path in paths:
        entries = (values.pair(each) for each in values.items(sent, path))
        more |= {name: said for name, said in entries if name and said} | values.scalars(sent, path)
    return tuple(replace(one, data={**more, **one.data}) for one in found)


ALERT = "/subscriptions/s1/providers/Microsoft.AlertsManagement/alerts/b9569717-bc32-442f-add5-83a997729330"
TARGET = "/subscriptions/s1/resourcegroups/pipelines/providers/microsoft.compute/virtualmachines/wcus-r2-gen2"
ESSENTIALS = {
    "alertId": ALERT,
    "alertRule": "WCUS-R2-Gen2",
    "severity": "Sev3",
    "signalType": "Metric",
    "monitorCondition": "Fired",
    "monitoringService": "Platform",
    "alertTargetIDs": [TARGET],
    "originAlertId": "3f2d4487-b0fc-4125-8bd5-7ad17384221e_PipeLineAlertRG",
    "firedDateTime": "2026-03-22T13:58:24.3713213Z",
    "description": "CPU above 90 %",
    "essentialsVersion": "1.0",
}
PAGE = f"{PORTAL}{quote(ALERT, safe='')}"
DATA = {"url": PAGE, "service": "Platform", "target": TARGET}
TEXTS = (ALERT, "WCUS-R2-Gen2: CPU above 90 %", "CPU above 90 %")
METRIC = {
    "id": "/subscriptions/s1/resourceGroups/shop/providers/microsoft.insights/metricAlerts/vm-cpu",
    "name": "vm-cpu",
    "description": "CPU over 95 %",
    "severity": "1",
    "resourceName": "web5",
    "resourceId": "/subscriptions/s1/web5",
    "resourceGroupName": "shop",
    "portalLink": "https://portal.azure.com/#resource/web5",
    "condition": {
        "allOf": [{"metricName": "CPU", "metricValue": 97.5, "dimensions": [{"name": "role", "value": "web"}]}]
    },
}
METRIC_DATA = {
    "role": "web",
    "url": "https://portal.azure.com/#resource/web5",
    "resource": "/subscriptions/s1/web5",
    "metric": "CPU",
    "value": "97.5",
}
METRIC_TEXTS = (f"{METRIC['id']};/subscriptions/s1/web5", "vm-cpu: CPU over 95 % (web5, shop)", "CPU over 95 %")
HEALTH = {
    "correlationId": "c-9",
    "eventSource": "ServiceHealth",
    "level": "Warning",
    "operationName": "Microsoft.ServiceHealth/incident/action",
    "properties": {
        "title": "Storage - West Europe",
        "service": "Storage",
        "region": "West Europe",
        "trackingId": "N5RT-ABC",
        "stage": "Active",
        "communication": "<p>We are <b>aware</b> of it.</p>",
    },
}
EXAMPLES = (
    posted(
        "fired",
        {"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": ESSENTIALS, "alertContext": {}}},
        signal(CREATE, *TEXTS, urgency=Urgency.MEDIUM, data=DATA),
    ),
    posted(
        "resolved",
        {
            "schemaId": "azureMonitorCommonAlertSchema",
            "data": {"essentials": ESSENTIALS | {"monitorCondition": "Resolved"}},
        },
        signal(RESOLVE, *TEXTS, urgency=Urgency.MEDIUM, data=DATA),
    ),
    posted(
        "a metric alert without the common schema",
        {"schemaId": "AzureMonitorMetricAlert", "data": {"status": "Activated", "context": METRIC}},
        signal(CREATE, *METRIC_TEXTS, urgency=Urgency.CRITICAL, data=METRIC_DATA),
    ),
    posted(
        "it is over",
        {"schemaId": "AzureMonitorMetricAlert", "data": {"status": "Deactivated", "context": METRIC}},
        signal(RESOLVE, *METRIC_TEXTS, urgency=Urgency.CRITICAL, data=METRIC_DATA),
    ),
    posted(
        "a service is not healthy, by the activity log",
        {"schemaId": "Microsoft.Insights/activityLogs", "data": {"context": {"activityLog": HEALTH}}},
        signal(
            CREATE,
            "N5RT-ABC",
            "Storage - West Europe",
            "We are aware of it.",
            urgency=Urgency.MEDIUM,
            data={
                "source": "ServiceHealth",
                "operation": "Microsoft.ServiceHealth/incident/action",
                "service": "Storage",
                "region": "West Europe",
                "tracking": "N5RT-ABC",
            },
        ),
    ),
)
