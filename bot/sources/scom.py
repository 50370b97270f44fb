"""Microsoft System Center Operations Manager."""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "scom"
TITLE = "SCOM"
SETUP = """In SCOM, add a command notification channel with a script that posts JSON to {url}: alertId, alertName,
alertDescription, resolutionState (New or Closed) and severity of `Get-SCOMAlert -Id`. PagerTree's
pagertree.ps1 does that with `-Url {url}`."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "the script's source: PagerTree's pagertree.ps1"
PROBLEM = "one alert of SCOM"
APART = ("alertId",)
FIELDS = Fields(
    state="{resolutionState}",
    kinds={
        "new": CREATE,
        "0": CREATE,
        **dict.fromkeys(("acknowledged", "249", "assigned to engineering", "248", "scheduled", "250"), ACKNOWLEDGE),
        **dict.fromkeys(("closed", "255", "resolved", "254"), RESOLVE),
        **dict.fromkeys(("awaiting evidence", "247")),
    },
    key="{alertId}",
    title=("{alertName}", "{alertDescription}"),
    where=("{managedEntitySource}", "{netbiosComputerName}", "{managedEntityPath}"),
    description="{alertDescription}",
    urgency=("{severity}", "{priority}"),
    urgencies={"2": Urgency.HIGH, "1": Urgency.MEDIUM, "0": Urgency.LOW},
    data={"severity": "{severity}", "priority": "{priority}", "source": "{managedEntitySource}"},
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
event_kind, TAKES = read.event_kind, FIELDS.takes
document = reading.document

BODY = {
    "alertId": "7a0f5c5e-31d2-4b5e-8a52-0f4d1e6b2c33",
    "alertName": "Health Service Heartbeat Failure",
    "alertDescription": "The Health Service on web1 failed to heartbeat",
    "resolutionState": "New",
    "priority": "High",
    "severity": "Error",
    "managedEntitySource": "web1.example",
}
DATA = {"severity": "Error", "priority": "High", "source": "web1.example"}
TEXTS = (
    "7a0f5c5e-31d2-4b5e-8a52-0f4d1e6b2c33",
    "Health Service Heartbeat Failure (web1.example)",
    "The Health Service on web1 failed to heartbeat",
)
EXAMPLES = (
    posted("a new alert", BODY, signal(CREATE, *TEXTS, urgency=Urgency.HIGH, data=DATA)),
    posted(
        "it is closed", BODY | {"resolutionState": "Closed"}, signal(RESOLVE, *TEXTS, urgency=Urgency.HIGH, data=DATA)
    ),
)
