"""The door that Twilio calls at: nothing is heard that Twilio did not sign for this very address.

https://www.twilio.com/docs/usage/security#validating-requests
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from twilio.request_validator import RequestValidator

from bot.errors import Forbidden, NotFound, PagerError, StoreUnavailable
from bot.twilio.credentials import TwilioAccount
from bot.web.ingest.bodies import NoBody, masked_path, read_body

logger = logging.getLogger(__name__)

_BODY_LIMIT = 64 * 1024  # bytes; the largest that Twilio sends is a tenth of it
_FIELDS = 200
_THREADS = 16
_NOT_SET_UP = "Twilio is not set up here: TWILIO_ACCOUNT_SID is not set."
_NOT_SIGNED = (
    "This is not signed by Twilio for this address. Is PUBLIC_URL what Twilio calls, and the auth token right?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCall:
    """What Twilio posted, verified: the form, the variable parts of the address, and its query."""

    form: Mapping[str, str]
    parts: Mapping[str, str]
    query: Mapping[str, str]

    def field(self, name: str) -> str:
        """A field of the form, "" when it was not sent."""
        return self.form.get(name, "")


Handler = Callable[[SignedCall], str]
"""Does what a request asks for and returns TwiML, or "" when Twilio wants none. Runs in a thread."""


class Door:
    """Reads, verifies, and hops to a thread. `public_url` is where Twilio reaches this program."""

    def __init__(self, account: TwilioAccount | None, public_url: str) -> None:
        self._account = account
        self._public_url = public_url
        self._threads = ThreadPoolExecutor(_THREADS, "twilio")

    def endpoint(self, handler: Handler, sorry: Handler | None = None) -> "Endpoint":
        """The ASGI endpoint of a handler. `sorry` gives the TwiML for a person who waits while something is broken."""
        return Endpoint(self, handler, sorry)

    async def open(self, scope: Scope, receive: Receive) -> SignedCall:
        """Read and verify a request. Raises `Forbidden`, or `NotFound` where Twilio is not set up."""
        body = await read_body(scope, receive, _BODY_LIMIT)
        if self._account is None:
            raise NotFound(_NOT_SET_UP)
        if isinstance(body, NoBody):
            raise Forbidden(_NOT_SIGNED)
        form = _form(body)
        if not self._is_signed(scope, form) or form.get("AccountSid") != self._account.sid:
            logger.warning("a request in Twilio's name was refused", extra={"path": masked_path(scope["path"])})
            raise Forbidden(_NOT_SIGNED)
        parts: Mapping[str, str] = scope.get("path_params", {})
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        return SignedCall(form=dict(form), parts=parts, query=query)

    async def run(self, handler: Handler, call: SignedCall) -> str:
        """Handle a call in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, handler, call)

    def _is_signed(self, scope: Scope, form: ImmutableMultiDict[str, str]) -> bool:
        token = self._account.token if self._account else ""
        signatures = [value for name, value in scope["headers"] if name == b"x-twilio-signature"]
        given = signatures[0].decode("latin-1") if len(signatures) == 1 else ""
        return bool(given) and bool(RequestValidator(token).validate(self._address(scope), form, given))

    def _address(self, scope: Scope) -> str:
        path = scope.get("raw_path") or scope["path"].encode()
        query = scope["query_string"]
        return f"{self._public_url}{path.decode('latin-1')}{'?' if query else ''}{query.decode('latin-1')}"


class Endpoint:
    """One address of the door."""

    def __init__(self, door: Door, handler: Handler, sorry: Handler | None) -> None:
        self._door = door
        self._handler = handler
        self._sorry = sorry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(scope, receive)
        await response(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        try:
            call = await self._door.open(scope, receive)
        except (Forbidden, NotFound) as error:
            return _refusal(error)
        try:
            said = await self._door.run(self._handler, call)
        except PagerError as error:
            return self._apology(call) if self._sorry else _refusal(error)
        except Exception:
            if self._sorry is None:
                raise  # nobody waits for words: Twilio hears 500 and notes it
            # Whoever answered by phone must hear that it was not taken, whatever broke.
            logger.exception("what somebody answered by phone could not be handled")
            return self._apology(call)
        return _twiml(said) if said else Response(status_code=204)

    def _apology(self, call: SignedCall) -> Response:
        said = self._sorry(call) if self._sorry else ""
        return _twiml(said) if said else Response(status_code=204)


def _form(body: bytes) -> ImmutableMultiDict[str, str]:
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        pairs = []
    return ImmutableMultiDict(pairs)


def _twiml(text: str) -> Response:
    return Response(text, media_type="application/xml")


def _refusal(error: PagerError) -> Response:
    statuses: Mapping[type[PagerError], int] = {Forbidden: 403, NotFound: 404, StoreUnavailable: 503}
    return JSONResponse({"error": str(error)}, status_code=statuses.get(type(error), 500))
