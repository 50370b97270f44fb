"""A form as it was sent: plain values by the block that they were filled into."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was filled in, in Slack's shape by block, and the notes that the form was opened with.

    `shown` is what the inputs held when the form was opened, in the same shape.
    """

    state: Mapping[str, Mapping[str, Any]]
    notes: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def touched(self, *blocks: str) -> bool:
        """Whether any of these inputs was changed; one that the form does not have was not."""
        return any(
            _essence(self.state[each]) != _essence(self.shown.get(each, {})) for each in blocks if each in self.state
        )

    def text(self, block: str) -> str:
        """What was typed, without space around it; empty when nothing was."""
        return str(self._of(block).get("value") or "").strip()

    def typed(self, block: str) -> str:
        """What was typed, as it was typed."""
        return str(self._of(block).get("value") or "")

    def choice(self, block: str) -> str:
        """The value of the one that was chosen, empty when none was."""
        return str((self._of(block).get("selected_option") or {}).get("value") or "")

    def choices(self, block: str) -> tuple[str, ...]:
        """The values of those that were chosen."""
        return tuple(str(each["value"]) for each in self._of(block).get("selected_options") or ())

    def people(self, block: str) -> tuple[str, ...]:
        """Slack ids of the people who were picked, in that order."""
        return tuple(map(str, self._of(block).get("selected_users") or ()))

    def conversation(self, block: str) -> str | None:
        """The id of the conversation that was picked."""
        return self._of(block).get("selected_conversation") or None

    def date(self, block: str) -> str:
        """The day that was picked, `2026-03-29`."""
        return str(self._of(block).get("selected_date") or "")

    def time(self, block: str) -> str:
        """The time of day that was picked, `09:00`."""
        return str(self._of(block).get("selected_time") or "")

    def moment(self, block: str) -> datetime:
        """The instant that was picked; 1970 when none was."""
        return datetime.fromtimestamp(int(self._of(block).get("selected_date_time") or 0), UTC)

    def file(self, block: str) -> str:
        """Slack's id of the file that was uploaded, empty when none was."""
        return next((str(each["id"]) for each in self._of(block).get("files") or ()), "")

    def _of(self, block: str) -> Mapping[str, Any]:
        return self.state.get(block, {})


def read_filled(sent: Mapping[str, Any]) -> Filled:
    """Read a view that was sent: each of our blocks holds one input."""
    values = sent.get("state", {}).get("values", {})
    state: dict[str, Mapping[str, Any]] = {block: next(iter(inputs.values()), {}) for block, inputs in values.items()}
    shown = {
        block["block_id"]: _shown(block["element"]) for block in sent.get("blocks", ()) if block["type"] == "input"
    }
    return Filled(state=state, notes=json.loads(sent.get("private_metadata") or "{}"), shown=shown)


_INITIAL: Mapping[str, str] = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_users": "selected_users",
    "initial_conversation": "selected_conversation",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
    "initial_date_time": "selected_date_time",
}


def _shown(element: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an input held when it was drawn, in the shape in which it comes back."""
    return {value: element[initial] for initial, value in _INITIAL.items() if initial in element}


def _essence(held: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an input holds, however Slack writes it: nothing for an empty one, line ends as we write them."""
    kept = {name: _plain(value) for name, value in held.items() if name in {*_INITIAL.values(), "files"}}
    return {name: value for name, value in kept.items() if value not in (None, "", [])}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.get("value") or value.get("id") if isinstance(value, dict) else value
