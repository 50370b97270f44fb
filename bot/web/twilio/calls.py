"""Live calls as Twilio makes them: `{ingest address}/call` and its steps, each signed, each answered with TwiML."""

import logging
from urllib.parse import urlencode

from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import Undelivered
from bot.ports import Ports, Request
from bot.service.calls import Caller, Calls, CallStep, Next
from bot.settings import Settings
from bot.twilio import credentials, live_calls, speech
from bot.twilio.credentials import PREFIX, TwilioAccount
from bot.twilio.web import TwilioWeb
from bot.web.twilio.door import Door, Handler, SignedCall

logger = logging.getLogger(__name__)

INGEST = "/integrations/"
MUSIC = f"{PREFIX}/music.wav"
_STEP = "/call"
_SORRY = speech.reply("Something is broken here. Please call again.")


class LiveCalls:
    """Everything at `/integrations/{key}/call`, ahead of `app`."""

    def __init__(self, app: ASGIApp, settings: Settings, ports: Ports) -> None:
        self._app = app
        account = credentials.read(settings.environment)
        self._desk = CallDesk(account, settings.public, ports)
        door = Door(account, settings.public)
        self.router = Router(routes=[_route(door, path, handler) for path, handler in self._desk.steps().items()])
        self._steps = ExceptionMiddleware(self.router)  # what it refuses is an answer here, too, ahead of the app's own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._steps if _is_call(scope) else self._app)(scope, receive, send)
        if scope["type"] == "lifespan":
            self._desk.close()


def music_route() -> Route:
    """Where Twilio fetches the music from."""

    async def play(_request: Asked) -> Response:
        return Response(live_calls.music(), media_type="audio/wav", headers={"cache-control": "max-age=86400"})

    return Route(MUSIC, play)


class CallDesk:
    """Answers each step of a call."""

    def __init__(self, account: TwilioAccount | None, public_url: str, ports: Ports) -> None:
        self._ports = ports
        self._public_url = public_url
        self._web = TwilioWeb(account) if account and account.number else None

    def steps(self) -> dict[str, Handler]:
        """The handlers by what stands behind the integration's key."""
        return {
            "": self._greet,
            "/menu": self._choose,
            "/wait": self._wait,
            "/left": self._leave,
            "/message": self._keep,
            "/through/{caller}": self._put_through,
        }

    def close(self) -> None:
        """Let go of the connections to Twilio."""
        if self._web:
            self._web.close()

    def _greet(self, call: SignedCall) -> str:
        return self._speak(call, self._calls(call).greet(_caller(call)))

    def _choose(self, call: SignedCall) -> str:
        asked = call.query.get("round", "1")
        round_ = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 1 else 1
        offered = tuple(each for each in call.query.get("offered", "").split(",") if each)
        return self._speak(call, self._calls(call).choose(_caller(call), call.field("Digits"), round_, offered))

    def _wait(self, call: SignedCall) -> str:
        step = self._calls(call).wait(_caller(call))
        if step.turn is CallStep.LEAVE:
            return self._speak(call, step)
        if step.ring:
            self._ring(call, step.ring)
        return live_calls.hold(step, f"{self._public_url}{MUSIC}", first=call.field("QueueTime") in {"", "0"})

    def _leave(self, call: SignedCall) -> str:
        return self._speak(call, self._calls(call).leave(_caller(call), call.field("QueueResult")))

    def _keep(self, call: SignedCall) -> str:
        recorded, seconds = call.field("RecordingUrl"), call.field("RecordingDuration")
        return self._speak(call, self._calls(call).keep(_caller(call), recorded, seconds, call.query.get("chosen", "")))

    def _put_through(self, call: SignedCall) -> str:
        if call.field("Digits"):
            return live_calls.put_through(call.parts["caller"])
        return live_calls.offer(self._through(call, call.parts["caller"]))

    def _ring(self, call: SignedCall, number: str) -> None:
        """Call whoever acknowledged; when that fails, the caller waits on and it is tried again."""
        url = self._through(call, call.field("CallSid"))
        try:
            if self._web:
                self._web.call(number, url=url, method="POST")
        except Undelivered as error:
            logger.warning("the one who acknowledged could not be called: %s", error.reason)

    def _through(self, call: SignedCall, caller_id: str) -> str:
        return f"{self._base(call)}/through/{caller_id}"

    def _speak(self, call: SignedCall, step: Next) -> str:
        return live_calls.speak(step, self._base(call), call.field("CallSid"))

    def _base(self, call: SignedCall) -> str:
        return f"{self._public_url}{INGEST}{call.parts['key']}{_STEP}"

    def _calls(self, call: SignedCall) -> Calls:
        return Calls(self._ports, call.parts["key"])


def _is_call(scope: Scope) -> bool:
    if scope["type"] != "http" or not scope["path"].startswith(INGEST):
        return False
    step: str = scope["path"][len(INGEST) :].partition("/")[2]
    return step == _STEP[1:] or step.startswith(f"{_STEP[1:]}/")


def _route(door: Door, step: str, handler: Handler) -> Route:
    return Route(f"{INGEST}{{key}}{_STEP}{step}", door.endpoint(handler, sorry=lambda _: _SORRY), methods=["POST"])


def _caller(call: SignedCall) -> Caller:
    request = Request(
        method="POST",
        path=f"{INGEST}…{_STEP}",
        body=urlencode(call.form).encode(),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    return Caller(id=call.field("CallSid"), number=call.field("From"), request=request)
