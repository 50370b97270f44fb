"""Whatever senders, people, time and configuration do: no problem is forgotten, none that is over pages anybody.

A model keeps the senders' truth: which problems there are at this moment. After each step every problem has to have
somebody who is asked, or has it, or a time at which somebody will be, or people who were told that it was dropped.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.engine.model import (
    SYSTEM,
    Alert,
    EntryKind,
    NoticeKind,
    Status,
    TimerKind,
    Urgency,
    person,
)
from bot.errors import Refused
from bot.ports import AlertFilter
from bot.service import answers, departures, manage
from tests.databases import open_hurried
from tests.harness import World, team_receiver

ROUTER = """
rules:
  - match: {alert.urgency: critical}
    actions: [%s, {type: assign, receiver: team:boss}]
  - match: {always: true}
    actions: [%s]
"""
HELD = "{type: aggregate, by: [alert.integration_id], timeout: 10m, receiver: team:ops}"
FIRST = "{type: aggregate, by: [alert.integration_id], timeout: 10m, receiver: team:ops, route: first}"
LATE = "{type: assign, receiver: team:ops, delay: 3m}"
PLAIN = "{type: assign, receiver: team:ops}"
SENDERS = ("plain", "late", "held", "first", "title")
KEYS = ("k1", "k2", "k3")
PEOPLE = ("alice", "bob", "carol")
WAITS = {TimerKind.ASSIGN_DELAY, TimerKind.AGGREGATION_END, TimerKind.LAYER_TIMEOUT}
ENDED = {Status.RESOLVED, Status.SUPPRESSED}
Problem = tuple[str, str]
EXAMPLES, STEPS = (int(each) for each in os.environ.get("LIFE", "6x16").split("x"))
"""How many stories are tried, and how long each may be: few in `make test`, many in `make test-life`."""

senders, keys = st.sampled_from(SENDERS), st.sampled_from(KEYS)
urgencies = st.sampled_from((Urgency.LOW, Urgency.MEDIUM, Urgency.HIGH, Urgency.CRITICAL))
someone, any_alert = st.sampled_from(PEOPLE), st.integers(0, 11)


class Life(RuleBasedStateMachine):
    """Problems that come and go, and people who answer."""

    migrated: Path

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        url = f"sqlite:///{shutil.copy(self.migrated, Path(folder) / 'store.db')}"
        self.world = World(self.stack.enter_context(open_hurried(url)))
        self.world.limits_storms(0)
        self.firing: set[Problem] = set()
        self._sets_up()

    def _sets_up(self) -> None:
        world = self.world
        ops = team_receiver(world.team("ops", ("alice", 5), ("bob", 5)))
        world.team("boss", ("carol", 5))
        for name, actions in (("plain", PLAIN), ("late", LATE), ("held", HELD), ("first", FIRST), ("title", PLAIN)):
            integration = world.integration(name, world.router(name, ROUTER % (actions, actions), ops))
            if name == "title":
                manage.change(world.ports, replace(integration, auto_aggregate=timedelta(minutes=10)), SYSTEM, 1)

    def teardown(self) -> None:
        self.stack.close()

    # --- What senders do ------------------------------------------------------------------------------------------

    @rule(sender=senders, key=keys, urgency=urgencies)
    def fires(self, sender: str, key: str, urgency: Urgency) -> None:
        self.firing.add((sender, key))
        self.world.sends(self._create(sender, key, urgency), integration=sender)

    @rule(sender=senders, key=keys)
    def clears(self, sender: str, key: str) -> None:
        self.firing.discard((sender, key))
        self.world.sends({"event_type": "resolve", "id": key}, integration=sender)

    @rule(sender=senders, story=st.lists(st.tuples(keys, st.one_of(st.none(), urgencies)), min_size=2, max_size=5))
    def says_much_at_once(self, sender: str, story: list[tuple[str, Urgency | None]]) -> None:
        for key, urgency in story:
            (self.firing.add if urgency else self.firing.discard)((sender, key))
        bodies = [
            self._create(sender, key, urgency) if urgency else {"event_type": "resolve", "id": key}
            for key, urgency in story
        ]
        self.world.sends_together(*bodies, integration=sender)

    @rule(sender=senders, key=keys)
    def sender_acknowledges(self, sender: str, key: str) -> None:
        self.world.sends({"event_type": "acknowledge", "id": key}, integration=sender)

    def _create(self, sender: str, key: str, urgency: Urgency) -> dict[str, object]:
        title = sender if sender == "title" else f"{sender}.{key}"
        return {"event_type": "create", "id": key, "title": title, "urgency": urgency}

    # --- What people do -------------------------------------------------------------------------------------------

    @rule(name=someone, which=any_alert)
    def acknowledges(self, name: str, which: int) -> None:
        self._does(which, lambda alert: self.world.acknowledges(name, alert))

    @rule(name=someone, which=any_alert)
    def rejects(self, name: str, which: int) -> None:
        self._does(which, lambda alert: self.world.rejects(name, alert))

    @rule(name=someone, which=any_alert)
    def escalates(self, name: str, which: int) -> None:
        self._does(which, lambda alert: self.world.escalates(name, alert))

    @rule(name=someone, which=any_alert)
    def snoozes(self, name: str, which: int) -> None:
        self._does(which, lambda alert: self.world.snoozes(name, alert, minutes=7))

    @rule(name=someone, which=any_alert)
    def hands_off(self, name: str, which: int) -> None:
        boss = self.world.ports.store.directory().receiver("team:boss")
        assert boss is not None
        self._does(which, lambda alert: self.world.hands_off(name, alert, boss))

    @rule(name=someone, which=any_alert, whole=st.booleans())
    def resolves(self, name: str, which: int, whole: bool) -> None:
        def resolve(alert: Alert) -> None:
            children = [each for each in self._alerts() if each.parent_id == alert.id]
            actor = person(self.world.person(name).id, "slack")
            do = answers.resolve_all_of_it if whole else answers.resolve
            do(self.world.ports, alert.id, actor)
            over = [alert, *(each for each in children if whole and each.status is Status.SUPPRESSED)]
            self.firing -= {self._problem(each) for each in over}
            self.world.works()

        self._does(which, resolve)

    @rule(name=someone, which=any_alert)
    def takes_back(self, name: str, which: int) -> None:
        self._does(which, lambda alert: self.world.takes_back(name, alert))

    @rule(name=someone, which=any_alert)
    def reopens(self, name: str, which: int) -> None:
        def reopen(alert: Alert) -> None:
            self.firing.add(self._problem(alert))  # a person says so, and the sender says nothing else
            try:
                self.world.reopens(name, alert)
            except Refused:
                self.firing.discard(self._problem(alert))
                raise

        over = [each for each in self._alerts() if each.status is Status.RESOLVED]
        self._does(which, reopen, [each for each in over if self._problem(each) not in self.firing])

    @rule(name=someone, which=any_alert, to=st.sampled_from(("team:boss", "team:ops", "user:alice")))
    def asks_others(self, name: str, which: int, to: str) -> None:
        receiver = self.world.ports.store.directory().receiver(to)
        assert receiver is not None
        self._does(which, lambda alert: self.world.adds(name, alert, receiver))

    @rule(name=someone, which=any_alert, urgency=urgencies)
    def says_how_urgent(self, name: str, which: int, urgency: Urgency) -> None:
        self._does(which, lambda alert: self.world.changes_urgency(name, alert, urgency))

    def _does(self, which: int, do: Callable[[Alert], object], among: Sequence[Alert] | None = None) -> None:
        live = [each for each in self._alerts() if each.status is not Status.RESOLVED] if among is None else among
        if not live:
            return
        try:
            do(live[which % len(live)])
        except Refused:
            return

    # --- What time and configuration do ---------------------------------------------------------------------------

    @rule(minutes=st.sampled_from((0.5, 2, 5, 11, 31)))
    def time_passes(self, minutes: float) -> None:
        self.world.passes(minutes=minutes)

    @rule(name=someone)
    def is_deactivated(self, name: str) -> None:
        departures.leave(self.world.ports, self.world.person(name).id, SYSTEM)
        self.world.works()

    @rule(name=someone)
    def is_back(self, name: str) -> None:
        user = self.world.person(name)
        if not user.active:
            with self.world.ports.store.begin() as uow:
                seen = uow.version_of(user.id)
            manage.change(self.world.ports, replace(user, active=True), SYSTEM, seen)
            self.world.works()

    @rule()
    @precondition(lambda self: not self.world.loses_redis)
    def redis_is_lost(self) -> None:
        self.world.loses_redis = True
        self.world.works()

    @rule()
    @precondition(lambda self: self.world.loses_redis)
    def redis_is_back(self) -> None:
        self.world.loses_redis = False
        self.world.works()

    # --- What has to hold -----------------------------------------------------------------------------------------

    @invariant()
    def every_problem_is_answered_for(self) -> None:
        for problem in self.firing:
            alert = self._covering(problem)
            assert self._is_answered_for(alert), (problem, alert, self.world.said(alert))

    @invariant()
    def nobody_is_paged_for_what_is_over(self) -> None:
        about = {sender if sender == "title" else f"{sender}.{key}" for sender, key in self.firing}
        for message in self.world.inbox:
            assert message.kind is not NoticeKind.OPEN or message.title in about, message
        self.world.inbox.clear()

    @invariant()
    def an_alert_that_is_over_asks_nobody(self) -> None:
        over = [each.id for each in self._alerts() if each.status in ENDED]
        with self.world.ports.store.begin() as uow:
            assert not any(each.escalations for each in uow.glance(over).values())
            assert not [each for each in uow.pending_timers(over) if each.kind is TimerKind.LAYER_TIMEOUT]

    def _alerts(self) -> tuple[Alert, ...]:
        with self.world.ports.store.begin() as uow:
            return uow.alerts(AlertFilter(limit=500))

    def _problem(self, alert: Alert) -> Problem:
        integration = self.world.ports.store.directory().integrations[alert.integration_id or ""]
        return integration.handle, alert.dedup_key

    def _covering(self, problem: Problem) -> Alert:
        """The alert that a problem is asked about with: its own, or the one that it is gathered under."""
        alerts = {each.id: each for each in self._alerts()}
        own = [each for each in alerts.values() if self._problem(each) == problem]
        unresolved = [each for each in own if each.status is not Status.RESOLVED]
        assert unresolved, f"{problem} has no alert any more"
        alert = next((each for each in unresolved if each.status is not Status.SUPPRESSED), unresolved[0])
        while alert.status is Status.SUPPRESSED and alert.parent_id:
            alert = alerts[alert.parent_id]
        return alert

    def _is_answered_for(self, alert: Alert) -> bool:
        with self.world.ports.store.begin() as uow:
            waits = [each for each in uow.pending_timers([alert.id]) if each.kind in WAITS]
            told = any(each.kind is EntryKind.DROPPED for each in uow.entries(alert.id))
            dropped = [
                each for each in uow.notifications([alert.id]).get(alert.id, ()) if each.kind is NoticeKind.DROPPED
            ]
        match alert.status:
            case Status.QUEUED | Status.OPEN:
                return bool(waits)
            case Status.ACKNOWLEDGED:
                holder = self.world.ports.store.directory().users.get(alert.settled_by.id if alert.settled_by else "")
                asks = alert.is_worse or alert.asks_help
                return (holder is None or holder.active) and (not asks or bool(waits))
            case Status.DROPPED:
                return told and bool(dropped)
            case _:
                return False


def test_no_problem_is_forgotten_and_nobody_is_paged_for_one_that_is_over(migrated_sqlite: Path) -> None:
    Life.migrated = migrated_sqlite
    checks = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Life, settings=checks)
