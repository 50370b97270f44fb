"""A process whose disk is full soon: `python -m tests.store.filling URL` prints how many payloads were taken."""

import resource
import signal
import sys
from dataclasses import replace

from bot.errors import StoreUnavailable
from bot.ports import Request
from bot.store import SqlStore, open_store
from tests.store.making import make_log

_LIMIT = 2_000_000  # bytes that a file may grow to


def main(url: str) -> None:
    """Append until the store says that it cannot, twice."""
    with open_store(url) as store:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (_LIMIT, _LIMIT))
        print(_fill(store) + _fill(store))


def _fill(store: SqlStore) -> int:
    request = Request(method="POST", path="/integrations/k", body=b"x" * 50_000)
    taken = 0
    while True:
        try:
            store.append([replace(make_log(), request=request)])
        except StoreUnavailable:
            return taken
        taken += 1


if __name__ == "__main__":
    main(sys.argv[1])
