"""Put the texts of alerts into the index that searches use: beside the work, a little at a time, the newest first."""

from bot.ports import Ports

_AT_ONCE = 50  # alerts in one transaction: others that write wait for it
_ROUNDS = 10


def drain(ports: Ports) -> int:
    """Put in what is not in it, a few hundred alerts at most; returns how many it were."""
    total = 0
    for _ in range(_ROUNDS):
        with ports.store.begin() as uow:
            done = uow.index_texts(_AT_ONCE)
        total += done
        if done < _AT_ONCE:
            break
    return total
