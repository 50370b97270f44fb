"""Phone lines: they carry TwiML out as Twilio does, and let a test hear it, press keys, wait and hang up."""

import inspect
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from twilio.twiml import messaging_response, voice_response

Post = Callable[[str, Mapping[str, str]], httpx.Response]

_WAITING = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave"})
"""What may be said to somebody in a queue: https://www.twilio.com/docs/voice/twiml/enqueue#waiturl."""
_MODULES = {"voice": voice_response, "messaging": messaging_response}
_ROOTS = {"voice": voice_response.VoiceResponse, "messaging": messaging_response.MessagingResponse}


class BadTwiml(AssertionError):
    """TwiML that Twilio would not carry out."""


def read_twiml(text: str, kind: str = "voice") -> list[ET.Element]:
    """The verbs of a document, checked against the SDK's classes: known verbs in known places, known attributes."""
    root = ET.fromstring(text)
    if root.tag != "Response":
        raise BadTwiml(f"the root is {root.tag}")
    _check(root, _ROOTS[kind], _MODULES[kind])
    return list(root)


def _check(element: ET.Element, parent: Any, module: Any) -> None:
    for child in element:
        method = getattr(parent, _snake(child.tag), None)
        if method is None:
            raise BadTwiml(f"<{child.tag}> cannot stand in <{element.tag}>")
        allowed = set(inspect.signature(method).parameters)
        for name in child.attrib:
            if not {_snake(name), f"{_snake(name)}_"} & allowed:
                raise BadTwiml(f"<{child.tag}> has no attribute {name}")
        _check(child, getattr(module, child.tag, None), module)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


@dataclass(slots=True)
class Network:
    """What lines share: how Twilio posts, and the queues that callers wait in."""

    post: Post
    queues: dict[str, list["Line"]] = field(default_factory=dict)


