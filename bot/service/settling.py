"""Settle what was done outside any transaction: if that is not written down, it is done again."""

import logging
from collections.abc import Callable
from itertools import chain, repeat
from threading import Event
from typing import TypeVar

from bot.errors import StoreUnavailable
from bot.ports import Store, UnitOfWork

_PAUSES = (0.05, 0.1, 0.2, 0.5)  # seconds; then one each time
_TRIES = 60
_T = TypeVar("_T")

_log = logging.getLogger(__name__)


def surely(store: Store, write: Callable[[UnitOfWork], _T]) -> _T:
    """Carry out a transaction, again and again for a minute while the store is away.

    The pauses are short, so that a settlement is there before the lease of its claim is over, or soon after the store
    is back. Raises `StoreUnavailable` at the end of them.
    """
    for pause in chain(_PAUSES, repeat(1.0, _TRIES)):
        try:
            with store.begin() as uow:
                return write(uow)
        except StoreUnavailable as error:
            _log.warning("what was done could not be written down (%s): it is tried again in %s s", error, pause)
        Event().wait(pause)
    with store.begin() as uow:
        return write(uow)
