"""HetrixTools: uptime, blacklists and resource usage."""

from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import Token

TOKEN = Option(name="authentication_token", label="Token that HetrixTools sends as Bearer", secret=True)

NAME = "hetrix_tools"
TITLE = "HetrixTools"
SETUP = """In HetrixTools, Contact Lists, set the webhook URL {url}. If you set an authentication token there, set the
same as authentication_token here."""
OPTIONS = (TOKEN,)
METHODS = ("POST",)
VERIFIED = "documented sample: docs.hetrixtools.com/webhook-notifications (uptime)"
FIELDS = Fields(
    state="{monitor_status}",
    kinds={"offline": CREATE, "online": RESOLVE, "": CREATE},
    key="{monitor_id}",
    title=(
        "{monitor_name} is {monitor_status}",
        "{monitor_name}: {resource_usage.resource_type} usage",
        "{monitor_name} is blacklisted",
        "{monitor_name}",
        "{monitor}",
    ),
    data={"target": "{monitor_target}", "type": "{monitor_type}", "category": "{monitor_category}"},
)

read = FIELDS.reader()
document = reading.document

verify = Token(TOKEN, "authorization", "Bearer ")
BODY = {
    "monitor_id": "0f3c8a9d0f3c8a9d0f3c8a9d0f3c8a9d",
    "monitor_name": "Shop",
    "monitor_target": "https://shop.example/",
    "monitor_type": "website",
    "monitor_category": "Web",
    "monitor_status": "offline",
    "timestamp": 1499666192,
    "monitor_errors": {"New York": "http code 403", "Dallas": "timeout"},
}
DATA = {"target": "https://shop.example/", "type": "website", "category": "Web"}
KEY = "0f3c8a9d0f3c8a9d0f3c8a9d0f3c8a9d"
EXAMPLES = (
    posted("a monitor is offline", BODY, signal(CREATE, KEY, "Shop is offline", data=DATA)),
    posted(
        "it is online",
        BODY | {"monitor_status": "online"},
        signal(RESOLVE, KEY, "Shop is online", data=DATA),
    ),
)
