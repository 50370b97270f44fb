"""A process that stops at a step and waits to be killed: `python -m tests.store.dying URL STEP`."""

import sys
import threading
from typing import NoReturn

from bot.engine.decision import SetTimer
from bot.store import open_store
from tests.store.making import create, make_alert, make_log, make_timer


def main(url: str, wanted: str) -> None:
    """Go through the steps, and stay at the wanted one."""
    store = open_store(url)
    if wanted == "appended":
        store.append([make_log()])
        _stay(wanted)
    with store.begin() as uow:
        uow.lock_integration("int_a")
        uow.lock_dedup_keys("int_a", ["the key that the dead one held"])
        if wanted == "begun":
            _stay(wanted)
        alert = make_alert("the key that the dead one held")
        uow.save([create(alert, SetTimer(timer=make_timer(alert)))])
        _stay(wanted)


def _stay(step: str) -> NoReturn:
    print(step, flush=True)
    while True:
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
