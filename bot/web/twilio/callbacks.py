"""What Twilio tells of messages and calls: replies, keys, and whether they arrived."""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from threading import Lock

from starlette.routing import Route
from twilio.twiml.messaging_response import MessagingResponse

from bot.engine.delivery import storms
from bot.engine.model import DeliveryState
from bot.ports import Ports
from bot.service import callbacks, replies, storm_answers
from bot.service.callbacks import DeliveryReport
from bot.settings import Settings
from bot.twilio import credentials, speech
from bot.twilio.credentials import PREFIX, REPLIES, TwilioAccount
from bot.twilio.fixed_words import words_for
from bot.twilio.text import fit_lines
from bot.twilio.web import reason
from bot.web.twilio.calls import music_route
from bot.web.twilio.door import Door, SignedCall

logger = logging.getLogger(__name__)

_SORRY = speech.reply("That did not work. Please answer in Slack.")
_NOT_TAKEN = "Your answer was not taken: something is broken here. Answer in Slack, or text it again in a minute."
_MOST_REGRETS = 5  # to a number in an hour: what writes there may be a machine that answers us
_MOST_NUMBERS = 10_000
_ARRIVED = frozenset({"delivered", "read"})
_LOST = frozenset({"undelivered", "failed", "canceled"})
_UNHEARD: Mapping[str, str] = {
    "busy": "The line was busy.",
    "no-answer": "Nobody picked up.",
    "failed": "The call could not be connected.",
    "canceled": "The call was cancelled.",
}
_MACHINE = "An answering machine took the call."


def routes(settings: Settings, ports: Ports) -> list[Route]:
    """Everything below `/twilio`. What a setting is missing for is said in the process's log."""
    account = credentials.read(settings.environment)
    for said in credentials.missing(settings.environment) if account else ():
        logger.warning(said)
    door = Door(account, settings.public)
    ears = Ears(account, ports)
    about = "{notification_id:path}"
    return [
        Route(REPLIES, door.endpoint(ears.hear_text, sorry=ears.regret_text), methods=["POST"]),
        Route(f"{PREFIX}/messages/{about}", door.endpoint(ears.note_message), methods=["POST"]),
        Route(f"{PREFIX}/calls/{about}", door.endpoint(ears.note_call), methods=["POST"]),
        Route(f"{PREFIX}/machines/{about}", door.endpoint(ears.note_machine), methods=["POST"]),
        Route(f"{PREFIX}/keys/{about}", door.endpoint(ears.hear_key, sorry=lambda _: _SORRY), methods=["POST"]),
        Route(
            f"{PREFIX}/storms/{{storm_id}}",
            door.endpoint(ears.hear_storm_key, sorry=lambda _: _SORRY),
            methods=["POST"],
        ),
        music_route(),
    ]


class Regrets:
    """How often each number was told that its answer was not taken: kept in memory, for the database is away then."""

    def __init__(self) -> None:
        self._told: Counter[str] = Counter()
        self._hour = ""
        self._lock = Lock()

    def has_room(self, number: str, now: datetime) -> bool:
        """Whether a number may be told once more in this hour; it counts as told."""
        with self._lock:
            hour = f"{now:%Y-%m-%d %H}"
            if hour != self._hour or len(self._told) >= _MOST_NUMBERS:
                self._hour, self._told = hour, Counter()
            self._told[number] += 1
            return self._told[number] <= _MOST_REGRETS


class Ears:
    """Turns what Twilio posts into words for the service, and its answers into TwiML."""

    def __init__(self, account: TwilioAccount | None, ports: Ports) -> None:
        self._account = account
        self._ports = ports
        self._regrets = Regrets()

    def hear_text(self, call: SignedCall) -> str:
        """A text message came in: answer it."""
        text = replies.Text(
            id=call.field("MessageSid"),
            number=call.field("From"),
            body=call.field("Body"),
            opting=call.field("OptOutType"),
            to=call.field("To"),
        )
        said = replies.answer(self._ports, text)
        response = MessagingResponse()
        if said:
            response.message(fit_lines(said))
        return str(response)

    def regret_text(self, call: SignedCall) -> str:
        """A text message came in and could not be acted on: say so, a few times an hour to a number.

        Twilio hands over nothing once more after a 5xx, only when the connection fails:
        https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
        """
        response = MessagingResponse()
        if self._regrets.has_room(call.field("From"), self._ports.clock.now()):
            response.message(_NOT_TAKEN)
        return str(response)

    def note_message(self, call: SignedCall) -> str:
        """Twilio knows more of a text message that it took."""
        status = call.field("MessageStatus")
        code = call.field("ErrorCode")
        why = reason(int(code)) if code.isascii() and code.isdigit() else "Twilio could not deliver it."
        if status in _ARRIVED:
            self._report(call, call.field("MessageSid"), "")
        if status in _LOST:
            self._report(call, call.field("MessageSid"), why)
        return ""

    def note_call(self, call: SignedCall) -> str:
        """A call has ended, or was never taken."""
        status = call.field("CallStatus")
        if status == "completed":
            self._report(call, call.field("CallSid"), _MACHINE if _is_machine(call) else "")
        if status in _UNHEARD:
            self._report(call, call.field("CallSid"), _UNHEARD[status])
        return ""

    def note_machine(self, call: SignedCall) -> str:
        """Twilio has listened who took the call. What a machine took has not been heard by anybody.

        This takes it up to half a minute: a short call has ended, and counts as heard, before that.
        """
        if _is_machine(call):
            self._report(call, call.field("CallSid"), _MACHINE, overturns=True)
        if call.field("AnsweredBy") == "human":
            self._report(call, call.field("CallSid"), "")
        return ""

    def hear_key(self, call: SignedCall) -> str:
        """A key was pressed in a call: say what came of it, or everything once more."""
        notification_id = call.parts["notification_id"]
        pressed = replies.press(self._ports, notification_id, call.field("CallSid"), call.field("Digits"))
        if pressed.card is None:
            return speech.reply(pressed.said)
        again = self._account.callback("keys", notification_id) if self._account else ""
        return speech.page(pressed.card, again, words_for(pressed.user))

    def hear_storm_key(self, call: SignedCall) -> str:
        """A key was pressed in a call that told of a storm: say what came of it, or how the storm stands."""
        storm_id = call.parts["storm_id"]
        pressed = storm_answers.press(self._ports, storm_id, call.field("CallSid"), call.field("Digits"))
        if pressed.summary is None:
            return speech.storm_reply(pressed.said)
        said = storms.say(pressed.summary, 0)
        if self._account is None or not pressed.summary.untaken:
            return speech.announcement(said)
        return speech.storm(said, self._account.callback("storms", storm_id), words_for(pressed.user))

    def _report(self, call: SignedCall, provider_id: str, lost: str, *, overturns: bool = False) -> None:
        """Pass a report on; `lost` says why it did not arrive, "" that it did."""
        report = DeliveryReport(
            notification_id=call.parts["notification_id"],
            provider_id=provider_id,
            state=DeliveryState.FAILED if lost else DeliveryState.DELIVERED,
            reason=lost,
            overturns=overturns,
        )
        callbacks.take(self._ports, report)


def _is_machine(call: SignedCall) -> bool:
    return call.field("AnsweredBy").startswith(("machine", "fax"))
