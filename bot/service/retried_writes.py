"""Settle what was done outside any transaction: if that is not written down, it is done again."""

import logging
from collections.abc import Callable
from itertools import chain, repeat
from threading import Event
from time import monotonic
from typing import TypeVar

from bot.errors import StoreUnavailable
from bot.ports import Store, UnitOfWork

_PAUSES = (0.05, 0.1, 0.2, 0.5)  # seconds; then one each time
_TRIES = 60
_PATIENCE = 5.0  # seconds that a person, or a provider, who asked for something can be made to wait for another try
_T = TypeVar("_T")

_log = logging.getLogger(__name__)


def promptly(store: Store, write: Callable[[UnitOfWork], _T]) -> _T:
    """Carry out a transaction that somebody waits for: again a few times, within seconds, when a deadlock ended it.

    Raises `StoreUnavailable` after the last of them.
    """
    began_at = monotonic()
    for pause in _PAUSES:
        try:
            with store.begin() as uow:
                return write(uow)
        except StoreUnavailable as error:
            if monotonic() - began_at > _PATIENCE:
                raise
            _log.warning("what somebody did could not be written down (%s): it is tried again in %s s", error, pause)
        Event().wait(pause)
    with store.begin() as uow:
        return write(uow)


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
