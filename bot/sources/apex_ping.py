"""Apex Ping, an uptime monitor."""

from bot.payloads import reading
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option

NAME = "apex_ping"
TITLE = "Apex Ping"
SETUP = "In Apex Ping, add a webhook notification with the URL {url}."
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them"
PROBLEM = "one alert of a check"
APART = ("alert.id",)
FIELDS = Fields(
    state="{state}",
    kinds={"triggered": CREATE, "resolved": RESOLVE},
    key="{alert.id}",
    title=("{check.name} is down", "{check.url} is down"),
    where="{check.url}",
    data={"url": "{check.url}"},
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

DOWN = {"state": "triggered", "alert": {"id": "a-17"}, "check": {"name": "Shop", "url": "https://shop.example"}}
EXAMPLES = (
    posted(
        "a check fails",
        DOWN,
        signal(CREATE, "a-17", "Shop is down (shop.example)", data={"url": "https://shop.example"}),
    ),
    posted(
        "it works again",
        DOWN | {"state": "resolved"},
        signal(RESOLVE, "a-17", "Shop is down (shop.example)", data={"url": "https://shop.example"}),
    ),
)
