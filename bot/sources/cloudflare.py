"""Cloudflare notifications."""

from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind
from bot.payloads import reading, signals, urgencies, values
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

SECRET = Option(name="webhook_secret", label="Secret of the webhook at Cloudflare", secret=True)

NAME = "cloudflare"
TITLE = "Cloudflare"
SETUP = """In the Cloudflare dashboard, Notifications, Destinations, create a webhook with the URL {url}. If you give
it a secret, set the same as webhook_secret here. Then add the webhook to your notification policies."""
OPTIONS = (SECRET, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "documented schema: developers.cloudflare.com/notifications/reference/webhook-payload-schema"
KEYED_BY = (
    "`alert_correlation_id` where Cloudflare also sends the end; of health `data.tunnel_id` and the like; else none"
)
PROBLEM = "one alert that has a start and an end, one tunnel, check or pool; else each notification by itself"
APART = ("alert_correlation_id", "data.tunnel_id")
TITLED_BY = "`text`"
URGENCY_BY = "`data.severity`, `data.priority`, `data.alert_severity`, `data.impact`"
LINKED_BY = "`data.dashboard_link` and the like"
KINDS = {"alert_state_event_start": CREATE, "alert_state_event_end": RESOLVE}
STATES: Mapping[str, SignalKind] = {**KINDS, "no end": CREATE, "new_status or new_health healthy": RESOLVE}
SEVERITIES = ("severity", "priority", "alert_severity", "impact", "incident_impact")
ABOUT = ("tunnel_id", "health_check_id", "pool.id", "pool_id", "origin_id")
LINKS = ("dashboard_link", "link", "url", "incident_link", "shortlink")
MAX_SAID = 150  # characters of a text in a title

problems = urgencies.problems
verify = HeaderToken(SECRET, "cf-webhook-auth")
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """One signal; only alerts that have a start and an end, or tell of something's health, can be resolved."""
    data = reading.mapping(request)
    text = values.text(data, "text", "name") or reading.refuse("it has no `text`, which Cloudflare sends.")
    event = values.text(data, "alert_event").lower()
    kind, key = paired(data, event) if event in KINDS else healthy(data)
    if kind is RESOLVE and not key:
        reading.refuse("it ends an alert without an `alert_correlation_id` to say which.")
    return (
        signal(
            kind,
            key,
            signals.cut(text, MAX_SAID),
            text,
            urgency=urgencies.first_urgency((values.text(data, f"data.{name}") for name in SEVERITIES), options),
            data={
                "url": values.text(data, *(f"data.{name}" for name in LINKS)),
                "alert_type": values.text(data, "alert_type"),
                "policy": values.text(data, "policy_name", "name"),
                "details": values.mapping(data, "data"),
            },
        ),
    )


def paired(data: Mapping[str, object], event: str) -> tuple[SignalKind, str]:
    """What an alert asks for that has a start and an end, and its key."""
    return KINDS[event], values.text(data, "alert_correlation_id")


def healthy(data: Mapping[str, object]) -> tuple[SignalKind, str]:
    """What news of the health of a tunnel, a check or a pool asks for, and the key of what it is about."""
    said = values.text(data, "data.new_status", "data.new_health").lower().rpartition("_")[2]
    key = values.text(data, *(f"data.{name}" for name in ABOUT)) if said else ""
    return (RESOLVE if said == "healthy" and key else CREATE), key


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
DATA = {"alert_type": "dos_attack_l7", "policy": "L7 DDoS", "details": {"attack_id": "1"}}
SHORT = TEXT
DOWN = {"tunnel_id": "t-1", "tunnel_name": "shop", "new_status": "TUNNEL_STATUS_TYPE_DOWN"}
HEALTHY = DOWN | {"new_status": "TUNNEL_STATUS_TYPE_HEALTHY"}
TUNNEL = {"name": "Tunnels", "text": "Tunnel shop is down", "alert_type": "tunnel_health_event", "data": DOWN}
TUNNEL_DATA: dict[str, object] = {"alert_type": "tunnel_health_event", "policy": "Tunnels", "details": DOWN}
EXAMPLES = (
    posted("a notification", BODY, signal(CREATE, "", SHORT, TEXT, data=DATA)),
    posted("an alert starts", PAIRED, signal(CREATE, "c0ffee", SHORT, TEXT, data=DATA)),
    posted(
        "the alert ends",
        PAIRED | {"alert_event": "ALERT_STATE_EVENT_END"},
        signal(RESOLVE, "c0ffee", SHORT, TEXT, data=DATA),
    ),
    posted(
        "a tunnel is down",
        TUNNEL,
        signal(CREATE, "t-1", "Tunnel shop is down", "Tunnel shop is down", data=TUNNEL_DATA),
    ),
    posted(
        "the tunnel is healthy",
        TUNNEL | {"data": HEALTHY, "text": "Tunnel shop is healthy"},
        signal(
            RESOLVE, "t-1", "Tunnel shop is healthy", "Tunnel shop is healthy", data=TUNNEL_DATA | {"details": HEALTHY}
        ),
    ),
)
