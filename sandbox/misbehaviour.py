"""What the sandbox was told to do wrong, and which call it happens to."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from sandbox.errors import ControlError

KINDS = ("rate_limited", "status", "internal_error", "html", "timeout", "timeout_after", "error", "slow")


@dataclass(slots=True, kw_only=True)
class Fault:
    """A misbehaviour of a method (`*` = all), perhaps in one channel, for `times` calls (None = until told)."""

    method: str
    kind: str
    channel: str | None = None
    times: int | None = None
    retry_after: int | None = None
    status: int = 503
    error: str = "internal_error"
    ms: int = 0
    seconds: float = 60.0
    hits: int = 0


@dataclass(slots=True)
class Faults:
    """All misbehaviours in force, the oldest first."""

    faults: list[Fault] = field(default_factory=list)

    def add(self, request: dict[str, Any]) -> Fault:
        """Adds one from the JSON of the control API. Raises ControlError."""
        fault = _read(request)
        self.faults.append(fault)
        return fault

    def meet(self, method: str, channel: str) -> Fault | None:
        """The fault that befalls a call now, counted; None when the call goes well."""
        for fault in self.faults:
            if fault.method in ("*", method) and fault.channel in (None, channel) and fault.times != 0:
                fault.hits += 1
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def clear(self, method: str | None = None) -> None:
        """Behaves again: altogether, or in one method."""
        self.faults = [f for f in self.faults if method is not None and f.method != method]


def _read(request: dict[str, Any]) -> Fault:
    known = set(Fault.__slots__) - {"hits"}
    if unknown := set(request) - known:
        raise ControlError(f"unknown keys {sorted(unknown)}; there are {sorted(known)}")
    try:
        fault = msgspec.convert({"method": "*", **request}, Fault)
    except msgspec.ValidationError as problem:
        raise ControlError(str(problem)) from None
    if fault.kind not in KINDS:
        raise ControlError(f"kind {fault.kind!r} is none of {list(KINDS)}")
    return fault
