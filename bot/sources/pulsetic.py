"""Pulsetic, an uptime monitor."""

from collections.abc import Mapping

from bot.engine.model import Signal
from bot.payloads import reading, values
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

NAME = "pulsetic"
TITLE = "Pulsetic"
SETUP = "In Pulsetic, Integrations, add a webhook with the URL {url} and choose it in your monitors' alerts."
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them"
PROBLEM = "one monitor; its certificate is a problem by itself"
APART = ("monitor.id",)
TITLED_BY = "`monitor.name`, else `monitor.url`, and its state"
LINKED_BY = "`monitor.url`"
STATES = {"monitor_offline": CREATE, "monitor_online": RESOLVE, "certificate_expires_soon": CREATE}
KEYED_BY = "`<monitor.id>_monitor` or `<monitor.id>_certificate`"
MONITOR = Fields(
    state="{alert_type}",
    kinds={"monitor_offline": CREATE, "monitor_online": RESOLVE},
    key="{monitor.id}_monitor",
    title=("{monitor.name} is OFFLINE", "{monitor.url} is OFFLINE"),
    where="{monitor.url}",
    data={"url": "{monitor.url}"},
)
CERTIFICATE = Fields(
    key="{monitor.id}_certificate",
    title=("The certificate of {monitor.url} expires soon", "The certificate of {monitor.name} expires soon"),
    data={"url": "{monitor.url}"},
)

verify = UNSIGNED
document = reading.document

read_monitor, read_certificate = MONITOR.reader(), CERTIFICATE.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A monitor's state, or a certificate that expires soon."""
    data = reading.mapping(request)
    expires = values.text(data, "alert_type").startswith("certificate")
    return (read_certificate if expires else read_monitor).signals(data)


BODY = {"alert_type": "monitor_offline", "monitor": {"id": 17, "name": "Shop", "url": "https://shop.example"}}
DATA = {"url": "https://shop.example"}
EXAMPLES = (
    posted("a monitor is offline", BODY, signal(CREATE, "17_monitor", "Shop is OFFLINE (shop.example)", data=DATA)),
    posted(
        "it is online",
        BODY | {"alert_type": "monitor_online"},
        signal(RESOLVE, "17_monitor", "Shop is OFFLINE (shop.example)", data=DATA),
    ),
    posted(
        "a certificate expires",
        BODY | {"alert_type": "certificate_expires_soon"},
        signal(CREATE, "17_certificate", "The certificate of https://shop.example expires soon", data=DATA),
    ),
)
