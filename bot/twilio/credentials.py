"""The Twilio account that SMS and calls go through, as the environment names it."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from bot.engine.paging.phones import normal
from bot.errors import Invalid, Problem
from bot.variables import Variable

DEFAULT_URL = "https://api.twilio.com"
PREFIX = "/twilio"
"""Where everything that Twilio calls begins."""
REPLIES = f"{PREFIX}/replies"
"""What "A message comes in" has to be set to at Twilio, behind PUBLIC_URL."""


VARIABLES = (
    Variable(name="TWILIO_ACCOUNT_SID", about="`AC…`, from the first page of the Twilio console"),
    Variable(name="TWILIO_AUTH_TOKEN", about="from beside it"),
    Variable(name="TWILIO_FROM", about="the number that sends and calls. Answers need a `PUBLIC_URL`, too"),
    Variable(name="TWILIO_MESSAGING_SERVICE_SID", about="`MG…`: what sends SMS in place of the number"),
    Variable(name="TWILIO_API_URL", default=DEFAULT_URL, about="another Twilio, for tests"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioAccount:
    """Whose messages they are. `number` (E.164) or `service` sends SMS; only `number` can call.

    `public_url` is where Twilio reaches this program, empty when it cannot; `uncalled` says why an address that is set
    is none that Twilio calls.
    """

    sid: str
    token: str = field(repr=False)
    number: str = ""
    service: str = ""
    url: str = DEFAULT_URL
    public_url: str = ""
    uncalled: str = ""

    def callback(self, kind: str, notification_id: str) -> str:
        """Where Twilio reports on a message, or "" when it cannot: `kind` is `messages`, `calls`, `keys`, `machines`.

        The address names our notification, so that a report is understood even before Twilio's own id is stored.
        """
        return f"{self.public_url}{PREFIX}/{kind}/{quote(notification_id)}" if self.public_url else ""


_LABEL = re.compile(r"[^\W_](?:[^\W_]|-){0,62}")
_LOCAL_NAMES = (".localhost", ".localdomain", ".local", ".internal", ".lan", ".home.arpa")


def read(environment: Mapping[str, str]) -> TwilioAccount | None:
    """The account of `TWILIO_…`, or None when none is set. Raises `Invalid` with a sentence for each variable."""
    given = {name: environment.get(name, "").strip() for name in (*_NAMES, "PUBLIC_URL")}
    if not any(given[name] for name in _NAMES if name != "TWILIO_API_URL"):
        return None
    problems = tuple(Problem(message=said) for said in _problems(given))
    if problems:
        raise Invalid(problems)
    uncalled = _why_not_called(given["PUBLIC_URL"])
    return TwilioAccount(
        sid=given["TWILIO_ACCOUNT_SID"],
        token=given["TWILIO_AUTH_TOKEN"],
        number=normal(given["TWILIO_FROM"]) or "",
        service=given["TWILIO_MESSAGING_SERVICE_SID"],
        url=(given["TWILIO_API_URL"] or DEFAULT_URL).rstrip("/"),
        public_url="" if uncalled else given["PUBLIC_URL"].rstrip("/"),
        uncalled=uncalled,
    )


def missing(environment: Mapping[str, str]) -> tuple[str, ...]:
    """What does not work for want of a setting, a sentence each: for whoever asks whether pages can leave."""
    account = read(environment)
    if account is None:
        return ("SMS and calls are off: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM.",)
    return tuple(_missing(account))


_NAMES = tuple(each.name for each in VARIABLES)


def _missing(account: TwilioAccount) -> Iterator[str]:
    if not account.number:
        yield "Calls are off: a Messaging Service cannot call, set TWILIO_FROM to a number with voice."
    if account.uncalled:
        yield account.uncalled
    elif not account.public_url:
        yield "SMS and calls cannot be answered: set PUBLIC_URL to the https address where Twilio reaches this program."


def _why_not_called(public_url: str) -> str:
    """Why Twilio would refuse every message that names this address (21609: it calls public hosts only), or ""."""
    if not public_url or _is_public(public_url):
        return ""
    return (
        "SMS and calls cannot be answered, and whether they arrive is not known: "
        f"Twilio does not call {public_url:.200}. "
        "Set PUBLIC_URL to an https address with a public host name, without underscores."
    )


def _is_public(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
        return parts.scheme in {"http", "https"} and (parts.port or 1) > 0 and _is_public_host(host)
    except ValueError:
        return False


def _is_public_host(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.split(".")
        is_whole = len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()
        return is_whole and not host.endswith(_LOCAL_NAMES)


def _problems(given: Mapping[str, str]) -> Iterator[str]:
    if not given["TWILIO_ACCOUNT_SID"].startswith("AC"):
        yield "TWILIO_ACCOUNT_SID: does not start with AC; it is on the first page of the Twilio console."
    if not given["TWILIO_AUTH_TOKEN"]:
        yield "TWILIO_AUTH_TOKEN: is missing; it is beside the account SID in the Twilio console."
    if given["TWILIO_FROM"] and not normal(given["TWILIO_FROM"]):
        yield "TWILIO_FROM: is not an international phone number such as +15551234567."
    service = given["TWILIO_MESSAGING_SERVICE_SID"]
    if service and not service.startswith("MG"):
        yield "TWILIO_MESSAGING_SERVICE_SID: does not start with MG."
    if not given["TWILIO_FROM"] and not service:
        yield "TWILIO_FROM: is missing; set the number that sends, or TWILIO_MESSAGING_SERVICE_SID."
    if given["TWILIO_API_URL"] and not given["TWILIO_API_URL"].startswith(("https://", "http://")):
        yield f"TWILIO_API_URL: is not an address; it looks like {DEFAULT_URL}."
