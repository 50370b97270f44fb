"""Cloudflare notifications."""

from collections.abc import Mapping

from bot.engine.model import Signal
from bot.ports import Option, Request
from bot.sources import reading, signals, values
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import HeaderToken

SECRET = Option(name="webhook_secret", label="Secret of the webhook at Cloudflare", secret=True)

NAME = "cloudflare"
TITLE = "Cloudflare"
SETUP = """In the Cloudflare dashboard, Notifications, Destinations, create a webhook with the URL {url}. If you give
it a secret, set the same as webhook_secret here. Then add the webhook to your notification policies."""
OPTIONS = (SECRET,)
METHODS = ("POST",)
VERIFIED = "documented schema: developers.cloudflare.com/notifications/reference/webhook-payload-schema"
KEYED_BY = "`alert_correlation_id` where Cloudflare also sends the end, else none"
KINDS = {"alert_state_event_start": CREATE, "alert_state_event_end": RESOLVE}


verify = HeaderToken(SECRET, "cf-webhook-auth")
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """One signal; only alerts that have a start and an end can be resolved."""
    data = reading.mapping(request)
    text = values.text(data, "text", "name") or reading.refuse("it has no `text`, which Cloudflare sends.")
    state = values.text(data, "alert_event").lower()
    kind = KINDS.get(state, CREATE)
    key = values.text(data, "alert_correlation_id")
    if kind is RESOLVE and not key:
        reading.refuse("it ends an alert without an `alert_correlation_id` to say which.")
    return (
        signal(
            kind,
            key if state in KINDS else "",
            signals.cut(text, 70),
            text,
            data={"alert_type": values.text(data, "alert_type"), "policy": values.text(data, "policy_name", "name")},
        ),
    )


TEXT = "DDoS attack on shop.example has been mitigated: 1,200,000 requests per second of the pattern"
BODY = {
    "name": "L7 DDoS",
    "text": TEXT,
    "data": {"attack_id": "1"},
    "ts": 1647434568,
    "account_id": "9035f53656c",
    "policy_id": "f6b3",
    "alert_type": "dos_attack_l7",
}
PAIRED = BODY | {"alert_correlation_id": "c0ffee", "alert_event": "ALERT_STATE_EVENT_START"}
DATA = {"alert_type": "dos_attack_l7", "policy": "L7 DDoS"}
SHORT = "DDoS attack on shop.example has been mitigated: 1,200,000 requests pe…"
EXAMPLES = (
    posted("a notification", BODY, signal(CREATE, "", SHORT, TEXT, data=DATA)),
    posted("an alert starts", PAIRED, signal(CREATE, "c0ffee", SHORT, TEXT, data=DATA)),
    posted(
        "the alert ends",
        PAIRED | {"alert_event": "ALERT_STATE_EVENT_END"},
        signal(RESOLVE, "c0ffee", SHORT, TEXT, data=DATA),
    ),
)
