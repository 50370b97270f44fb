"""The World: the real service on a real database, with a clock that we move and phones that we hold.

A scenario says what is set up, what happens and what each person hears. A message that nobody expected fails it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot import ids
from bot.engine.directory import Configured
from bot.engine.model import (
    SYSTEM,
    Alert,
    Contact,
    Entry,
    Integration,
    Layer,
    Member,
    NoticeKind,
    Policy,
    Receiver,
    ReceiverKind,
    Role,
    Router,
    Team,
    Urgency,
    User,
    person,
)
from bot.engine.schedules import Event, Schedule
from bot.ports import AlertFilter, Job, Log, Ports, Request, Store
from bot.service import alterations, amends, answers, manage
from bot.service.desk import Acted
from bot.sources import discover
from bot.worker import drains
from tests.surroundings import AlarmBook, Chat, HandClock, Message, Phones, Website

C = TypeVar("C", bound=Configured)


class World:
    """Everything around the service, in the words of a scenario."""

    def __init__(self, store: Store) -> None:
        self.clock = HandClock()
        self.queue = AlarmBook()
        self.inbox: list[Message] = []
        self.slack = Chat(name="slack", inbox=self.inbox)
        others = {name: Phones(name=name, inbox=self.inbox) for name in ("sms", "voice", "email", "push")}
        self.phones: dict[str, Phones] = {"slack": self.slack, **others}
        self.website = Website()
        self.ports = Ports(
            store=store,
            queue=self.queue,
            clock=self.clock,
            sources=discover(),
            channels=dict(self.phones),
            requester=self.website,
        )
        self.loses_redis = False

    # --- Setting up -----------------------------------------------------------------------------------------------

    def person(self, name: str, *channels: str, role: Role = Role.MEMBER) -> User:
        """Find or make a user who is reached by SMS unless other channels are named."""
        found = self.ports.store.directory().get(User, name)
        if isinstance(found, User):
            return found
        return self._created(_user(name, channels or ("sms",), role))

    def limits_storms(self, limit: int) -> None:
        """Have so many messages a minute come by themselves in one place; 0: all."""
        self.ports = replace(self.ports, storm_limit=limit)

    def changes_contacts(self, user: User, *channels: str) -> None:
        """Give somebody an address on further channels."""
        contacts = tuple(Contact(channel=channel, address=f"{channel} of {user.handle}") for channel in channels)
        manage.change(self.ports, replace(user, contacts=contacts), SYSTEM, 1)

    def policy(self, *layers: tuple[str, float], repeat: int = 0, reassign: tuple[Receiver, ...] = ()) -> Team:
        """Set up the team `ops` and an integration for it: each layer is (names joined by +, minutes)."""
        return self.team("ops", *layers, repeat=repeat, reassign=reassign, integrated=True)

    def team(
        self,
        name: str,
        *layers: tuple[str, float],
        repeat: int = 0,
        reassign: tuple[Receiver, ...] = (),
        integrated: bool = False,
        slack_channel: str | None = None,
    ) -> Team:
        """Set up a team whose layers are always on call; an empty name leaves a layer without anybody."""
        self._create_missing(name, [each for names, _ in layers for each in names.split("+")])
        events = tuple(self._event(number, names.split("+")) for number, (names, _) in enumerate(layers, start=1))
        schedule = Schedule(id=ids.new("sch"), name=name, handle=name, zone="Etc/UTC", events=events, overrides=())
        timeouts = tuple(
            Layer(number=number, timeout=timedelta(minutes=minutes)) for number, (_, minutes) in enumerate(layers, 1)
        )
        policy = Policy(id=ids.new("esc"), name=name, handle=name, layers=timeouts, repeat=repeat, reassign=reassign)
        admin = Member(user_id=self.person(f"{name}-admin", "email").id, role=Role.ADMIN)
        team = Team(
            id=ids.new("tem"),
            name=name,
            handle=name,
            members=(admin,),
            schedule_id=schedule.id,
            policy_id=policy.id,
            slack_channel=slack_channel,
        )
        manage.create_all(self.ports, [schedule, policy, team], SYSTEM)
        if integrated:
            self.integration("webhook", team_receiver(team))
        return team

    def integration(self, handle: str, *destinations: Receiver, type: str = "webhook") -> Integration:  # noqa: A002
        """Set up an integration."""
        return self._created(
            Integration(
                id=ids.new("int"), name=handle, handle=handle, type=type, key=ids.secret(), destinations=destinations
            )
        )

    def router(self, handle: str, yaml: str, default: Receiver | None = None) -> Receiver:
        """Set up a router and return it as a destination."""
        router = self._created(
            Router(id=ids.new("rtr"), name=handle, handle=handle, yaml=yaml, default_destination=default)
        )
        return Receiver(kind=ReceiverKind.ROUTER, id=router.id)

    # --- What happens ---------------------------------------------------------------------------------------------

    def fires(
        self, title: str, *, integration: str = "webhook", urgency: Urgency | None = None, key: str = "", **data: object
    ) -> Alert:
        """Have a sender report a problem; returns the alert that it became (or was counted to)."""
        self.sends(
            {"event_type": "create", "id": key or title, "title": title, "urgency": urgency, **data},
            integration=integration,
        )
        return self.alert(title)

    def clears(self, title: str, *, integration: str = "webhook") -> None:
        """Have a sender report that a problem is over."""
        self.sends({"event_type": "resolve", "id": title}, integration=integration)

    def sends(self, body: object, *, integration: str = "webhook") -> Log:
        """Post a JSON payload and work on it."""
        return self.sends_together(body, integration=integration)[0]

    def sends_together(self, *bodies: object, integration: str = "webhook") -> list[Log]:
        """Post JSON payloads that are then worked on in one batch."""
        found = self.ports.store.directory().get(Integration, integration)
        assert isinstance(found, Integration)
        logs = [self._log(found, body) for body in bodies]
        self.ports.store.append(logs)
        self.queue.wake(Job.RECEIVE)
        self.works()
        return logs

    def _log(self, integration: Integration, body: object) -> Log:
        request = Request(
            method="POST",
            path=f"/integrations/{integration.key}",
            body=json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        return Log(id=ids.new("log"), integration_id=integration.id, at=self.clock.now(), request=request, answered=200)

    def acknowledges(self, name: str, alert: Alert) -> str:
        """Have somebody take the alert; returns what they are told."""
        return self._acts(answers.acknowledge(self.ports, alert.id, person(self.person(name).id, "sms")))

    def rejects(self, name: str, alert: Alert) -> str:
        """Have somebody say that they cannot help."""
        return self._acts(answers.reject(self.ports, alert.id, person(self.person(name).id, "sms")))

    def escalates(self, name: str, alert: Alert) -> str:
        """Have somebody start the next layer at once."""
        return self._acts(answers.escalate(self.ports, alert.id, person(self.person(name).id, "slack")))

    def hands_off(self, name: str, alert: Alert, *receivers: Receiver, note: str = "") -> str:
        """Have somebody make others answer for the alert."""
        return self._acts(
            answers.hand_off(self.ports, alert.id, person(self.person(name).id, "slack"), receivers, note)
        )

    def adds(self, name: str, alert: Alert, *receivers: Receiver, note: str = "") -> str:
        """Have somebody ask others beside those who are asked, or who have it."""
        actor = person(self.person(name).id, "slack")
        return self._acts(amends.add_responders(self.ports, alert.id, actor, receivers, note))

    def takes_back(self, name: str, alert: Alert) -> str:
        """Have somebody take an acknowledgement back."""
        return self._acts(amends.take_back(self.ports, alert.id, person(self.person(name).id, "slack")))

    def reopens(self, name: str, alert: Alert) -> str:
        """Have somebody open a resolved alert again."""
        return self._acts(amends.reopen(self.ports, alert.id, person(self.person(name).id, "slack")))

    def changes_urgency(self, name: str, alert: Alert, urgency: Urgency) -> str:
        """Have somebody say how urgent an alert is."""
        actor = person(self.person(name).id, "slack")
        return self._acts(alterations.change_urgency(self.ports, alert.id, actor, urgency))

    def receiver(self, text: str) -> Receiver:
        """Whom `team:ops` and the like name."""
        found = self.ports.store.directory().receiver(text)
        assert found, text
        return found

    def snoozes(self, name: str, alert: Alert, *, minutes: float) -> str:
        """Have somebody quiet an alert that they acknowledged."""
        duration = timedelta(minutes=minutes)
        return self._acts(answers.snooze(self.ports, alert.id, person(self.person(name).id, "slack"), duration))

    def notes(self, name: str, alert: Alert, text: str) -> str:
        """Have somebody add a line to the timeline."""
        return self._acts(answers.add_note(self.ports, alert.id, person(self.person(name).id, "slack"), text))

    def resolves(self, name: str, alert: Alert) -> str:
        """Have somebody close the alert."""
        return self._acts(answers.resolve(self.ports, alert.id, person(self.person(name).id, "sms")))

    def passes(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass: alarms ring when they are due, or, without Redis, the sweep comes by."""
        end = self.clock.now() + timedelta(minutes=minutes, seconds=seconds)
        while (at := self._next_alarm()) is not None and at <= end:
            self.clock.move_to(at)
            self.works()
        self.clock.move_to(end)
        self.works()

    def works(self) -> None:
        """Have the workers do what they were woken for, and what that wakes."""
        if self.loses_redis:
            self.queue.smash()
            drains.sweep(self.ports)
            return
        for _ in range(100):
            jobs = self._due_jobs()
            if not jobs:
                return
            for job in jobs:
                drains.WOKEN[job](self.ports)
        raise AssertionError("the workers keep waking each other")

    # --- What is seen ---------------------------------------------------------------------------------------------

    def expect_sms(self, name: str, title: str) -> None:
        """Somebody was paged by SMS about an alert."""
        self.expect(name, "sms", NoticeKind.OPEN, title)

    def expect(self, name: str, channel: str, kind: NoticeKind, title: str) -> None:
        """Somebody heard something; the message is taken out of the inbox."""
        wanted = Message(to=name, channel=channel, kind=kind, title=title)
        assert wanted in self.inbox, f"not heard: {wanted}\nheard: {[str(each) for each in self.inbox]}"
        self.inbox.remove(wanted)

    def expect_silence(self) -> None:
        """Nobody heard anything that was not expected."""
        assert not self.inbox, f"unexpected: {[str(each) for each in self.inbox]}"

    def alert(self, title: str) -> Alert:
        """The latest alert with a title."""
        with self.ports.store.begin() as uow:
            found = [each for each in uow.alerts(AlertFilter(limit=100)) if each.title == title]
        assert found, f"there is no alert {title!r}"
        return found[0]

    def timeline(self, alert: Alert) -> list[Entry]:
        """What happened to an alert."""
        with self.ports.store.begin() as uow:
            return list(uow.entries(alert.id))

    def said(self, alert: Alert) -> str:
        """The timeline as one text."""
        return "\n".join(entry.text for entry in self.timeline(alert))

    # --- Inside ---------------------------------------------------------------------------------------------------

    def _created(self, body: C) -> C:
        manage.create(self.ports, body, SYSTEM)
        return body

    def _create_missing(self, team: str, names: list[str]) -> None:
        """Make those of a team who are not there yet, all in one transaction."""
        known = self.ports.store.directory()
        people = [_user(each or "nobody", ("sms",), Role.MEMBER) for each in dict.fromkeys(names)]
        people.append(_user(f"{team}-admin", ("email",), Role.MEMBER))
        missing = [each for each in people if known.get(User, each.handle) is None]
        in_order = sorted(each.id for each in missing)  # ids of one millisecond are in no order
        made = [replace(each, id=user_id) for each, user_id in zip(missing, in_order, strict=True)]
        if made:
            manage.create_all(self.ports, made, SYSTEM)

    def _event(self, layer: int, names: list[str]) -> Event:
        """An event whose attendees are on call day and night; without names, one that was over long ago."""
        start = datetime(2026, 1, 1) if names != [""] else datetime(2020, 1, 1)  # noqa: DTZ001  # wall-clock time
        return Event(
            id=ids.new("evt"),
            layer=layer,
            attendees=tuple(self.person(each or "nobody").id for each in names),
            start=start,
            end=start + timedelta(days=1),
            recurrence="FREQ=DAILY" if names != [""] else None,
        )

    def _acts(self, acted: Acted) -> str:
        self.works()
        return acted.said

    def _next_alarm(self) -> datetime | None:
        if self.loses_redis:
            return self.clock.now() + timedelta(seconds=2)
        ahead = [at for at, _ in self.queue.alarms if at > self.clock.now()]
        return min(ahead, default=None)

    def _due_jobs(self) -> list[Job]:
        due = [job for at, job in self.queue.alarms if at <= self.clock.now()]
        jobs = [*self.queue.awake, *due]
        self.queue.awake.clear()
        self.queue.alarms = [(at, job) for at, job in self.queue.alarms if at > self.clock.now()]
        return list(dict.fromkeys(jobs))


def _user(name: str, channels: tuple[str, ...], role: Role) -> User:
    return User(id=ids.new("usr"), name=name.title(), handle=name, channels=channels, role=role)


def team_receiver(team: Team) -> Receiver:
    """A team as a destination."""
    return Receiver(kind=ReceiverKind.TEAM, id=team.id)


def user_receiver(user: User) -> Receiver:
    """A user as a destination."""
    return Receiver(kind=ReceiverKind.USER, id=user.id)


@contextmanager
def world_on(store: Store) -> Iterator[World]:
    """A World that fails at its end on any message that nobody expected."""
    world = World(store)
    yield world
    world.expect_silence()
