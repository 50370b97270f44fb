"""Slack's rate limits as token buckets: per method, and for posting also per channel.

Tiers: https://docs.slack.dev/apis/web-api/rate-limits. Posting: about one a second per channel with short bursts,
several hundred a minute for the workspace.
"""

import math
import time
from dataclasses import dataclass

TIER_PER_MINUTE = {2: 20, 3: 50, 4: 100}
TIERS = {
    2: ("conversations.list", "users.list", "usergroups.list", "usergroups.create", "usergroups.update",
        "usergroups.users.list", "usergroups.users.update", "usergroups.enable", "usergroups.disable"),
    3: ("chat.update", "chat.delete", "conversations.open", "conversations.info", "conversations.history",
        "conversations.join", "conversations.replies", "users.lookupByEmail", "reactions.add", "dnd.info",
        "users.getPresence"),
    4: ("views.open", "views.update", "views.push", "views.publish", "chat.postEphemeral", "users.info",
        "users.profile.get", "conversations.members", "files.info", "files.getUploadURLExternal",
        "files.completeUploadExternal"),
}  # fmt: skip
METHOD_TIER = {method: tier for tier, methods in TIERS.items() for method in methods}
POSTS_PER_MINUTE = 600
CHANNEL_BURST = 3


@dataclass(slots=True)
class Bucket:
    """Tokens that come back at `per_second`, at most `size` of them."""

    size: float
    per_second: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """Takes one token: 0 when there was one, else the seconds until there is."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.per_second


class Rates:
    """The buckets of the one app in the one workspace."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def wait_for(self, method: str, channel: str, scale: float) -> int | None:
        """Whole seconds for Retry-After when the call is over the limit, else None; `scale` 0 is no limit."""
        if scale <= 0:
            return None
        waits = [self._take(key, size, per_second * scale) for key, size, per_second in _limits(method, channel)]
        longest = max(waits, default=0.0)
        return max(1, math.ceil(longest)) if longest > 0 else None

    def _take(self, key: tuple[str, str], size: float, per_second: float) -> float:
        now = time.monotonic()
        if key not in self._buckets:
            self._buckets[key] = Bucket(size, per_second, size, now)
        bucket = self._buckets[key]
        bucket.per_second = per_second
        return bucket.take(now)


def _limits(method: str, channel: str) -> list[tuple[tuple[str, str], float, float]]:
    if method == "chat.postMessage":
        return [
            ((method, channel), CHANNEL_BURST, 1.0),
            ((method, ""), POSTS_PER_MINUTE, POSTS_PER_MINUTE / 60),
        ]
    tier = METHOD_TIER.get(method)
    if tier is None:
        return []
    return [((method, ""), TIER_PER_MINUTE[tier], TIER_PER_MINUTE[tier] / 60)]
