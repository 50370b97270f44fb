"""The threads that work after Slack was answered."""

import threading

from bot.handlers.backroom import Backroom


def test_what_would_come_too_late_is_not_begun() -> None:
    backroom, stalled = Backroom(threads=1, waiting=2), threading.Event()
    begun = [backroom.begin(stalled.wait) for _ in range(5)]

    assert [each is not None for each in begun] == [True, True, True, False, False]
    stalled.set()
    assert [each.result() for each in begun if each] == [True] * 3
    backroom.close()


def test_what_fails_gives_its_place_back() -> None:
    backroom = Backroom(threads=1, waiting=0)
    for _ in range(3):
        failing = backroom.begin(lambda: int("x"))
        assert failing is not None
        assert isinstance(failing.exception(), ValueError)
    backroom.close()
