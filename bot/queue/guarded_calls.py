"""Calls to a Redis that may be gone: none raises, and after one that failed or dragged it is left alone for a while."""

import logging
from collections.abc import Callable
from time import monotonic

from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

_REST = 1.0  # seconds without a call after one that failed or dragged
_DRAGS = 0.25  # seconds from which a call counts as dragging: callers make many, while pages wait to be settled


class GuardedCalls:
    """Whether Redis can be reached. That it is away is logged once, with what is done `meanwhile`; so is its return."""

    def __init__(self, meanwhile: str, watch: Callable[[], float] = monotonic, drags: float = _DRAGS) -> None:
        self._meanwhile = meanwhile
        self._watch = watch
        self._drags = drags
        self._resting_until = float("-inf")
        self._away = False

    def attempt(self, call: Callable[[], object]) -> bool:
        """Make a call and say whether Redis answered it."""
        began = self._watch()
        if began < self._resting_until:
            return False
        try:
            call()
        except RedisError as error:
            self._rest(error)
            return False
        if self._watch() - began > self._drags:
            self._resting_until = self._watch() + _REST
        if self._away:
            self._away = False
            logger.info("Redis answers again")
        return True

    def _rest(self, error: RedisError) -> None:
        self._resting_until = self._watch() + _REST
        if not self._away:
            self._away = True
            logger.warning("Redis does not answer (%s): until it does, %s", error, self._meanwhile)
