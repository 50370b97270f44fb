"""Whether a payload is taken: is it allowed, is it genuine, is there room, can it be read."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from math import ceil
from typing import TypeAlias

import msgspec

from bot.engine.model import Integration
from bot.errors import Forbidden, Unreadable
from bot.payloads.batches import list_name
from bot.payloads.values import setting
from bot.ports import Request, Source
from bot.web.ingest.limits import Buckets
from bot.web.ingest.replies import Reply

logger = logging.getLogger(__name__)

_Check: TypeAlias = Callable[[Request, Mapping[str, object]], object]
"""Raises `Unreadable` for what the type cannot read: its `read`, or a `precheck` that refuses the same for less."""

_Answer: TypeAlias = Callable[[Request, str], tuple[int, Mapping[str, object]]]
"""What a type's clients are told of a payload that was taken: a status and an object, for the id of its log."""

DISABLED = Reply(status=405, message="This integration is disabled.", headers={"allow": ""})


class Judge:
    """Finds the reason to refuse a payload."""

    def __init__(self, sources: Mapping[str, Source], payloads: Buckets) -> None:
        self._sources = sources
        self._checks: Mapping[str, _Check] = {
            name: getattr(source, "precheck", source.read) for name, source in sources.items()
        }
        self._answers: Mapping[str, _Answer] = {
            name: answer for name, source in sources.items() if (answer := getattr(source, "answer", None))
        }
        self._payloads = payloads

    def takes_suffix(self, integration: Integration, suffix: str) -> bool:
        """Whether the type has a meaning for what stands behind the key in the address."""
        return suffix in getattr(self._sources.get(integration.type), "SUFFIXES", ())

    def worded(self, integration: Integration, request: Request, reply: Reply) -> Reply:
        """The reply to a payload that was taken, in the words that the type's clients look for, where it has some."""
        answer = self._answers.get(integration.type)
        if answer is None or reply.status != 200:
            return reply
        try:
            status, said = answer(request, reply.log_id)
        except Exception:
            # The payload is stored: a fault of ours in telling so must not have it sent again.
            logger.exception("source %s could not answer a payload of %s", integration.type, integration.id)
            return reply
        return replace(reply, status=status, said=msgspec.json.encode(said))

    def list_name(self, integration: Integration) -> str:
        """The list in the integration's payloads by which they can be parted, or nothing."""
        return list_name(self._sources.get(integration.type), integration.options)

    def secrets(self, integration: Integration) -> tuple[str, ...]:
        """What the integration's sender proves itself with."""
        source = self._sources.get(integration.type)
        options = source.OPTIONS if source and integration.options else ()
        return tuple(found for each in options if each.secret and (found := setting(each, integration.options)))

    def __call__(self, integration: Integration, request: Request, now: datetime) -> Reply | None:
        """The refusal, or None. A forged payload is found out before it can use up the sender's rate."""
        source = self._sources.get(integration.type)
        if not integration.enabled:
            return DISABLED
        if source is None:
            return None  # fail open: the payload is kept, and whoever reads it says what is missing
        if request.method not in source.METHODS:
            methods = ", ".join(source.METHODS)
            return Reply(status=405, message=f"Send this with {methods}.", headers={"allow": methods})
        try:
            source.verify(request, integration.options, now)
            seconds = self._payloads.take(integration.id)
            return _over_the_rate(seconds) if seconds else self._read(integration, request)
        except Forbidden as error:
            return Reply(status=403, message=str(error))
        except Unreadable as error:  # of a body in which the token should be
            return Reply(status=400, message=str(error))

    def _read(self, integration: Integration, request: Request) -> Reply | None:
        try:
            self._checks[integration.type](request, integration.options)
        except Unreadable as error:
            return Reply(status=400, message=str(error))
        except Exception:
            # Fail open: a fault of ours is no reason to turn a payload away. It is kept, and reading it again tells.
            logger.exception("source %s broke on a payload of %s", integration.type, integration.id)
        return None


def _over_the_rate(seconds: float) -> Reply:
    message = "This integration is sent more than it takes. Wait, then send again."
    return Reply(status=429, message=message, headers={"retry-after": str(ceil(seconds))})
