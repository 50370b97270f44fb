"""The garbage collector waits while a text is read, and runs again whatever became of the text."""

import gc

import pytest

from bot.engine.rules.routers import read_router
from bot.engine.rules.undisturbed import undisturbed
from bot.errors import Invalid


def test_the_collector_waits_and_runs_again() -> None:
    with undisturbed():
        assert not gc.isenabled()
        with undisturbed():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_runs_again_after_a_text_that_is_refused() -> None:
    with pytest.raises(Invalid):
        read_router("rules: [")
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        read_router("rules: []\n# another text")
        assert not gc.isenabled()
    finally:
        gc.enable()
