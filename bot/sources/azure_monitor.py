"""Azure Monitor's common alert schema."""

from bot.engine.model import Urgency
from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "azure_monitor"
TITLE = "Azure Monitor"
SETUP = """In the Azure portal, Monitor, Alerts, Action groups, add an action of type Webhook with the URI {url} and
answer Yes to "Enable the common alert schema". Use the action group in your alert rules."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "documented sample: Azure Monitor, Common alert schema"
FIELDS = Fields(
    state="{data.essentials.monitorCondition}",
    kinds={"fired": CREATE, "resolved": RESOLVE},
    key=("{data.essentials.alertId}", "{data.essentials.originAlertId}"),
    title="{data.essentials.alertRule}",
    description="{data.essentials.description}",
    urgency="{data.essentials.severity}",
    urgencies={
        "sev0": Urgency.CRITICAL,
        "sev1": Urgency.CRITICAL,
        "sev2": Urgency.HIGH,
        "sev3": Urgency.MEDIUM,
        "sev4": Urgency.LOW,
    },
    data={
        "service": "{data.essentials.monitoringService}",
        "target": "{data.essentials.alertTargetIDs.0}",
        "url": "{data.essentials.investigationLink}",
    },
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

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
DATA = {"service": "Platform", "target": TARGET}
TEXTS = (ALERT, "WCUS-R2-Gen2", "CPU above 90 %")
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
)
