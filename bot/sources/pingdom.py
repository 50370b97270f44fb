"""Pingdom, an uptime monitor."""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "pingdom"
TITLE = "Pingdom"
SETUP = """In Pingdom, Integrations, add a webhook with the URL {url} and enable it in your checks under "Connect
integrations"."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "documented sample: pingdom.com/resources/webhooks"
PROBLEM = "one check"
APART = ("check_id",)
FIELDS = Fields(
    state="{current_state}",
    kinds={
        **dict.fromkeys(("down", "failing"), CREATE),
        **dict.fromkeys(("up", "success"), RESOLVE),
        **dict.fromkeys(("unconfirmed_down", "unconfirmed", "paused", "unknown")),
    },
    key="{check_id}",
    title=("{check_name} is {current_state}", "{check_name}"),
    where=("{check_params.full_url}", "{check_params.hostname}", "{check_params.url}"),
    description=("{description}", "{long_description}"),
    urgency=("{importance_level}", "{severity_level}"),
    tags="tags",
    data={
        "url": "{check_params.full_url}",
        "hostname": "{check_params.hostname}",
        "importance": "{importance_level}",
        "message": "{custom_message}",
        "detail": "{long_description}",
    },
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
event_kind, TAKES = read.event_kind, FIELDS.takes
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
    posted(
        "down",
        BODY,
        signal(
            CREATE, "12345", "Shop is DOWN (shop.example)", "Timeout", urgency=Urgency.HIGH, tags=("web",), data=DATA
        ),
    ),
    posted(
        "up",
        BODY | {"previous_state": "DOWN", "current_state": "UP", "description": "OK"},
        signal(RESOLVE, "12345", "Shop is UP (shop.example)", "OK", urgency=Urgency.HIGH, tags=("web",), data=DATA),
    ),
    posted(
        "a transaction fails",
        {"check_id": 9, "check_name": "Buy", "previous_state": "SUCCESS", "current_state": "FAILING"},
        signal(CREATE, "9", "Buy is FAILING"),
    ),
)
