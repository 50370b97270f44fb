"""SolarWinds Orion, by a web request action."""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "solar_winds"
TITLE = "SolarWinds"
SETUP = """In SolarWinds, Alert Manager, add the trigger action "Send a GET or POST request": POST to {url} with
`{"ActionType": "create", "AlertID": "${N=Alerting;M=AlertObjectID}", "AlertMessage":
"${N=Alerting;M=AlertMessage}", "AlertDescription": "${N=Alerting;M=AlertDescription}", "severity":
"${N=Alerting;M=Severity}", "AlertDetailsURL": "${N=Alerting;M=AlertDetailsUrl}", "NodeName":
"${N=SwisEntity;M=Caption}"}`, and a reset action with `"ActionType": "resolve"`."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them"
PROBLEM = "one alert on one object"
APART = ("AlertID",)
FIELDS = Fields(
    state="{ActionType}",
    kinds={"create": CREATE, "acknowledge": ACKNOWLEDGE, "resolve": RESOLVE},
    key="{AlertID}",
    title=("{AlertMessage}", "{AlertName}"),
    where="{NodeName}",
    description="{AlertDescription}",
    urgency=("{severity}", "{Severity}"),
    urgencies={
        "notice": Urgency.LOW,
        "informational": Urgency.LOW,
        "information": Urgency.LOW,
        "warning": Urgency.MEDIUM,
        "serious": Urgency.HIGH,
        "critical": Urgency.CRITICAL,
    },
    data={"url": "{AlertDetailsURL}", "node": "{NodeName}"},
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

BODY = {
    "ActionType": "create",
    "AlertID": "1417",
    "AlertMessage": "web1 is down",
    "AlertDescription": "No answer to ping",
    "severity": "Serious",
    "AlertDetailsURL": "https://orion.example/Orion/View.aspx?NetObject=AAT:1417",
    "NodeName": "web1",
}
DATA = {"url": "https://orion.example/Orion/View.aspx?NetObject=AAT:1417", "node": "web1"}
TEXTS = ("1417", "web1 is down", "No answer to ping")
EXAMPLES = (
    posted("an alert triggers", BODY, signal(CREATE, *TEXTS, urgency=Urgency.HIGH, data=DATA)),
    posted(
        "it is reset",
        BODY | {"ActionType": "resolve"},
        signal(RESOLVE, *TEXTS, urgency=Urgency.HIGH, data=DATA),
    ),
)
