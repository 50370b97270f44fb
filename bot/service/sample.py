"""A small set-up to try things with: two teams with people on call, a router, two integrations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import ids
from bot.engine.directory import Configured
from bot.engine.model import (
    SYSTEM,
    Integration,
    Layer,
    Member,
    Policy,
    Receiver,
    ReceiverKind,
    Role,
    Router,
    Team,
    Urgency,
    User,
)
from bot.engine.schedules import Schedule, weekly
from bot.errors import Refused
from bot.ports import Ports
from bot.service import manage
from bot.service.manage import SlackProfile

_MONDAY = datetime.fromisoformat("2025-01-06T09:00:00")  # wall-clock time in the schedule's zone
_NEEDED = 2

_ROUTER = """\
# The first rule that matches decides. What no rule matches goes to the default destination, team:platform.
rules:
  - name: payments
    match:
      $or:
        - alert.title: {$regex: payment, $options: i}
        - alert.tags: payments
    actions:
      - {type: assign, receiver: team:payments}
  - name: chatter
    match: {alert.title: {$regex: "^test ", $options: i}, alert.urgency: low}
    actions:
      - {type: ignore}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Who and what there is to make a set-up of: people, and conversation ids by name."""

    people: Sequence[SlackProfile]
    conversations: Mapping[str, str]


def is_blank(ports: Ports) -> bool:
    """Whether nothing is set up yet; that people have been seen in Slack does not count."""
    directory = ports.store.directory()
    return not (directory.teams or directory.integrations)


def load(ports: Ports, workspace: Workspace) -> tuple[Integration, ...]:
    """Save the set-up and return its integrations. Raises `Refused` when there are not enough people for it."""
    colleagues = [each for each in workspace.people if not (each.is_deleted or each.is_guest)]
    if len(colleagues) < _NEEDED:
        raise Refused(f"The sample set-up needs at least {_NEEDED} people in the workspace.")
    users = tuple(manage.link_person(ports, each) for each in colleagues)
    objects = tuple(_objects(users, workspace.conversations))
    manage.create_all(ports, objects, SYSTEM)
    return tuple(each for each in objects if isinstance(each, Integration))


def _objects(users: tuple[User, ...], conversations: Mapping[str, str]) -> Iterator[Configured]:
    platform = tuple(_team("Platform", users, conversations))
    yield from platform
    yield from _team("Payments", _turned(users, 2), conversations)
    router = _router(next(each for each in platform if isinstance(each, Team)))
    yield router
    yield from _integrations(router)


def _turned(users: tuple[User, ...], by: int) -> tuple[User, ...]:
    by %= len(users)
    return users[by:] + users[:by]


def _team(name: str, users: tuple[User, ...], conversations: Mapping[str, str]) -> Iterator[Configured]:
    handle = name.lower()
    schedule = _schedule(name, users)
    policy = Policy(
        id=ids.new("esc"),
        name=f"{name} policy",
        handle=f"{handle}-policy",
        layers=(Layer(number=1, timeout=timedelta(minutes=2)), Layer(number=2, timeout=timedelta(minutes=5))),
        repeat=1,
    )
    yield schedule
    yield policy
    yield Team(
        id=ids.new("tem"),
        name=name,
        handle=handle,
        members=(Member(user_id=users[0].id, role=Role.ADMIN), *(Member(user_id=each.id) for each in users[1:3])),
        schedule_id=schedule.id,
        policy_id=policy.id,
        slack_channel=conversations.get(handle),
    )


def _schedule(name: str, users: tuple[User, ...]) -> Schedule:
    first, second = tuple(each.id for each in users[:2]), tuple(each.id for each in users[1:3])
    return Schedule(
        id=ids.new("sch"),
        name=f"{name} on call",
        handle=f"{name.lower()}-on-call",
        zone="Etc/UTC",
        events=(
            weekly(id=ids.new("evt"), attendees=first, handover=_MONDAY),
            weekly(id=ids.new("evt"), attendees=second, handover=_MONDAY, layer=2),
        ),
    )


def _router(default: Team) -> Router:
    return Router(
        id=ids.new("rtr"),
        name="By subject",
        handle="by-subject",
        yaml=_ROUTER,
        default_destination=Receiver(kind=ReceiverKind.TEAM, id=default.id),
    )


def _integrations(router: Router) -> Iterator[Integration]:
    to_router = (Receiver(kind=ReceiverKind.ROUTER, id=router.id),)
    for name, source in (("Scripts", "webhook"), ("Prometheus", "prometheus")):
        yield Integration(
            id=ids.new("int"),
            name=name,
            handle=name.lower(),
            type=source,
            key=ids.secret(),
            urgency=Urgency.HIGH,
            destinations=to_router,
        )
