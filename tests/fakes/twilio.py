"""A Twilio that keeps Twilio's published rules, on a real port, with phones that a test holds in its hands.

The REST API checks what https://www.twilio.com/docs/api/errors lists, callbacks are signed, TwiML is checked against
the classes of `twilio.twiml` and carried out by `tests.fakes.twilio_lines`. It misbehaves when it is told to.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.fakes.twilio_lines import Line, Network, read_twiml
from tests.web.serving import serve

SID = "AC" + "0" * 32
TOKEN = "f0rt7-tw0"
NUMBER = "+15005550006"
SERVICE = "MG" + "1" * 32
LANDLINE = "+442070000000"
_E164 = re.compile(r"\+[1-9][0-9]{1,14}", re.ASCII)
_FORBIDDEN_COUNTRY = "+850"

INVALID_TO, STOPPED, COUNTRY, TOO_LONG, NOT_OURS, LANDLINE_CODE = 21211, 21610, 21408, 21617, 21659, 21614
STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
"""Single words, in any case: https://help.twilio.com/articles/223134027."""
NOT_CALLABLE = 13224  # "invalid phone number" of a call: https://www.twilio.com/docs/api/errors/13224
BAD_CALLBACK = 21609  # https://www.twilio.com/docs/api/errors/21609
NO_FROM, NO_BODY, NO_TWIML, BAD_TWIML, CALL_COUNTRY = 21603, 21602, 21205, 12100, 21215


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """How one API request goes wrong: an answer of another kind, or none; `takes` whether the message was taken."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    takes: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether nothing is answered at all."""
        return not self.status


@dataclass(slots=True, kw_only=True)
class Message:
    """A text message that Twilio took."""

    sid: str
    to: str
    sender: str
    body: str
    callback: str = ""


