"""Who is paged for what, for tests with real processes."""

from collections.abc import Mapping
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
    Team,
    Urgency,
    User,
)
from bot.engine.schedules import Schedule, weekly
from bot.ports import UnitOfWork
from tests.end_to_end.machine import Machine

PEOPLE: Mapping[str, str] = {
    "alice": "U0ALICE0001",
    "bob": "U0BOB000002",
    "carol": "U0CAROL0003",
    "dave": "U0DAVE00004",
    "erin": "U0ERIN00005",
}
_START = datetime.fromisoformat("2020-01-01T00:00:00")  # wall-clock time


def people(here: Machine) -> Mapping[str, Integration]:
    """Everybody of the local Slack, each with an integration that pages them; by name."""
    with here.ports() as ports, ports.store.begin() as uow:
        integrations = {name: _integration(name, ReceiverKind.USER, _user(uow, name).id) for name in PEOPLE}
        _put(uow, *integrations.values())
    return integrations


def two_layers(here: Machine, timeout: timedelta, conversation: str | None = None, name: str = "ops") -> Integration:
    """Bob is paged, after the timeout Carol, for whatever comes to the integration."""
    with here.ports() as ports, ports.store.begin() as uow:
        bob, carol = _user(uow, "bob"), _user(uow, "carol")
        always = [
            weekly(id=ids.new("evt"), layer=layer, attendees=(user.id,), handover=_START)
            for layer, user in enumerate((bob, carol), 1)
        ]
        schedule = Schedule(
            id=ids.new("sch"), name="Rota", handle=f"rota-of-{name}", zone="Etc/UTC", events=tuple(always)
        )
        layers = (Layer(number=1, timeout=timeout), Layer(number=2, timeout=timedelta(hours=1)))
        policy = Policy(id=ids.new("esc"), name="Policy", handle=f"policy-of-{name}", layers=layers)
        team = Team(
            id=ids.new("tem"),
            name=name.title(),
            handle=name,
            members=(Member(user_id=bob.id), Member(user_id=carol.id)),
            schedule_id=schedule.id,
            policy_id=policy.id,
            slack_channel=conversation,
        )
        integration = _integration(f"rota-of-{name}", ReceiverKind.TEAM, team.id)
        _put(uow, schedule, policy, team, integration)
    return integration


def _user(uow: UnitOfWork, name: str) -> User:
    found = uow.directory().get(User, name)
    if isinstance(found, User):
        return found
    user = User(id=ids.new("usr"), name=name.title(), handle=name, slack_id=PEOPLE[name])
    _put(uow, user)
    return user


def _put(uow: UnitOfWork, *objects: Configured) -> None:
    for each in objects:
        uow.put(each, SYSTEM, datetime.fromisoformat("2026-01-01T00:00:00+00:00"))


def _integration(handle: str, kind: ReceiverKind, receiver_id: str) -> Integration:
    return Integration(
        id=ids.new("int"),
        name=handle.title(),
        handle=handle,
        type="webhook",
        key=ids.secret(),
        urgency=Urgency.HIGH,
        destinations=(Receiver(kind=kind, id=receiver_id),),
    )
