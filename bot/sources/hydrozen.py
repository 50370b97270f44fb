"""Hydrozen.io, an uptime monitor. 66uptime sends the same format."""

from bot.payloads import reading
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option

NAME = "hydrozen"
TITLE = "Hydrozen.io"
SETUP = "In Hydrozen, Notification handlers, add a webhook with the URL {url} and choose it in your monitors."
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "documented sample: docs.hydrozen.io/overview/integrations/webhooks"
PROBLEM = "one monitor, heartbeat, domain or certificate"
APART = ("monitor_id", "type")
FIELDS = Fields(
    state="{is_ok}",
    kinds={"0": CREATE, "false": CREATE, "1": RESOLVE, "true": RESOLVE, "": CREATE},
    key=("{type}-{monitor_id}", "{type}-{heartbeat_id}", "{type}-{domain_name_id}", "{type}-{id}"),
    title=(
        "The domain {target} expires at {whois_end_datetime}",
        "The certificate of {target} expires at {ssl_end_datetime}",
        "{name} is DOWN",
        "{target}:{port} is DOWN",
        "{target} is DOWN",
    ),
    data={"target": "{target}", "port": "{port}", "type": "{type}", "url": "{url}"},
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

BODY = {
    "monitor_id": "14",
    "name": "Shop",
    "type": "website",
    "target": "https://shop.example",
    "port": None,
    "is_ok": 0,
    "url": "https://app.hydrozen.io/monitor/14",
}
DOMAIN = {
    "domain_name_id": "1",
    "name": "Shop",
    "target": "shop.example",
    "type": "domain-expiry",
    "whois_end_datetime": "2027-01-01 11:28:45",
    "timezone": "UTC",
}
DATA = {"target": "https://shop.example", "type": "website", "url": "https://app.hydrozen.io/monitor/14"}
EXAMPLES = (
    posted("a website is down", BODY, signal(CREATE, "website-14", "Shop is DOWN", data=DATA)),
    posted("it is up", BODY | {"is_ok": 1}, signal(RESOLVE, "website-14", "Shop is DOWN", data=DATA)),
    posted(
        "a domain expires",
        DOMAIN,
        signal(
            CREATE,
            "domain-expiry-1",
            "The domain shop.example expires at 2027-01-01 11:28:45",
            data={"target": "shop.example", "type": "domain-expiry"},
        ),
    ),
)
