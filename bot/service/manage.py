"""Changing what is configured: every object is checked as a whole before it is saved, and every save is a version."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from anyascii import anyascii

from bot import ids
from bot.engine.decision import Decision
from bot.engine.directory import Configured, Directory
from bot.engine.model import (
    SYSTEM,
    Actor,
    NotificationRule,
    Role,
    User,
)
from bot.engine.schedules import Schedule
from bot.engine.schedules.walltime import find_zone
from bot.errors import Invalid, Problem
from bot.ports import Ports, UnitOfWork
from bot.service import departures, rota_news, rule_news, shared_news
from bot.service.allowed_numbers import with_allowed_numbers
from bot.service.checks import check
from bot.service.rule_news import RuleChange
from bot.service.waking import wake_for

_UTC = "Etc/UTC"
LONGEST_HANDLE = 40
_NOT_HANDLE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackProfile:
    """What Slack says of a person."""

    slack_id: str
    name: str
    team_id: str = ""
    email: str | None = None
    zone: str = "Etc/UTC"
    is_admin: bool = False
    is_guest: bool = False
    is_deleted: bool = False


def create(ports: Ports, body: Configured, author: Actor) -> Configured:
    """Save a new object. Raises `Invalid` with every problem, or `Conflict` when its handle is taken."""
    create_all(ports, [body], author)
    return body


def create_all(ports: Ports, bodies: Sequence[Configured], author: Actor) -> None:
    """Save new objects that belong together, all or none; they may name each other."""
    now = ports.clock.now()
    with ports.store.begin() as uow:
        before = uow.directory()
        for body in _checked(ports, uow, bodies, author):
            uow.put(body, author, now)
            _tell(ports, uow, before, body, author)


def change(ports: Ports, body: Configured, author: Actor, seen: int) -> int:
    """Save a new version of an object and return its number.

    `seen` is the version that was edited. Raises `Invalid`, or `Conflict` when somebody else saved one since.
    """
    with ports.store.begin() as uow:
        before = uow.directory()
        [checked] = _checked(ports, uow, [body], author)
        version = uow.put(checked, author, ports.clock.now(), seen=seen)
        _tell(ports, uow, before, checked, author)
        _keep_rules(ports, uow, before, (checked,), author)
    return version


def change_all(ports: Ports, edited: Sequence[tuple[Configured, int]], author: Actor) -> None:
    """Save new versions of objects that belong together, all or none; each comes with the version that was edited.

    A version of 0 makes the object new.
    """
    with ports.store.begin() as uow:
        put_all(ports, uow, edited, author)


def put_all(ports: Ports, uow: UnitOfWork, edited: Sequence[tuple[Configured, int]], author: Actor) -> None:
    """The same, as a part of a transaction."""
    before, now = uow.directory(), ports.clock.now()
    checked = _checked(ports, uow, [body for body, _ in edited], author)
    for body, (_, seen) in zip(checked, edited, strict=True):
        uow.put(body, author, now, seen=seen or None)
    for body in checked:
        _tell(ports, uow, before, body, author)
    _keep_rules(ports, uow, before, checked, author)


def _tell(ports: Ports, uow: UnitOfWork, before: Directory, body: Configured, author: Actor) -> None:
    """Have those told whom a schedule puts on call, or takes off it."""
    shared_news.tell(ports, uow, before, body, author)
    if isinstance(body, Schedule):
        rota_news.tell(ports, uow, _was(uow, before, body), body, author)


def _was(uow: UnitOfWork, before: Directory, schedule: Schedule) -> Schedule | None:
    """The schedule as it was; of a copy that a team gets, the one that the team had."""
    if known := before.schedules.get(schedule.id):
        return known
    using = [team.id for team in uow.directory().teams.values() if team.schedule_id == schedule.id]
    had = (before.teams[each].schedule_id for each in using if each in before.teams)
    return next((found for each in had if (found := before.schedules.get(each or ""))), None)


def _keep_rules(ports: Ports, uow: UnitOfWork, before: Directory, saved: Sequence[Configured], author: Actor) -> None:
    """Leave those who use a notification rule with the version that they took, and tell them of the new one."""
    for rule in (each for each in saved if isinstance(each, NotificationRule)):
        attached = {each.id for each in saved if isinstance(each, User) and each.notification_rule_id == rule.id}
        change = RuleChange(before=before, after=rule, author=author, consenting=attached)
        rule_news.keep_versions(ports, uow, change)


def _checked(ports: Ports, uow: UnitOfWork, bodies: Sequence[Configured], author: Actor) -> Sequence[Configured]:
    """Objects that belong together, as they are saved. Raises `Invalid` with every problem of the first with any."""
    before = uow.directory()
    directory = before.including(bodies)
    return [_judged(ports, body, author, before, directory) for body in bodies]


def _judged(ports: Ports, body: Configured, author: Actor, before: Directory, directory: Directory) -> Configured:
    problems: list[Problem] = []
    saved = body
    try:
        check(body, directory, ports.sources)
    except Invalid as invalid:
        problems += invalid.problems
    try:
        saved = with_allowed_numbers(body, author, before, ports.phone_allow)
    except Invalid as invalid:
        problems += (replace(each, where=("yaml", *each.where)) for each in invalid.problems)
    if problems:
        raise Invalid(problems)
    return saved


def remove(ports: Ports, object_id: str, author: Actor) -> None:
    """Delete an object; its versions stay, and what still names it goes on without it. Raises `NotFound`."""
    remove_all(ports, [object_id], author)


def remove_all(ports: Ports, object_ids: Sequence[str], author: Actor) -> None:
    """Delete objects that belong together, all or none. Raises `NotFound`."""
    with ports.store.begin() as uow:
        decided = delete_all(ports, uow, object_ids, author)
    wake_for(ports.queue, decided)


def delete_all(ports: Ports, uow: UnitOfWork, object_ids: Sequence[str], author: Actor) -> tuple[Decision, ...]:
    """The same, as a part of a transaction; what people who are deleted were asked, or had, others are asked."""
    now, before = ports.clock.now(), uow.directory()
    for object_id in object_ids:
        if schedule := before.schedules.get(object_id):
            rota_news.tell_of_deletion(ports, uow, schedule, author)
        uow.delete(object_id, author, now)
        rule_news.tell_deletion(ports, uow, before, object_id, author)
    gone = (before.users[each] for each in object_ids if each in before.users)
    return tuple(decision for user in gone for decision in departures.hand_on_all(uow, user, now))


def handle_for(directory: Directory, kind: type[Configured], name: str) -> str:
    """Make a handle of a name that no other object of the kind has: `Payments DB` becomes `payments-db`.

    A name in another script is spelled in Latin letters: `Платежи` becomes `platezhi`, 🔥 `fire`.
    """
    plain = anyascii(unicodedata.normalize("NFKC", name)).lower()
    handle = _NOT_HANDLE.sub("-", plain).strip("-")[:LONGEST_HANDLE].strip("-") or "unnamed"
    return next(each for each in _numbered(handle) if directory.get(kind, each) is None)


def link_person(ports: Ports, profile: SlackProfile) -> User:
    """Find the user of a Slack account, or make one; see `_is_to_be_admin` for who becomes our admin.

    A user with the same email address who has no Slack account yet is linked.
    """
    known = ports.store.directory().user_in_slack(profile.slack_id)
    if known:
        return known
    with ports.store.begin() as uow:
        directory = uow.directory()
        user = directory.user_in_slack(profile.slack_id) or _linked(directory, profile, ports.admins)
        seen = uow.version_of(user.id)
        if directory.users.get(user.id) != user:
            uow.put(user, SYSTEM, ports.clock.now(), seen=seen or None)
    return user


def appoint(ports: Ports, user: User) -> User:
    """Make a known person whom the settings name an admin, where no admin is left; else they stay what they are."""
    if user.role is Role.ADMIN or not _names(ports.admins, user.slack_id, user.email):
        return user
    with ports.store.begin() as uow:
        directory = uow.directory()
        current = directory.users.get(user.id, user)
        if _has_admin(directory):
            return current
        appointed = replace(current, role=Role.ADMIN)
        uow.put(appointed, SYSTEM, ports.clock.now(), seen=uow.version_of(user.id))
    return appointed


def _linked(directory: Directory, profile: SlackProfile, admins: Sequence[str]) -> User:
    email = (profile.email or "").lower()
    same_email = (each for each in directory.users.values() if email and (each.email or "").lower() == email)
    found = next((each for each in same_email if each.slack_id is None), None)
    becomes_admin = _is_to_be_admin(directory, profile, admins)
    if found:
        return replace(found, slack_id=profile.slack_id, role=Role.ADMIN if becomes_admin else found.role)
    user = User(
        id=ids.new("usr"),
        name=profile.name,
        handle=handle_for(directory, User, profile.name),
        slack_id=profile.slack_id,
        email=profile.email,
        zone=_known(profile.zone),
        role=Role.ADMIN if becomes_admin else Role.MEMBER,
    )
    return replace(user, channels=directory.channel_kinds.by_default or user.channels)


def _known(zone: str) -> str:
    """The zone, or UTC where Slack names one that our database does not have yet."""
    try:
        return find_zone(zone).key
    except Invalid:
        return _UTC


def _is_to_be_admin(directory: Directory, profile: SlackProfile, admins: Sequence[str]) -> bool:
    """Those whom the settings name; where they name nobody, the first owner or admin of the workspace."""
    if admins:
        return _names(admins, profile.slack_id, profile.email)
    return profile.is_admin and not _has_admin(directory)


def _names(admins: Sequence[str], slack_id: str | None, email: str | None) -> bool:
    named = {each.lower() for each in admins}
    return any(each.lower() in named for each in (slack_id, email) if each)


def _has_admin(directory: Directory) -> bool:
    return any(each.role is Role.ADMIN and each.active for each in directory.users.values())


def _numbered(handle: str) -> Iterator[str]:
    yield handle
    number = 2
    while True:
        yield f"{handle}-{number}"
        number += 1
