"""Versions of what is configured: listed, compared, restored. Secrets are never shown, not even that of an old one."""

import difflib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import msgspec
import yaml

from bot.engine.directory import Configured, Directory, name_of
from bot.engine.model import Actor
from bot.errors import NotFound, Refused
from bot.ports import Ports, Revision
from bot.service import manage

MOST_LISTED = 50
_SECRET = frozenset({"key", "options", "headers", "auth", "places"})
"""Fields of which only the names inside are shown."""


def versions(ports: Ports, object_id: str, limit: int = MOST_LISTED) -> tuple[Revision, ...]:
    """The versions of an object, newest first, also of one that was deleted. Raises `NotFound`."""
    with ports.store.begin() as uow:
        found = uow.revisions(object_id, limit=limit)
    if not found:
        raise NotFound(f"There is no version of {object_id}.")
    return found


def version(ports: Ports, object_id: str, number: int) -> Revision:
    """One version of an object. Raises `NotFound`."""
    latest = versions(ports, object_id, 1)[0].version
    with ports.store.begin() as uow:
        wanted = uow.revision(object_id, number)
    if wanted is None:
        raise NotFound(f"There is no version {number}; the latest is {latest}.")
    return wanted


def diff(one: Revision, other: Revision) -> str:
    """What changed between two versions, as a unified diff; empty when nothing that is shown did."""
    lines = difflib.unified_diff(
        list(_lines(one.body)), list(_lines(other.body)), _name(one), _name(other), lineterm=""
    )
    return "\n".join(lines)


def restore(ports: Ports, object_id: str, number: int, author: Actor) -> int:
    """Save an old version as the newest and return its number; a deleted object comes back.

    Raises `NotFound`, `Refused` for the version that deleted it, and `Invalid` for one that cannot be saved any more,
    because what it names is gone, for example.
    """
    body = version(ports, object_id, number).body
    if body is None:
        raise Refused(f"Version {number} of {object_id} is its deletion: there is nothing to restore.")
    with ports.store.begin() as uow:
        seen = uow.version_of(object_id)
    if seen:
        return manage.change(ports, body, author, seen)
    manage.create(ports, body, author)
    return versions(ports, object_id, 1)[0].version


def say(revision: Revision, directory: Directory) -> str:
    """One line about a version: its number, when and by whom."""
    deleted = ", deleted" if revision.body is None else ""
    at = revision.at.strftime("%Y-%m-%d %H:%M UTC")
    return f"{revision.version}: {at} by {name_of(revision.author, directory)}{deleted}"


def _name(revision: Revision) -> str:
    return f"version {revision.version}"


def _lines(body: Configured | None) -> Iterator[str]:
    """An object as lines: short fields as YAML, long texts line by line."""
    if body is None or not is_dataclass(body):
        return
    for each in fields(body):
        value = getattr(body, each.name)
        if each.name in _SECRET:
            value = sorted(value) if isinstance(value, dict) else "(set)" if value else ""
        if isinstance(value, str) and "\n" in value:
            yield f"{each.name}:"
            yield from (f"  {line}" for line in value.splitlines())
        elif each.name != "id":
            shown = yaml.safe_dump({each.name: msgspec.to_builtins(value)}, allow_unicode=True, sort_keys=False)
            yield from shown.splitlines()
