"""LogicMonitor, through a custom HTTP delivery."""

from bot.engine.model import Urgency
from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "logic_monitor"
TITLE = "LogicMonitor"
SETUP = """In LogicMonitor, Settings, Integrations, add Custom HTTP Delivery: POST to {url}, raw JSON, for new alerts,
acknowledged and cleared, with `{"alertid": "##ALERTID##", "internalid": "##INTERNALID##", "alertstatus":
"##ALERTSTATUS##", "level": "##LEVEL##", "host": "##HOST##", "eventmsg": "##LIMITEDMESSAGE##",
"eventlogmsg": "##MESSAGE##", "url": "##ALERTDETAILURL##"}`."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them; tokens from logicmonitor.com/support"
FIELDS = Fields(
    state="{alertstatus}",
    kinds={
        "active": CREATE,
        "test": CREATE,
        "ack": ACKNOWLEDGE,
        "acked": ACKNOWLEDGE,
        "clear": RESOLVE,
        "cleared": RESOLVE,
    },
    key=("{internalid}", "{alertid}"),
    title=("{eventmsg}", "{host}: {datasource} {datapoint}"),
    description="{eventlogmsg}",
    urgency="{level}",
    data={"host": "{host}", "service": "{service}", "alert": "{alertid}", "url": "{url}"},
)

verify = UNSIGNED
read = FIELDS.reader()
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
TEXTS = ("LMD22", "Percentage used on the volume exceeded 80 %", "Remaining capacity is lower than 25 %")
DATA = {"host": "web1", "alert": "LMD22"}
EXAMPLES = (
    posted("active", BODY, signal(CREATE, *TEXTS, urgency=Urgency.MEDIUM, data=DATA)),
    posted(
        "acknowledged",
        BODY | {"alertstatus": "ack"},
        signal(ACKNOWLEDGE, *TEXTS, urgency=Urgency.MEDIUM, data=DATA),
    ),
    posted("cleared", BODY | {"alertstatus": "clear"}, signal(RESOLVE, *TEXTS, urgency=Urgency.MEDIUM, data=DATA)),
)
