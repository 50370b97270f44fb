"""Rows that this version cannot read: the admins are told, and what has been read since is forgotten."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bot.engine.directory import Directory
from bot.engine.model import Role
from bot.ports import Announcement, Ports, UnreadableRow
from bot.service import announce
from bot.service.announce import About

_MOST_NAMED = 5
_MOST_COUNTED = 1_000
MEND = "Run the newest version that ever ran on this database; what it can read goes on by itself."


def drain(ports: Ports) -> int:
    """Tell the admins of what cannot be read, once an hour, and return how many rows there are."""
    now = ports.clock.now()
    with ports.store.begin() as uow:
        uow.forget_what_is_legible(now)
        found = uow.set_aside(_MOST_COUNTED)
        if found and uow.first_sight(f"aside {now:%Y-%m-%dT%H}", now):
            about = About(id=f"aside.{now:%Y%m%d%H}", title=_title(found), text=f"{say(found)}. {MEND}", at=now)
            uow.announce(tuple(_to_admins(ports, uow.directory(), about)))
    return len(found)


def say(found: Iterable[UnreadableRow]) -> str:
    """Name rows that cannot be read, by table and id: `2 of timers (tmr_1, tmr_2)`."""
    by_table: dict[str, list[str]] = {}
    for each in found:
        by_table.setdefault(each.table, []).append(each.id)
    counts = Counter({table: len(named) for table, named in by_table.items()})
    return "; ".join(f"{count} of {table} ({_few(by_table[table])})" for table, count in counts.most_common())


def _few(named: list[str]) -> str:
    return ", ".join(named[:_MOST_NAMED]) + (", …" if len(named) > _MOST_NAMED else "")


def _title(found: tuple[UnreadableRow, ...]) -> str:
    return "A stored row cannot be read" if len(found) == 1 else f"{len(found)} stored rows cannot be read"


def _to_admins(ports: Ports, directory: Directory, about: About) -> Iterator[Announcement]:
    for user in directory.users.values():
        if user.role is Role.ADMIN and user.active:
            yield from announce.for_user(user, about, ports)
