"""One Web API call: who asks for what, with arguments that came as JSON or as a form."""

from dataclasses import dataclass
from typing import Any

import msgspec

from sandbox.conversations import Conversation
from sandbox.errors import SlackError
from sandbox.slack import Slack

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call with the sandbox it is made to."""

    slack: Slack
    method: str
    arguments: Json

    def text(self, name: str) -> str:
        """A required string. Raises `invalid_arguments` like Slack: missing required field."""
        value = self.optional(name)
        if value is None or value == "":
            raise SlackError("invalid_arguments", f"[ERROR] missing required field: {name}")
        return value

    def optional(self, name: str) -> str | None:
        """A string that may be absent."""
        value = self.arguments.get(name)
        return None if value is None else str(value)

    def flag(self, name: str) -> bool:
        """A boolean, absent is false; forms write `true` or `1`."""
        return str(self.arguments.get(name, "")).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        """A whole number with a default."""
        try:
            return int(self.arguments.get(name) or default)
        except ValueError:
            raise SlackError("invalid_arguments", f"[ERROR] must be an integer [json-pointer:/{name}]") from None

    def ids(self, name: str) -> list[str]:
        """A list of ids: a JSON array, or joined by commas."""
        value = self.arguments.get(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        return [one for one in str(value or "").split(",") if one]

    def structure(self, name: str, refusal: str) -> Any:
        """A structure: JSON itself, or JSON in a string. Raises the refusal when it cannot be read."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            raise SlackError(refusal) from None

    def conversation(self, name: str = "channel") -> Conversation:
        """The conversation that the bot names by id. Raises `channel_not_found`."""
        found = self.slack.workspace.conversations.get(self.text(name))
        if found is None:
            raise SlackError("channel_not_found")
        return found


def page(call: Call, rows: list[Json], default: int) -> tuple[list[Json], Json]:
    """The rows of the page that `cursor` and `limit` ask for, and the response_metadata. Raises `invalid_cursor`."""
    cursor = call.optional("cursor") or "0"
    if not cursor.removesuffix("=").isdigit() or int(cursor.removesuffix("=")) > len(rows):
        raise SlackError("invalid_cursor")
    start = int(cursor.removesuffix("="))
    end = start + min(max(1, call.number("limit", default)), 1000)
    return rows[start:end], {"next_cursor": f"{end}=" if end < len(rows) else ""}
