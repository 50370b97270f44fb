"""Text messages to a Twilio number."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from bot.engine.model import Signal
from bot.errors import Forbidden
from bot.payloads import reading, values
from bot.payloads.signals import CREATE, cut, posted, signal
from bot.payloads.signatures import base64_text
from bot.ports import Option, Request

AUTH_TOKEN = Option(name="auth_token", label="Twilio auth token: checks Twilio's signature", secret=True)
PUBLIC_URL = Option(
    name="public_url", is_address=True, label="This integration's address as set at Twilio, if a proxy changes it"
)

NAME = "incoming_sms"
TITLE = "Incoming SMS"
SENDERS = ()  # `live_call` names those who write as well as call
SETUP = """In the Twilio console, Phone Numbers, your number, "A message comes in": Webhook, {url}, HTTP POST. Set the
account's auth token as auth_token here."""
OPTIONS = (AUTH_TOKEN, PUBLIC_URL)
METHODS = ("POST",)
VERIFIED = "captured from Twilio's emulator; signature as twilio's RequestValidator computes it"
PROBLEM = "each message by itself"
KEYED_BY = "`MessageSid`"
APART = ("MessageSid",)
TITLED_BY = "`Body` and `From`"
MAX_SAID = 120  # characters of a message in a title

document = reading.document


def verify(request: Request, options: Mapping[str, object], now: datetime) -> None:  # noqa: ARG001
    """HMAC-SHA1 with `auth_token` in header `x-twilio-signature` (twilio.com/docs/usage/security)."""
    token = values.setting(AUTH_TOKEN, options)
    if not token:
        return
    given = request.headers.get("x-twilio-signature", "")
    fields = "".join(f"{name}{value}" for name, value in sorted(pairs(request)))
    signed = {signature(token, url + fields) for url in addresses(request, values.setting(PUBLIC_URL, options))}
    if not any(hmac.compare_digest(given.encode("utf-8", "replace"), one.encode()) for one in signed):
        raise Forbidden("The header x-twilio-signature is missing or wrong (is public_url what Twilio calls?).")


def signature(token: str, text: str) -> str:
    """Twilio's signature of an address with the fields of a form."""
    return base64_text(hmac.digest(token.encode(), text.encode("utf-8", "replace"), hashlib.sha1))


def pairs(request: Request) -> list[tuple[str, str]]:
    """The form's fields, each with each of its values once."""
    lists = ((name, value if isinstance(value, list) else [value]) for name, value in reading.mapping(request).items())
    return [(name, one) for name, several in lists for one in {text for text in several if isinstance(text, str)}]


def addresses(request: Request, public_url: str) -> tuple[str, ...]:
    """What Twilio may have called: the configured address, else that of the request by either scheme."""
    if public_url:
        return (public_url,)
    tail = f"{request.headers.get('host', '')}{request.path}{'?' if request.query else ''}{request.query}"
    return (f"https://{tail}", f"http://{tail}")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A text message as an alert, with the links of its pictures."""
    data = reading.mapping(request)
    sender, key = values.text(data, "From"), values.text(data, "MessageSid", "SmsSid")
    if not (sender or key):
        reading.refuse("it has neither `From` nor `MessageSid`, which Twilio sends.")
    media = {name: value for name, value in data.items() if name.startswith("MediaUrl") and len(name) < 12}
    return (
        signal(
            CREATE,
            key,
            titled(sender, values.text(data, "Body"), len(media)),
            values.text(data, "Body"),
            data={"from": sender, "to": values.text(data, "To"), **media},
        ),
    )


def titled(sender: str, text: str, pictures: int) -> str:
    """What the message says, and who sent it."""
    said = " ".join(text[: MAX_SAID * 2].split()) or (f"{pictures} pictures" if pictures else "no text")
    return f"SMS from {sender or 'a hidden number'}: {cut(said, MAX_SAID)}"


SMS = (
    "AccountSid=AC00&MessageSid=SM9b9d&SmsSid=SM9b9d&SmsStatus=received&To=%2B15551234567&From=%2B15550001111"
    "&Body=shop+is+down&NumMedia=1&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2Fm.png&NumSegments=1&ApiVersion=2010-04-01"
)
EXAMPLES = (
    posted(
        "a message comes in",
        SMS,
        signal(
            CREATE,
            "SM9b9d",
            "SMS from +15550001111: shop is down",
            "shop is down",
            data={"from": "+15550001111", "to": "+15551234567", "MediaUrl0": "https://api.twilio.com/m.png"},
        ),
    ),
)