class Refused(Exception):
    """An API request that breaks a rule."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class FakeTwilio:
    """One account: what was sent through it, and the other side of every phone."""

    def __init__(self) -> None:
        self.url = ""
        self.status = "active"
        self.messages: list[Message] = []
        self.lines: list[Line] = []
        self.stopped: set[str] = set()
        self.uncallable: set[str] = set()
        self.unreached: set[str] = set()
        self.trouble: list[Trouble] = []
        self.requests: list[Mapping[str, str]] = []
        self._sids = 0
        self._public: dict[str, str] = {}
        self._http = httpx.Client(timeout=20)
        self.network = Network(self.post)
        self.app = Starlette(
            routes=[
                Route("/2010-04-01/Accounts/{sid}.json", self._on_account),
                Route("/2010-04-01/Accounts/{sid}/Messages.json", self._on_message, methods=["POST"]),
                Route("/2010-04-01/Accounts/{sid}/Calls.json", self._on_call, methods=["POST"]),
            ]
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    # --- The other side ---------------------------------------------------------------------------------------------

    def reaches(self, public_url: str, url: str) -> None:
        """Whoever calls the public address comes out at another one, as behind a proxy."""
        self._public[public_url] = url

    def post(self, address: str, form: Mapping[str, str], **changes: str) -> httpx.Response:
        """Call one of our addresses as Twilio does, signed; `signature` and `token` can be changed to forge it."""
        fields = {"AccountSid": SID, "ApiVersion": "2010-04-01", **form}
        signature = changes.get("signature", sign(address, fields, changes.get("token", TOKEN)))
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        return self._http.post(self._real(address), content=urlencode(fields), headers=headers)

    def texts(self, address: str, number: str, body: str, *, sid: str = "", opting: str = "") -> Sequence[str]:
        """Somebody writes to our number; returns what they are answered."""
        keyword = body.strip().casefold()
        if keyword in STOP_WORDS:
            self.stopped.add(number)
        if keyword in {"start", "unstop"}:
            self.stopped.discard(number)
        form = {"MessageSid": sid or self.new_sid("SM"), "From": number, "To": NUMBER, "Body": body}
        answer = self.post(address, form | ({"OptOutType": opting} if opting else {})).raise_for_status()
        return [each.text or "" for each in read_twiml(answer.text, "messaging")]

    def calls_in(self, number: str, url: str, **details: str) -> Line:
        """Somebody calls our number, whose webhook is `url`."""
        line = Line(self.network, sid=self.new_sid("CA"), caller=number, called=NUMBER, asked={})
        return line.comes_in(url, **details)

    def reports(self, message: Message, status: str, error: int = 0) -> httpx.Response:
        """Tell what became of a message."""
        form = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": message.to,
            "From": NUMBER,
        }
        return self.post(message.callback, form | ({"ErrorCode": str(error)} if error else {}))

    def new_sid(self, prefix: str) -> str:
        """Make an id as Twilio does."""
        self._sids += 1
        return f"{prefix}{self._sids:032x}"

    # --- The API ----------------------------------------------------------------------------------------------------

    async def _on_message(self, request: Request) -> Response:
        return await self._respond(request, self._take_message)

    async def _on_call(self, request: Request) -> Response:
        return await self._respond(request, self._take_call)

    async def _on_account(self, request: Request) -> Response:
        try:
            _check_login(request)
        except Refused as refused:
            return _problem(refused)
        return JSONResponse({"sid": SID, "status": self.status, "friendly_name": "Test"})

    async def _respond(self, request: Request, take: Callable[[Mapping[str, str]], str]) -> Response:
        form = parse_qs((await request.body()).decode(), keep_blank_values=True)
        self.requests.append({name: values[0] for name, values in form.items()})
        trouble = self.trouble.pop(0) if self.trouble else Trouble(status=201, takes=True)
        if trouble.is_silent:
            if trouble.takes:
                take({name: values[0] for name, values in form.items()})
            await _until_they_leave(request)
            return Response(status_code=503)
        if trouble.status != 201:
            return PlainTextResponse("<html>oops</html>", trouble.status, headers=dict(trouble.headers))
        try:
            _check_login(request)
            taken = take({name: values[0] for name, values in form.items()})
        except Refused as refused:
            return _problem(refused)
        return JSONResponse({"sid": taken, "status": "queued", "account_sid": SID}, 201)

    def _take_message(self, form: Mapping[str, str]) -> str:
        sender = form.get("MessagingServiceSid") or form.get("From", "")
        _check_numbers(form, sender, COUNTRY)
        if not form.get("Body"):
            raise Refused(NO_BODY, "Message body is required.")
        if len(form["Body"]) > 1600:
            raise Refused(TOO_LONG, "The concatenated message body exceeds the 1600 character limit")
        if form["To"] in self.stopped:
            raise Refused(STOPPED, "Attempt to send to unsubscribed recipient")
        if form["To"] == LANDLINE:
            raise Refused(LANDLINE_CODE, "'To' number is not a valid mobile number")
        self._check_callbacks(form)
        sid = self.new_sid("SM")
        callback = form.get("StatusCallback", "")
        self.messages.append(Message(sid=sid, to=form["To"], sender=sender, body=form["Body"], callback=callback))
        return sid

    def _take_call(self, form: Mapping[str, str]) -> str:
        _check_numbers(form, form.get("From", ""), CALL_COUNTRY)
        if not form.get("Twiml") and not form.get("Url"):
            raise Refused(NO_TWIML, "Url parameter is required.")
        if len(form.get("Twiml", "")) > 4000:
            raise Refused(BAD_TWIML, "Twiml is longer than 4000 characters")
        self._check_callbacks(form)
        if form["To"] in self.uncallable:
            raise Refused(NOT_CALLABLE, "The number is not allowed to be called")
        line = Line(self.network, sid=self.new_sid("CA"), caller=NUMBER, called=form["To"], asked=form)
        self.lines.append(line)
        return line.sid

    def _check_callbacks(self, form: Mapping[str, str]) -> None:
        """A callback is of the public Internet, without underscores; `unreached` are hosts that are refused besides.

        https://www.twilio.com/docs/api/errors/21609
        """
        for name in ("StatusCallback", "AsyncAmdStatusCallback"):
            host = urlsplit(form.get(name, "")).hostname or ""
            if form.get(name) and ("." not in host or "_" in host or host in self.unreached):
                raise Refused(BAD_CALLBACK, f"The {name} URL {form[name]} is not a valid URL.")

    def _real(self, address: str) -> str:
        base = next((each for each in self._public if address.startswith(each)), "")
        return f"{self._public.get(base, '')}{address.removeprefix(base)}"


def sign(address: str, form: Mapping[str, str], token: str) -> str:
    """Twilio's signature, written from its description: the address, then each field's name and value by name."""
    text = address + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


@contextmanager
def twilio() -> Iterator[tuple[FakeTwilio, Mapping[str, str]]]:
    """A running Twilio, and the environment that makes us use it."""
    fake = FakeTwilio()
    with closing(fake), serve(fake.app) as url:
        fake.url = url
        yield (
            fake,
            {
                "TWILIO_ACCOUNT_SID": SID,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_FROM": NUMBER,
                "TWILIO_API_URL": url,
                "PUBLIC_URL": "https://pager.example.com",
            },
        )


async def _until_they_leave(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _check_login(request: Request) -> None:
    expected = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    if request.headers.get("authorization") != f"Basic {expected}":
        raise Refused(20003, "Authenticate", 401)
    if request.path_params["sid"] != SID:
        raise Refused(20404, "The requested resource was not found", 404)


def _check_numbers(form: Mapping[str, str], sender: str, country: int) -> None:
    if not sender:
        raise Refused(NO_FROM, "A 'From' phone number is required.")
    if sender not in {NUMBER, SERVICE}:
        raise Refused(NOT_OURS, f"'From' {sender} is not a Twilio phone number or Short Code country mismatch")
    if not _E164.fullmatch(form.get("To", "")):
        raise Refused(INVALID_TO, f"Invalid 'To' Phone Number: {form.get('To')}")
    if form["To"].startswith(_FORBIDDEN_COUNTRY):
        raise Refused(country, "Permission to send to this region has not been enabled")


def _problem(refused: Refused) -> Response:
    more = f"https://www.twilio.com/docs/errors/{refused.code}"
    body = {"code": refused.code, "message": refused.message, "more_info": more, "status": refused.status}
    return JSONResponse(body, refused.status)
