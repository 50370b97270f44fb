"""Uptime.com, by its webhook (custom postback URL)."""

from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "uptime"
TITLE = "Uptime.com"
SETUP = """In Uptime.com, Notifications, Integrations, add a Custom Postback URL with {url} and assign it to your
contacts."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "documented sample: support.uptime.com, Custom Postback URL"
FIELDS = Fields(
    state="{event}",
    kinds={"alert_raised": CREATE, "alert_cleared": RESOLVE},
    key="{data.service.id}",
    title=("{data.service.display_name}", "{data.service.name}"),
    description=("{data.alert.output}", "{data.alert.short_output}"),
    tags="data.service.tags",
    data={"address": "{data.service.msp_address}", "url": "{data.links.alert_details}"},
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
EXAMPLES = (
    posted(
        "an alert is raised",
        {"event": "alert_raised", "data": DATA},
        signal(CREATE, "303856", "Shop", "HTTP 503", tags=("web",), data={"address": "https://shop.example"}),
    ),
    posted(
        "it is cleared",
        {"event": "alert_cleared", "data": DATA},
        signal(RESOLVE, "303856", "Shop", "HTTP 503", tags=("web",), data={"address": "https://shop.example"}),
    ),
)
