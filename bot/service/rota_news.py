"""Telling people that a change of a schedule gave them a shift within two weeks, or took one from them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from bot.engine.model import Actor, ActorKind, User
from bot.engine.schedules import Schedule, Shift, merge, shifts
from bot.engine.schedules.walltime import find_zone
from bot.errors import Invalid
from bot.ports import Announcement, Ports, UnitOfWork
from bot.service import announce
from bot.service.announce import About

AHEAD = timedelta(weeks=2)
_MOST_SPANS = 4

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a change means for one person in one layer: spans that they are on call in anew, or no more."""

    user_id: str
    layer: int
    gained: tuple[Span, ...]
    lost: tuple[Span, ...]


def compare(before: Schedule | None, after: Schedule, now: datetime, ahead: timedelta = AHEAD) -> tuple[News, ...]:
    """Who gains or loses time on call from now on; nothing where one of the two cannot be computed."""
    try:
        was, will = _spans(before, now, ahead) if before else {}, _spans(after, now, ahead)
    except Invalid:
        return ()
    found = (
        _news(key, was.get(key, ()), will.get(key, ())) for key in sorted({*was, *will}, key=lambda key: key[::-1])
    )
    return tuple(each for each in found if each.gained or each.lost)


def _spans(schedule: Schedule, now: datetime, ahead: timedelta) -> dict[tuple[str, int], tuple[Span, ...]]:
    found: dict[tuple[str, int], tuple[Span, ...]] = {}
    for shift in merge(shifts(schedule, now, now + ahead)):
        found[_key(shift)] = (*found.get(_key(shift), ()), (max(shift.start_at, now), min(shift.end_at, now + ahead)))
    return found


def _key(shift: Shift) -> tuple[str, int]:
    return shift.user_id, shift.layer


def _news(key: tuple[str, int], was: tuple[Span, ...], will: tuple[Span, ...]) -> News:
    user_id, layer = key
    return News(user_id=user_id, layer=layer, gained=_less(will, was), lost=_less(was, will))


def _less(spans: tuple[Span, ...], others: tuple[Span, ...]) -> tuple[Span, ...]:
    """The parts of spans that lie in none of the others."""
    left = list(spans)
    for begins, ends in others:
        left = [part for span in left for part in ((span[0], min(span[1], begins)), (max(span[0], ends), span[1]))]
        left = [part for part in left if part[0] < part[1]]
    return tuple(dict.fromkeys(left))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What became of a schedule: changed or deleted, by whom or what in words, and who need not be told."""

    before: Schedule | None
    after: Schedule
    is_deletion: bool = False
    by: str = ""
    author_id: str | None = None


def tell(ports: Ports, uow: UnitOfWork, before: Schedule | None, after: Schedule, author: Actor) -> None:
    """Put down what everybody but the author is to be told, in the transaction that makes the change.

    What no person changed is told when the shifts begin.
    """
    if author.kind is ActorKind.USER:
        _put_down(ports, uow, _Change(before=before, after=after, by=_by(uow, author), author_id=author.id))


def tell_of_feed(ports: Ports, uow: UnitOfWork, before: Schedule, after: Schedule) -> None:
    """Put down what everybody is to be told whose shifts the calendar of a schedule changed."""
    _put_down(ports, uow, _Change(before=before, after=after, by=" in its calendar"))


def tell_of_deletion(ports: Ports, uow: UnitOfWork, deleted: Schedule, author: Actor) -> None:
    """Put down what everybody but the author is to be told who had shifts in a schedule that is deleted."""
    if author.kind is ActorKind.USER:
        empty, by = replace(deleted, events=(), overrides=()), _by(uow, author)
        change = _Change(before=deleted, after=empty, is_deletion=True, by=by, author_id=author.id)
        _put_down(ports, uow, change)


def _by(uow: UnitOfWork, author: Actor) -> str:
    user = uow.directory().users.get(author.id or "")
    return f" by {user.name}" if user else ""


def _put_down(ports: Ports, uow: UnitOfWork, change: _Change) -> None:
    users = uow.directory().users
    said: list[Announcement] = []
    for news in compare(change.before, change.after, ports.clock.now()):
        user = users.get(news.user_id)
        if user and user.active and user.id != change.author_id:
            said += announce.for_user(user, _about(ports, uow, change, news, user), ports)
    if said:
        uow.announce(said)


def _about(ports: Ports, uow: UnitOfWork, change: _Change, news: News, user: User) -> About:
    name, version = change.after.name, uow.version_of(change.after.id)
    which, did = (f"{version}.deleted", "was deleted") if change.is_deletion else (f"{version}", "was changed")
    return About(
        id=f"rota.{change.after.id}.{which}.{news.layer}",
        title=f"{name} {did}",
        text=" ".join((f"{name} {did}{change.by}.", *_parts(news, user))),
        at=ports.clock.now(),
    )


def _parts(news: News, user: User) -> Iterator[str]:
    for spans, verb in ((news.gained, "You are on call"), (news.lost, "You are no longer on call")):
        if spans:
            listed = ", ".join(f"{_wall(begins, user)} to {_wall(ends, user)}" for begins, ends in spans[:_MOST_SPANS])
            more = f" and {len(spans) - _MOST_SPANS} more times" if len(spans) > _MOST_SPANS else ""
            yield f"{verb} in layer {news.layer}: {listed}{more}."


def _wall(at: datetime, user: User) -> str:
    return f"{at.astimezone(_clock(user)):%a %d %b %H:%M}"


def _clock(user: User) -> tzinfo:
    try:
        return find_zone(user.zone)
    except Invalid:
        return UTC
