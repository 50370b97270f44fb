"""Pingdom, an uptime monitor."""

from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "pingdom"
TITLE = "Pingdom"
SETUP = """In Pingdom, Integrations, add a webhook with the URL {url} and enable it in your checks under "Connect
integrations"."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "documented sample: pingdom.com/resources/webhooks"
FIELDS = Fields(
    state="{current_state}",
    kinds={
        **dict.fromkeys(("down", "failing"), CREATE),
        **dict.fromkeys(("up", "success"), RESOLVE),
        "unconfirmed_down": None,
    },
    key="{check_id}",
    title=("{check_name} {current_state}", "{check_name}"),
    description=("{description}", "{long_description}"),
    tags="tags",
    data={
        "url": "{check_params.full_url}",
        "hostname": "{check_params.hostname}",
        "importance": "{importance_level}",
        "message": "{custom_message}",
        "detail": "{long_description}",
    },
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

BODY = {
    "check_id": 12345,
    "check_name": "Shop",
    "check_type": "HTTP",
    "check_params": {"full_url": "https://shop.example/", "hostname": "shop.example", "port": 443},
    "tags": ["web"],
    "previous_state": "UP",
    "current_state": "DOWN",
    "importance_level": "HIGH",
    "state_changed_timestamp": 1451610061,
    "long_description": "A timeout occurred",
    "description": "Timeout",
    "custom_message": "",
}
DATA = {
    "url": "https://shop.example/",
    "hostname": "shop.example",
    "importance": "HIGH",
    "detail": "A timeout occurred",
}
EXAMPLES = (
    posted("down", BODY, signal(CREATE, "12345", "Shop DOWN", "Timeout", tags=("web",), data=DATA)),
    posted(
        "up",
        BODY | {"previous_state": "DOWN", "current_state": "UP", "description": "OK"},
        signal(RESOLVE, "12345", "Shop UP", "OK", tags=("web",), data=DATA),
    ),
    posted(
        "a transaction fails",
        {"check_id": 9, "check_name": "Buy", "previous_state": "SUCCESS", "current_state": "FAILING"},
        signal(CREATE, "9", "Buy FAILING"),
    ),
)
