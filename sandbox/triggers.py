"""Trigger ids (single use, 3 s) and response urls (5 posts in 30 minutes)."""

import secrets
import time
from dataclasses import dataclass

from sandbox.errors import SlackError

POSTS = 5
RESPONSE_LIFE = 1800.0


@dataclass(slots=True, kw_only=True)
class Trigger:
    """What a person did, for which the bot may open one view."""

    id: str
    person: str
    expires_at: float
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """Where the bot may answer an interaction; `message_ts` is the message that was clicked, if one was."""

    key: str
    person: str
    channel: str
    message_ts: str | None
    expires_at: float
    posts: int = 0


class Triggers:
    """The trigger ids and response urls handed out so far; times are of the monotonic clock."""

    def __init__(self) -> None:
        self._triggers: dict[str, Trigger] = {}
        self._urls: dict[str, ResponseUrl] = {}

    def issue(self, person: str, life: float) -> str:
        """A new trigger id for a person, living `life` seconds."""
        identity = f"{time.time_ns() // 1000}.{secrets.randbelow(10**10)}.{secrets.token_hex(12)}"
        expires = time.monotonic() + life
        self._triggers[identity] = Trigger(id=identity, person=person, expires_at=expires)
        return identity

    def redeem(self, identity: str) -> Trigger:
        """Uses a trigger up. Raises `invalid_trigger_id`, `expired_trigger_id` or `exchanged_trigger_id`."""
        trigger = self._triggers.get(identity)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() > trigger.expires_at:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def expire(self) -> int:
        """Ends the life of every unused trigger; returns how many there were."""
        alive = [t for t in self._triggers.values() if not t.used]
        for trigger in alive:
            trigger.expires_at = 0.0
        return len(alive)

    def open_url(self, person: str, channel: str, message_ts: str | None = None) -> str:
        """The key of a new response url."""
        key = secrets.token_urlsafe(18)
        expires = time.monotonic() + RESPONSE_LIFE
        self._urls[key] = ResponseUrl(
            key=key, person=person, channel=channel, message_ts=message_ts, expires_at=expires
        )
        return key

    def spend_url(self, key: str) -> ResponseUrl:
        """Counts one post through a response url. Raises `invalid_url`, `expired_url` or `used_url`."""
        url = self._urls.get(key)
        if url is None:
            raise SlackError("invalid_url")
        if time.monotonic() > url.expires_at:
            raise SlackError("expired_url")
        if url.posts >= POSTS:
            raise SlackError("used_url")
        url.posts += 1
        return url

    def expire_urls(self) -> None:
        """Ends the 30 minutes of every response url."""
        for url in self._urls.values():
            url.expires_at = 0.0
