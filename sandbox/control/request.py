"""One request to the control API: JSON in, JSON out, people and conversations by id or name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.conversations import Conversation, Message
from sandbox.errors import ControlError, SlackError
from sandbox.people import Person
from sandbox.slack import Slack
from sandbox.views import View

Json = dict[str, Any]
WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Control:
    """What was asked: body, query and path together, in that order of precedence."""

    slack: Slack
    given: Json

    def text(self, name: str) -> str:
        """A required value as text."""
        if name not in self.given or self.given[name] in (None, ""):
            raise ControlError(f"{name!r} is missing")
        return str(self.given[name])

    def seconds(self) -> float:
        """How long to wait for what is asked, at most a minute."""
        return min(float(self.given.get("wait") or 0), WAIT)

    def number(self, name: str, default: int = 0) -> int:
        """A whole number."""
        return int(self.given.get(name) or default)

    def flag(self, name: str) -> bool:
        """A boolean; a query writes `true` or `1`."""
        return str(self.given.get(name, "")).lower() in ("true", "1")

    def person(self, name: str = "as") -> Person:
        """A person by id or name."""
        found = self.slack.workspace.find_person(self.text(name))
        if found is None:
            names = [p.name for p in self.slack.workspace.people.values()]
            raise ControlError(f"nobody is called {self.given[name]!r}; there are {names}")
        return found

    def conversation(self, name: str = "channel") -> Conversation:
        """A conversation by id or `#name`; a person's name means their DM with the bot."""
        found = self.slack.workspace.find_conversation(self.text(name))
        if found is None:
            names = [f"#{c.name}" for c in self.slack.workspace.conversations.values() if c.kind == "channel"]
            raise ControlError(f"no conversation {self.given[name]!r}; there are {names}")
        return found

    def message(self, conversation: Conversation) -> Message:
        """The message `ts`; `last` means the latest that the person sees."""
        ts = self.text("ts")
        seen = visible(conversation, self.person().id)
        found = (seen[-1] if seen else None) if ts == "last" else conversation.messages.get(ts)
        if found is None or found.deleted:
            raise ControlError(f"no message {ts!r} in {conversation.id}")
        return found

    def view(self) -> View:
        """The open view `view_id` of the person, or the one on top."""
        stack = self.slack.views.stack(self.person().id)
        wanted = self.given.get("view_id")
        found = next((v for v in stack if wanted in (None, v.id)), None) if wanted else (stack[-1] if stack else None)
        if found is None:
            raise ControlError(f"{self.person().name} has no open modal {wanted or ''}".strip())
        return found


def visible(conversation: Conversation, person: str | None) -> list[Message]:
    """The messages of a conversation that a person sees; nobody in particular sees all."""
    return [
        m for m in conversation.messages.values() if not m.deleted and (person is None or m.only_for in (None, person))
    ]


Action = Callable[[Control], Json | Awaitable[Json]]


def route(path: str, method: str, action: Action) -> Route:
    """A route under /_control. A ControlError is 400, a person or thing that Slack does not know too."""

    async def endpoint(request: Request) -> Response:
        try:
            control = Control(request.app.state.slack, await _read(request))
            done = action(control)
            body = done if isinstance(done, dict) else await done
            return Response(msgspec.json.encode(body), media_type="application/json")
        except (ControlError, SlackError, ValueError, TypeError) as refusal:
            return Response(
                msgspec.json.encode({"ok": False, "error": str(refusal)}), 400, media_type="application/json"
            )

    return Route(f"/_control/{path}", endpoint, methods=[method])


async def _read(request: Request) -> Json:
    given: Json = {**request.query_params, **request.path_params}
    body = await request.body()
    if not body:
        return given
    try:
        read = msgspec.json.decode(body)
    except msgspec.DecodeError as problem:
        raise ControlError(f"the body is not JSON: {problem}") from None
    if not isinstance(read, dict):
        raise ControlError("the body must be a JSON object")
    return {**given, **read}
