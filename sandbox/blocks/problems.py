"""The checks that Block Kit's rules are put together from; each reports problems in Slack's own words.

Wording seen in real answers: https://github.com/yonicd/slackreprex/issues/3 and
https://github.com/adobe/spacecat-api-service/issues/176.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass(slots=True)
class Problems:
    """What is wrong, each with the JSON pointer of the place."""

    messages: list[str] = field(default_factory=list)

    def add(self, pointer: str, text: str) -> None:
        """Adds one problem at a place like `/blocks/0/text`."""
        self.messages.append(f"[ERROR] {text} [json-pointer:{pointer}]")


Check = Callable[[Any, str, Problems], None]


def string(most: int, least: int = 0) -> Check:
    """A string of a bounded length in characters."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.add(at, "must be a string")
        elif len(value) > most:
            problems.add(at, f"must be less than {most + 1} characters")
        elif len(value) < least:
            problems.add(at, f"must be more than {least - 1} characters")

    return check


def web_address(most: int) -> Check:
    """An address as Slack takes one for a button: a scheme, then, where it is of the web, a host, and no space.

    "invalid url" was seen for less: https://github.com/MacPaw/together-app/issues/4.
    """
    sized = string(most, 1)

    def check(value: Any, at: str, problems: Problems) -> None:
        sized(value, at, problems)
        if isinstance(value, str) and not _is_address(value):
            problems.add(at, "invalid url")

    return check


def _is_address(text: str) -> bool:
    if not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.scheme) and (parts.scheme not in {"http", "https"} or bool(parts.hostname))
    except ValueError:
        return False


def whole(least: int, most: int) -> Check:
    """An integer within bounds, both included."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            problems.add(at, "must be an integer")
        elif value < least:
            problems.add(at, f"must be greater than or equal to {least}")
        elif value > most:
            problems.add(at, f"must be less than or equal to {most}")

    return check


def boolean(value: Any, at: str, problems: Problems) -> None:
    """True or false."""
    if not isinstance(value, bool):
        problems.add(at, "must be a boolean")


def anything(_value: Any, _at: str, _problems: Problems) -> None:
    """A value that is not looked into."""


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if value not in allowed:
            problems.add(at, "must be a valid enum value")

    return check


def items(check_item: Check, most: int, least: int = 1) -> Check:
    """A list of a bounded length, each item with the same check."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.add(at, "must be an array")
            return
        if len(value) > most:
            problems.add(at, f"no more than {most} items allowed")
        if len(value) < least:
            problems.add(at, f"no fewer than {least} items allowed")
        for index, item in enumerate(value):
            check_item(item, f"{at}/{index}", problems)

    return check


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: the check of each property it may have, and which of them it must have."""

    properties: dict[str, Check]
    required: tuple[str, ...] = ()

    def __call__(self, value: Any, at: str, problems: Problems) -> None:
        """Checks the object and each of its properties; a property set to null counts as absent."""
        if not isinstance(value, dict):
            problems.add(at, "must provide an object")
            return
        for name in self.required:
            if value.get(name) is None:
                problems.add(at, f"missing required field: {name}")
        for name, inner in value.items():
            self._check_property(name, inner, at, problems)

    def _check_property(self, name: str, inner: Any, at: str, problems: Problems) -> None:
        if name not in self.properties:
            problems.add(at, f"invalid additional property: {name}")
        elif inner is not None:
            self.properties[name](inner, f"{at}/{name}", problems)


def by_type(shapes: dict[str, Shape]) -> Check:
    """An object whose `type` says which shape it has."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add(at, "must provide an object")
            return
        kind = value.get("type")
        if kind is None:
            problems.add(at, "missing required field: type")
        elif not isinstance(kind, str) or kind not in shapes:
            problems.add(f"{at}/type", f"unsupported type: {kind}")
        else:
            shapes[kind](value, at, problems)

    return check
