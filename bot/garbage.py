"""Garbage collection for processes that hold and make much: Python's own pace costs them a quarter of their time."""

import gc

_YOUNG = 20_000  # objects between two collections of young ones; Python has 700


def collect_seldom() -> None:
    """Collect what loading left behind, look at what stays no more, and from now on at young objects only now and then.

    Called once a process has loaded what it works with.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 50, 100)
