"""LogicMonitor, through a custom HTTP delivery."""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "logic_monitor"
TITLE = "LogicMonitor"
SETUP = """In LogicMonitor, Settings, Integrations, add Custom HTTP Delivery: POST to {url}, raw JSON, for new alerts,
acknowledged and cleared, with `{"alertid": "##ALERTID##", "internalid": "##INTERNALID##", "alertstatus":
"##ALERTSTATUS##", "level": "##LEVEL##", "host": "##HOST##", "eventmsg": "##LIMITEDMESSAGE##",
"eventlogmsg": "##MESSAGE##", "url": "##ALERTDETAILURL##"}`."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them; tokens from logicmonitor.com/support"
PROBLEM = "one alert of a datapoint of an instance"
APART = ("alertid",)
FIELDS = Fields(
    state="{alertstatus}",
    kinds={
        "active": CREATE,
        "test": CREATE,
        "ack": ACKNOWLEDGE,
        "acked": ACKNOWLEDGE,
        "clear": RESOLVE,
        **dict.fromkeys(("update", "escalate"), CREATE),
        **dict.fromkeys(("suppressed", "sdt")),
        "cleared": RESOLVE,
    },
    key=("{internalid}", "{alertid}"),
    title=("{eventmsg}", "{host}: {datasource} {datapoint}", "{host}: {datasource}"),
    where=("{host}", "{instance}"),
    description="{eventlogmsg}",
    urgency="{level}",
    data={
        "url": "{url}",
        "host": "{host}",
        "service": "{service}",
        "datasource": "{datasource}",
        "alert": "{alertid}",
    },
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
event_kind, TAKES = read.event_kind, FIELDS.takes
document = reading.document

BODY = {
    "alertid": "LMD22",
    "alertstatus": "active",
    "datasource": "WinVolumeUsage-C:\\",
    "host": "web1",
    "level": "warning",
    "eventmsg": "Percentage used on the volume exceeded 80 %",
    "eventlogmsg": "Remaining capacity is lower than 25 %",
}
SAID = "Percentage used on the volume exceeded 80 % (web1)"
TEXTS = ("LMD22", SAID, "Remaining capacity is lower than 25 %")
DATA = {"host": "web1", "datasource": "WinVolumeUsage-C:\\", "alert": "LMD22"}
EXAMPLES = (
    posted("active", BODY, signal(CREATE, *TEXTS, urgency=Urgency.MEDIUM, data=DATA)),
    posted(
        "acknowledged",
        BODY | {"alertstatus": "ack"},
        signal(ACKNOWLEDGE, *TEXTS, urgency=Urgency.MEDIUM, data=DATA),
    ),
    posted("cleared", BODY | {"alertstatus": "clear"}, signal(RESOLVE, *TEXTS, urgency=Urgency.MEDIUM, data=DATA)),
)