class Line:
    """One call. `heard` is what was said or played, `state` where it stands.

    States: ringing, talking to TwiML (`gathering`, `recording`, `queued`), `bridged` with `peer`, `ended`.
    """

    def __init__(self, network: Network, *, sid: str, caller: str, called: str, asked: Mapping[str, str]) -> None:
        self.network = network
        self.sid = sid
        self.caller, self.called = caller, called
        self.asked = asked
        self.heard: list[str] = []
        self.state = "ringing"
        self.peer: Line | None = None
        self._verbs: list[ET.Element] = []
        self._pending: ET.Element | None = None
        self._answered_by = ""
        self._queued = 0
        self._details: Mapping[str, str] = {}

    # --- What the person does ---------------------------------------------------------------------------------------

    def answers(self, by: str = "") -> "Line":
        """Somebody, or something, picks up."""
        self._answered_by = by
        if by and self.asked.get("AsyncAmdStatusCallback"):
            self.is_detected(by)
        heard = {"AnsweredBy": by} if by and self.asked.get("MachineDetection") else {}
        self._run(self.asked.get("Twiml") or self._fetch(self.asked["Url"], heard))
        return self

    def is_detected(self, by: str) -> httpx.Response:
        """The verdict on who answered: it takes up to 30 s, and comes after the end of a call that was short.

        https://www.twilio.com/docs/voice/answering-machine-detection
        """
        return self._post(self.asked["AsyncAmdStatusCallback"], {"AnsweredBy": by}).raise_for_status()

    def comes_in(self, url: str, **details: str) -> "Line":
        """The call reaches our number, whose webhook is `url`."""
        self._details = details
        self._run(self._fetch(url, {}))
        return self

    def ends(self, status: str = "completed") -> httpx.Response:
        """The call is over: as Twilio saw it, busy, no-answer, failed, canceled or completed."""
        self.state = "ended"
        by = {"AnsweredBy": self._answered_by} if self._answered_by else {}
        return self._post(self.asked["StatusCallback"], {"CallStatus": status, **by})

    def presses(self, digits: str) -> "Line":
        """Keys, while the line gathers."""
        assert self.state == "gathering", f"the line is {self.state}, after {self.heard}"
        assert self._pending is not None
        self._run(self._fetch(self._pending.attrib["action"], {"Digits": digits}))
        return self

    def keeps_silent(self) -> "Line":
        """No key is pressed until the gathering ends."""
        assert self.state == "gathering", f"the line is {self.state}"
        if self._pending is not None and self._pending.get("actionOnEmptyResult") == "true":
            self._run(self._fetch(self._pending.attrib["action"], {"Digits": ""}))
        else:
            self._go_on()
        return self

    def waits(self) -> "Line":
        """Everything that is played in the queue has been played: Twilio asks for more."""
        assert self.state == "queued", f"the line is {self.state}, after {self.heard}"
        assert self._pending is not None
        self._play_waiting(self._pending)
        return self

    def speaks(self, seconds: int, url: str = "https://api.twilio.com/recordings/RE1") -> "Line":
        """Leave a message."""
        assert self.state == "recording", f"the line is {self.state}, after {self.heard}"
        assert self._pending is not None
        longest = int(self._pending.attrib.get("maxLength", "3600"))
        details = {"RecordingUrl": url, "RecordingDuration": str(min(seconds, longest)), "RecordingSid": "RE1"}
        self._run(self._fetch(self._pending.attrib["action"], details))
        return self

    def hangs_up(self) -> "Line":
        """The person hangs up: Twilio tells whoever wants to know."""
        pending, state, peer = self._pending, self.state, self.peer
        self.state = "ended"
        if state == "queued" and pending is not None:
            self.network.queues[pending.text or ""].remove(self)
            self._post(pending.attrib["action"], {"QueueResult": "hangup", "CallStatus": "completed"})
        if state == "bridged" and peer is not None:
            self.peer = peer.peer = None
            peer.state = "ended"
            for line in (self, peer):
                line._tell_unbridged()
        return self

    # --- What Twilio does -------------------------------------------------------------------------------------------

    def _tell_unbridged(self) -> None:
        if self._pending is not None and self._pending.tag == "Enqueue":
            self._post(self._pending.attrib["action"], {"QueueResult": "bridged", "CallStatus": "completed"})

    def _run(self, twiml: str) -> None:
        self._verbs = read_twiml(twiml)
        self._pending = None
        self._go_on()

    def _go_on(self) -> None:
        self.state = "talking"
        while self._verbs and self.state == "talking":
            verb = self._verbs.pop(0)
            if verb.tag == "Redirect":
                self._run(self._fetch(verb.text or "", {}))
                return
            if verb.tag != "Pause":
                self._do(verb)
        if self.state == "talking":
            self.state = "ended"

    def _do(self, verb: ET.Element) -> None:
        match verb.tag:
            case "Say" | "Play":
                self.heard.append(verb.text or "")
            case "Gather":
                self._pending, self.state = verb, "gathering"
                self.heard += [each.text or "" for each in verb if each.tag in {"Say", "Play"}]
            case "Record":
                self._pending, self.state = verb, "recording"
            case "Hangup":
                self.state = "ended"
            case "Reject":
                self.state = "rejected"
            case "Enqueue":
                self._enqueue(verb)
            case "Dial":
                self._dial(verb)
            case other:
                raise BadTwiml(f"the fake does not know <{other}>")

    def _enqueue(self, verb: ET.Element) -> None:
        self._pending, self.state, self._queued = verb, "queued", 0
        self.network.queues.setdefault(verb.text or "", []).append(self)
        self._play_waiting(verb)

    def _play_waiting(self, verb: ET.Element) -> None:
        answer = self._fetch(verb.attrib["waitUrl"], {"QueueSid": "QU1", "QueueTime": str(self._queued)})
        self._queued += 9
        for each in read_twiml(answer):
            if each.tag not in _WAITING:
                raise BadTwiml(f"<{each.tag}> cannot be used in a queue")
            self.heard += [each.text or ""] if each.tag in {"Say", "Play"} else []
            if each.tag == "Leave":
                self.network.queues[verb.text or ""].remove(self)
                self._run(self._fetch(verb.attrib["action"], {"QueueResult": "leave"}))
                return

    def _dial(self, verb: ET.Element) -> None:
        queue = verb.find("Queue")
        assert queue is not None, "only <Dial><Queue> is known"
        waiting = self.network.queues.get(queue.text or "", [])
        if not waiting:
            return
        self.peer = waiting.pop(0)
        self.peer.peer = self
        self.state = self.peer.state = "bridged"

    def _fetch(self, url: str, details: Mapping[str, str]) -> str:
        return self._post(url, details).raise_for_status().text

    def _post(self, url: str, details: Mapping[str, str]) -> httpx.Response:
        form = {"CallSid": self.sid, "From": self.caller, "To": self.called, "CallStatus": "in-progress"}
        return self.network.post(url, {**form, **self._details, **details})


def said(line: Line) -> Sequence[str]:
    """What was heard on a line so far, taken out of it."""
    heard, line.heard = line.heard, []
    return heard
