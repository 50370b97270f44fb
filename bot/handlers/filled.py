"""A form as it was sent: plain values by the block that they were filled into."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was filled in, in Slack's shape by block, and the notes that the form was opened with."""

    state: Mapping[str, Mapping[str, Any]]
    notes: Mapping[str, str] = field(default_factory=dict)

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
    return Filled(state=state, notes=json.loads(sent.get("private_metadata") or "{}"))
