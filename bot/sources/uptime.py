"""Uptime.com, by its webhook (custom postback URL)."""

from bot.payloads import reading
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option

NAME = "uptime"
TITLE = "Uptime.com"
SETUP = """In Uptime.com, Notifications, Integrations, add a Custom Postback URL with {url} and assign it to your
contacts."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "documented sample: support.uptime.com, Custom Postback URL"
PROBLEM = "one check"
APART = ("data.service.id",)
FIELDS = Fields(
    state="{event}",
    kinds={"alert_raised": CREATE, "alert_cleared": RESOLVE},
    key="{data.service.id}",
    title=(
        "{data.service.display_name}: {data.alert.short_output}",
        "{data.service.name}: {data.alert.short_output}",
        "{data.service.display_name}: {data.alert.output}",
        "{data.service.display_name} is down",
        "{data.service.name} is down",
    ),
    where=("{data.service.msp_address}", "{data.service.address}"),
    description=("{data.alert.output}", "{data.alert.short_output}"),
    tags="data.service.tags",
    data={
        "url": ("{data.links.alert_details}", "{data.links.real_time_analysis}"),
        "address": "{data.service.msp_address}",
        "type": "{data.service.monitoring_service_type}",
        "account": "{data.account.name}",
    },
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

DATA = {
    "service": {
        "id": 303856,
        "display_name": "Shop",
        "msp_address": "https://shop.example",
        "tags": ["web"],
    },
    "account": {"id": 76424, "name": "acme"},
    "alert": {"id": 1, "is_up": False, "output": "HTTP 503", "short_output": "503"},
}
TEXTS = ("303856", "Shop: 503 (shop.example)", "HTTP 503")
SHOWN = {"address": "https://shop.example", "account": "acme"}
EXAMPLES = (
    posted(
        "an alert is raised",
        {"event": "alert_raised", "data": DATA},
        signal(CREATE, *TEXTS, tags=("web",), data=SHOWN),
    ),
    posted(
        "it is cleared",
        {"event": "alert_cleared", "data": DATA},
        signal(RESOLVE, *TEXTS, tags=("web",), data=SHOWN),
    ),
)
