"""Live calls: a call to a Twilio number is an alert, and whoever acknowledges it is put through."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

from bot.engine.calls import live_calls, voicemail
from bot.engine.calls.live_calls import LONGEST_PAUSE, LONGEST_WAIT, SHORTEST_WAIT, Manner
from bot.engine.model import Signal
from bot.errors import Problem
from bot.payloads import reading, values
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

_LABELS: Mapping[str, str] = {
    "welcome": "Said first: a text, or the https address of a sound file",
    "menu": "Said before the digits (text or sound); made of the teams' names if empty",
    "waiting": "Said while the team is called",
    "music": "Sound file that is played in the queue, of ten seconds or so",
    "voicemail": "Said before a message is recorded",
    "thanks": "Said after a message was recorded",
    "goodbye": "Said last",
    "unattended": "Said when nobody came and nothing is recorded",
    "no_phone": "Said when whoever took the call has no phone that could be called",
    "disabled": "Said while the integration is disabled",
    "maintenance": "Said during maintenance",
    "force_menu": "Read the menu even if there is one team only",
    "record": "Offer to record a message when nobody comes",
    "voicemail_only": "Record a message at once; the alert is routed when it is there",
    "resolve_on_hangup": "Resolve the alert when the caller hangs up",
    "max_wait": "Seconds that a caller waits at most, 30 to 3600",
    "dial_pause": "Seconds between the acknowledgement and the call to its author",
    "banned": "Numbers that are rejected, with commas between; +44* for all that begin so",
    "mail_to": "Who gets the link to a recorded message by mail: team, admins, on_call, addresses, with commas between",
}

NAME = "live_call"
TITLE = "Live call routing"
SENDERS = (Sender("People on the phone", "by a number of Twilio's", also=("incoming_sms",)),)
SETUP = """Set PUBLIC_URL and the TWILIO_ variables of docs/channels/sms.md. In the Twilio console, Phone Numbers, your
number, "A call comes in": Webhook, {url}/call, HTTP POST. The destinations of this integration, or those that the rule
of its router that matches assigns to, are the teams that a caller can choose."""
_BOUNDS: Mapping[str, tuple[int, int]] = {"max_wait": (SHORTEST_WAIT, LONGEST_WAIT), "dial_pause": (0, LONGEST_PAUSE)}
OPTIONS = tuple(
    Option(
        name=each.name,
        default=each.default if isinstance(each.default, str | int) else "",
        label=_LABELS[each.name],
        least=_BOUNDS.get(each.name, (0, 0))[0],
        most=_BOUNDS.get(each.name, (0, 0))[1],
    )
    for each in fields(Manner)
)
METHODS = ("POST",)
VERIFIED = "captured from Twilio's emulator; every step of a call is signed for its address with the account's token"
PROBLEM = "each call by itself"
KEYED_BY = "`CallSid`"
APART = ("CallSid",)
TITLED_BY = "`From` and where it is"

verify = UNSIGNED
document = reading.document


def problems(options: Mapping[str, object]) -> Iterator[Problem]:
    """What is wrong with what is said and played, whom nobody hears, and who gets recorded messages."""
    yield from live_calls.problems(options)
    written = options.get("mail_to")
    found = voicemail.problems(written) if isinstance(written, str) else ()
    yield from (replace(each, where=("mail_to",)) for each in found)


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A call as an alert, with who calls and from where."""
    data = reading.mapping(request)
    caller, call = values.text(data, "From"), values.text(data, "CallSid")
    if not call:
        reading.refuse("it has no `CallSid`, which Twilio sends with every call.")
    place = ", ".join(found for name in ("FromCity", "FromState", "FromCountry") if (found := values.text(data, name)))
    facts = {
        "caller": caller,
        "name": values.text(data, "CallerName"),
        "place": place,
        "called": values.text(data, "To"),
    }
    recording = values.text(data, "RecordingUrl")
    title = f"{'Voicemail' if recording else 'Call'} from {caller or 'a hidden number'}{f' ({place})' if place else ''}"
    return (signal(CREATE, call, title, data={**facts, "voicemail": recording}),)


CALL = (
    "AccountSid=AC00&CallSid=CAf185&CallStatus=ringing&To=%2B15551234567&From=%2B15550001111&FromCity=LONDON"
    "&FromCountry=GB&Direction=inbound&ApiVersion=2010-04-01"
)
FACTS = {"caller": "+15550001111", "place": "LONDON, GB", "called": "+15551234567"}
RECORDING = "https://api.twilio.com/2010-04-01/Accounts/AC00/Recordings/RE00"
EXAMPLES = (
    posted("a call comes in", CALL, signal(CREATE, "CAf185", "Call from +15550001111 (LONDON, GB)", data=FACTS)),
    posted(
        "a message was left",
        f"{CALL}&RecordingUrl={RECORDING}",
        signal(CREATE, "CAf185", "Voicemail from +15550001111 (LONDON, GB)", data={**FACTS, "voicemail": RECORDING}),
    ),
)
