"""A process that appends payloads: `python -m tests.store.appending URL COMMITS LOGS_EACH`."""

import sys

from bot.store import open_store
from tests.store.making import make_log


def main(url: str, commits: int, size: int) -> None:
    """Append that many batches."""
    with open_store(url) as store:
        for _ in range(commits):
            store.append([make_log(number) for number in range(size)])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
