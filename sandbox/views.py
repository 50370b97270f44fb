"""Open modals and App Homes, each with what the person has filled in so far."""

import copy
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sandbox.blocks import view_problems
from sandbox.changes import Changes
from sandbox.errors import SlackError
from sandbox.people import APP, BOT, TEAM
from sandbox.values import Values, initial_values, kept_values
from sandbox.workspace import name_blocks

STACK = 3
VIEW_BYTES = 250_000


@dataclass(slots=True, kw_only=True)
class View:
    """A view as a person has it before them; `errors` are texts under its blocks, `notice` the line at its foot."""

    id: str
    person: str
    body: dict[str, Any]
    hash: str
    values: Values
    root: str
    previous: str | None = None
    seq: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The blocks of the view."""
        return list(self.body["blocks"])


def describe_view(view: View) -> dict[str, Any]:
    """The view object of `views.open` and of every payload about it."""
    body = view.body
    return {
        "id": view.id,
        "team_id": TEAM,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata") or "",
        "callback_id": body.get("callback_id") or "",
        "state": {"values": view.values},
        "hash": view.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": APP,
        "external_id": body.get("external_id") or "",
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
    }


class Views:
    """The stack of modals of each person, and their App Homes."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def stack(self, person: str) -> list[View]:
        """The open modals of a person, the one on top last."""
        return self.stacks.get(person, [])

    def all(self) -> list[View]:
        """Every open view and every home."""
        return [view for stack in self.stacks.values() for view in stack] + list(self.homes.values())

    def get(self, identity: str) -> View | None:
        """The view with that id or external id, if it is still open."""
        return next((v for v in self.all() if identity in (v.id, v.body.get("external_id"))), None)

    def open(self, person: str, body: Any) -> View:
        """Opens a modal in place of whatever modal the person had open. Raises SlackError."""
        self._check(body, "modal")
        view = self._make(person, body)
        self.stacks[person] = [view]
        return view

    def push(self, person: str, body: Any) -> View:
        """Puts a modal on top of the person's. Raises `push_limit_reached`, `not_found` with no modal open."""
        self._check(body, "modal")
        stack = self.stack(person)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK:
            raise SlackError("push_limit_reached")
        view = self._make(person, body, root=stack[0].root, previous=stack[-1].id)
        stack.append(view)
        return view

    def update(self, identity: str, body: Any, wanted_hash: str | None) -> View:
        """Replaces a view; what was typed stays with its block_id and action_id. `not_found`, `hash_conflict`."""
        view = self.get(identity)
        if view is None:
            raise SlackError("not_found")
        if wanted_hash and wanted_hash != view.hash:
            raise SlackError("hash_conflict")
        self._check(body, view.body["type"], besides=view)
        return self._replace(view, body)

    def publish(self, person: str, body: Any, wanted_hash: str | None) -> View:
        """Sets the App Home of a person. Raises `hash_conflict`."""
        home = self.homes.get(person)
        if home is not None and wanted_hash and wanted_hash != home.hash:
            raise SlackError("hash_conflict")
        self._check(body, "home", besides=home)
        if home is not None:
            return self._replace(home, body)
        self.homes[person] = self._make(person, body)
        return self.homes[person]

    def remove(self, view: View) -> None:
        """Takes one modal off the stack and shows the one below."""
        stack = self.stack(view.person)
        if view in stack:
            stack.remove(view)
        self.touch(view)
        for left in stack[-1:]:
            self.touch(left)

    def clear(self, person: str) -> None:
        """Closes all modals of a person."""
        self.stacks.pop(person, None)
        self._changes.note()

    def touch(self, view: View) -> None:
        """Marks a view as changed."""
        view.seq = self._changes.note()

    def _make(self, person: str, body: dict[str, Any], root: str | None = None, previous: str | None = None) -> View:
        body = _own(body)
        identity = "V" + secrets.token_hex(5).upper()
        view = View(
            id=identity,
            person=person,
            body=body,
            hash=_fresh_hash(),
            values=initial_values(body["blocks"]),
            root=root or identity,
            previous=previous,
        )
        self.touch(view)
        return view

    def _replace(self, view: View, body: dict[str, Any]) -> View:
        view.body = _own(body)
        view.hash = _fresh_hash()
        view.values = kept_values(view.body["blocks"], view.values)
        view.errors, view.notice = {}, ""
        self.touch(view)
        return view

    def _check(self, body: Any, kind: str, besides: View | None = None) -> None:
        if problems := view_problems(body, kind):
            raise SlackError("invalid_arguments", *problems)
        if len(msgspec.json.encode(body)) > VIEW_BYTES:
            raise SlackError("view_too_large")
        external = body.get("external_id")
        if external and any(v.body.get("external_id") == external for v in self.all() if v is not besides):
            raise SlackError("duplicate_external_id")


def _own(body: dict[str, Any]) -> dict[str, Any]:
    own = copy.deepcopy(body)
    name_blocks(own["blocks"])
    return own


def _fresh_hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"
