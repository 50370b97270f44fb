"""The TwiML of a live call, turn by turn."""

import io
import math
import struct
import wave
from functools import cache
from urllib.parse import quote

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from bot.service.calls import CallStep, Next
from bot.twilio.pronunciation import spoken
from bot.twilio.speech import LANGUAGE

_WAIT_FOR_DIGIT = 6  # seconds
_OFFERS = 2  # times that a call is offered: before the next attempt to reach them begins
_LONGEST_MESSAGE = 60  # seconds
_RATE = 8_000  # samples a second, all that a phone carries
_NOTES = (261.63, 329.63, 392.0, 523.25, 392.0, 329.63, 293.66, 349.23, 440.0, 587.33, 440.0, 349.23)  # hertz
_NOTE = 0.75  # seconds


def speak(step: Next, base: str, call_id: str) -> str:
    """The TwiML of a caller's next turn. `base` is the address of the webhook, `call_id` Twilio's of the call."""
    response = VoiceResponse()
    match step.turn:
        case CallStep.REJECT:
            response.reject(reason="rejected")
        case CallStep.MENU:
            _menu(response, step, base)
        case CallStep.QUEUE:
            _say(response, "" if step.has_heard else step.manner.welcome)
            response.enqueue(
                queue_of(call_id), wait_url=f"{base}/wait", wait_url_method="POST",
                action=f"{base}/left", method="POST",
            )  # fmt: skip
        case CallStep.LEAVE:
            response.leave()
        case CallStep.RECORD:
            _record(response, step, base)
        case _:
            _say(response, step.first)
            _say(response, _words(step))
            _say(response, step.manner.goodbye if step.turn is not CallStep.GOODBYE else "")
            response.hangup()
    return str(response)


def hold(step: Next, music: str, *, first: bool) -> str:
    """The TwiML for somebody in the queue: what they wait for, then music; Twilio asks again when it is over."""
    response = VoiceResponse()
    if first:
        _say(response, step.manner.waiting)
    response.play(step.manner.music or music)
    return str(response)


def offer(accept_at: str) -> str:
    """The TwiML for the one who acknowledged: a key takes the call, so that no mailbox talks to the caller."""
    response = VoiceResponse()
    for _ in range(_OFFERS):
        gather = Gather(num_digits=1, action=accept_at, method="POST", timeout=_WAIT_FOR_DIGIT)
        _say(gather, "A caller waits for you. Press any key to be connected.")
        response.append(gather)
    response.hangup()
    return str(response)


def put_through(call_id: str) -> str:
    """The TwiML for the one who took the call: straight to the caller."""
    response = VoiceResponse()
    _say(response, "Connecting you to the caller.")
    dial = Dial()
    dial.queue(queue_of(call_id))
    response.append(dial)
    _say(response, "The caller has gone. Goodbye.")
    return str(response)


def queue_of(call_id: str) -> str:
    """The name of a caller's own queue."""
    return f"live-{call_id}"


@cache
def music() -> bytes:
    """Nine seconds of quiet chords as a WAV file, for those who wait."""
    length = int(_RATE * _NOTE)
    samples = (
        int(6_000 * math.exp(-3 * at / length) * math.sin(2 * math.pi * note * at / _RATE))
        for note in _NOTES
        for at in range(length)
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(b"".join(struct.pack("<h", each) for each in samples))
    return file.getvalue()


def _menu(response: VoiceResponse, step: Next, base: str) -> None:
    if step.round == 1:
        _say(response, step.manner.welcome)
    offered = ",".join(str(each) for each in step.offered)
    gather = Gather(
        num_digits=1, action=f"{base}/menu?round={step.round}&offered={quote(offered, safe=':,')}", method="POST",
        timeout=_WAIT_FOR_DIGIT,
        action_on_empty_result=True,
    )  # fmt: skip
    names = " ".join(f"For {spoken(name, 60)}, press {digit}." for digit, name in enumerate(step.names, 1))
    _say(gather, step.manner.menu or names)
    response.append(gather)


def _record(response: VoiceResponse, step: Next, base: str) -> None:
    _say(response, step.first)
    _say(response, step.manner.voicemail)
    kept_at = f"{base}/message?chosen={quote(str(step.chosen or ''), safe=':')}"
    response.record(max_length=_LONGEST_MESSAGE, play_beep=True, timeout=10, action=kept_at, method="POST")
    _say(response, step.manner.goodbye)
    response.hangup()


def _words(step: Next) -> str:
    said = step.manner
    return {
        CallStep.DISABLED: said.disabled,
        CallStep.MAINTENANCE: said.maintenance,
        CallStep.UNATTENDED: said.unattended,
        CallStep.THANKS: said.thanks,
        CallStep.GOODBYE: said.goodbye,
    }.get(step.turn, "")


def _say(response: VoiceResponse | Gather, prompt: str) -> None:
    """Read a prompt, or play it when it is the address of a sound."""
    if prompt.startswith(("https://", "http://")) and not prompt.split()[1:]:
        response.play(quote(prompt, safe=":/?&=%#+,;@~!$'()*[]"))
        return
    if prompt:
        response.say(spoken(prompt, 1_000), language=LANGUAGE)
