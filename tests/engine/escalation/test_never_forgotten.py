"""Whatever people and time do to an alert, it is never forgotten and never pages after it was answered."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.alerts import answers
from bot.engine.alerts.routing import Material, route
from bot.engine.decision import Decision, Notify, PutCycle, PutEscalation, Quiet, SetTimer, consider
from bot.engine.directory import Directory, collect
from bot.engine.escalation import climbing
from bot.engine.intake import signal_intake
from bot.engine.model import (
    SYSTEM,
    Alert,
    Cycle,
    DeliveryState,
    Escalation,
    Layer,
    Member,
    NoticeKind,
    Notification,
    Policy,
    Receiver,
    ReceiverKind,
    Role,
    Status,
    Team,
    Timer,
    TimerKind,
    Urgency,
    User,
    person,
)
from bot.engine.paging import paging_cycles
from bot.engine.schedules import Event, Schedule
from bot.errors import Refused

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WALL = datetime(2026, 1, 1)  # noqa: DTZ001  # wall-clock time in the schedule's zone
PEOPLE = tuple(User(id=f"usr_{name}", name=name, handle=name, channels=("slack", "sms")) for name in "abcd")
BOSS = User(id="usr_boss", name="boss", handle="boss", role=Role.ADMIN)
PAGING = {TimerKind.LAYER_TIMEOUT, TimerKind.PAGING_STEP}


def a_team(
    name: str, layers: list[list[int]], repeat: int, reassign: tuple[Receiver, ...]
) -> list[Team | Schedule | Policy]:
    events = tuple(
        Event(
            id=f"evt_{name}{number}",
            layer=number,
            attendees=tuple(PEOPLE[each].id for each in people),
            start=WALL,
            end=WALL + timedelta(days=1),
            recurrence="FREQ=DAILY",
        )
        for number, people in enumerate(layers, 1)
        if people
    )
    timeouts = tuple(Layer(number=number, timeout=timedelta(minutes=5)) for number in range(1, len(layers) + 1))
    return [
        Schedule(id=f"sch_{name}", name=name, handle=name, zone="Etc/UTC", events=events),
        Policy(id=f"esc_{name}", name=name, handle=name, layers=timeouts, repeat=repeat, reassign=reassign),
        Team(
            id=f"tem_{name}",
            name=name,
            handle=name,
            members=(Member(user_id=BOSS.id, role=Role.ADMIN),),
            schedule_id=f"sch_{name}",
            policy_id=f"esc_{name}",
            slack_channel=f"C{name}",
        ),
    ]


def to(name: str) -> Receiver:
    return Receiver(kind=ReceiverKind.TEAM, id=f"tem_{name}")


@dataclass
class Ledger:
    """What a store would hold of one alert, worked in memory."""

    directory: Directory
    now: datetime = START
    alert: Alert = field(
        default_factory=lambda: Alert(id="alt_1", title="t", urgency=Urgency.HIGH, created_at=START, changed_at=START)
    )
    escalations: dict[str, Escalation] = field(default_factory=dict)
    cycles: dict[str, Cycle] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    notifications: dict[str, Notification] = field(default_factory=dict)

    def decision(self) -> Decision:
        return consider(self.alert, tuple(each for each in self.escalations.values() if each.running))

    def write(self, decision: Decision) -> None:
        assert decision.alert.status is self.alert.status or decision.alert.version > self.alert.version
        self.alert = decision.alert
        for effect in decision.effects:
            match effect:
                case Notify(notification=notification):
                    self.notifications.setdefault(notification.id, notification)
                case SetTimer(timer=timer):
                    if timer.id not in self.done:
                        self.timers.setdefault(timer.id, timer)
                case PutEscalation(escalation=put):
                    self.escalations[put.id] = put
                case PutCycle(cycle=cycle):
                    self.cycles[cycle.id] = cycle
                case Quiet(escalation_id=escalation_id):
                    self.quiet(escalation_id)
                case _:
                    raise AssertionError(effect)

    def quiet(self, escalation_id: str) -> None:
        kinds = PAGING | {TimerKind.ASSIGN_DELAY}
        self.timers = {
            each.id: each
            for each in self.timers.values()
            if each.kind not in kinds or (escalation_id and each.escalation_id != escalation_id)
        }
        for known in self.escalations.values():
            if not escalation_id or known.id == escalation_id:
                self.escalations[known.id] = replace(known, running=False)
        for page in self.notifications.values():
            mine = not escalation_id or (page.cycle_id or "").startswith(f"{escalation_id}.")
            if mine and page.kind is NoticeKind.OPEN and page.state is DeliveryState.QUEUED:
                self.notifications[page.id] = replace(page, state=DeliveryState.CANCELLED)

    def deliver(self) -> None:
        for page in self.notifications.values():
            if page.state is DeliveryState.QUEUED:
                self.notifications[page.id] = replace(page, state=DeliveryState.SENT)

    def fire_next(self) -> None:
        if not self.timers:
            return
        timer = min(self.timers.values(), key=lambda each: (each.due_at, each.id))
        del self.timers[timer.id]
        self.done.add(timer.id)
        self.now = max(self.now, timer.due_at)
        self.write(self.fired(timer))

    def fired(self, timer: Timer) -> Decision:
        decision = self.decision()
        if timer.kind is TimerKind.LAYER_TIMEOUT:
            return climbing.time_out(decision, timer, self.directory, self.now)
        if timer.kind is TimerKind.PAGING_STEP:
            return paging_cycles.step(decision, self.cycles[timer.cycle_id], timer, self.now)
        return decision

    def check(self) -> None:
        waits = [each for each in self.timers.values() if each.kind is TimerKind.LAYER_TIMEOUT]
        if self.alert.status is Status.OPEN:
            assert waits, "an open alert that nothing will ever come back to"
            assert any(each.running for each in self.escalations.values())
            return
        assert not [each for each in self.timers.values() if each.kind in PAGING]
        pages = [each for each in self.notifications.values() if each.kind is NoticeKind.OPEN]
        assert not [each for each in pages if each.state is DeliveryState.QUEUED]
        if self.alert.status is Status.DROPPED:
            assert any(each.kind is NoticeKind.DROPPED for each in self.notifications.values())


def acknowledge(ledger: Ledger, who: int) -> Decision:
    return answers.acknowledge(ledger.decision(), person(PEOPLE[who].id, "sms"), "x", ledger.now)


def resolve(ledger: Ledger, who: int) -> Decision:
    return answers.resolve(ledger.decision(), person(PEOPLE[who].id, "sms"), "x", ledger.now)


def reject(ledger: Ledger, who: int) -> Decision:
    user = PEOPLE[who]
    return climbing.reject(ledger.decision(), user, person(user.id, "sms"), ledger.directory, ledger.now)


def escalate(ledger: Ledger, _who: int) -> Decision:
    return climbing.escalate_now(ledger.decision(), SYSTEM, "x", ledger.directory, ledger.now)


def hand_off(ledger: Ledger, who: int) -> Decision:
    released = climbing.release(ledger.decision(), ledger.now)
    routing = route(released.alert, Material(), (to("one") if who % 2 else to("two"),), ledger.directory, ledger.now)
    return signal_intake.follow(released, routing, ledger.directory, ledger.now)


ACTS: tuple[Callable[[Ledger, int], Decision], ...] = (acknowledge, resolve, reject, reject, reject, escalate, hand_off)
layers = st.lists(st.lists(st.integers(0, 3), max_size=3, unique=True), min_size=1, max_size=3)
acts = st.tuples(st.integers(0, len(ACTS) + 3), st.integers(0, 3))


@settings(max_examples=300, deadline=None)
@given(layers, layers, st.integers(0, 2), st.booleans(), st.lists(acts, max_size=25))
def test_an_open_alert_always_has_something_that_comes_back_to_it(
    one: list[list[int]], two: list[list[int]], repeat: int, circular: bool, story: list[tuple[int, int]]
) -> None:
    back = (to("one"),) if circular else ()
    teams = [*a_team("one", one, repeat, (to("two"),)), *a_team("two", two, 0, back)]
    ledger = Ledger(directory=collect([*PEOPLE, BOSS, *teams]))
    routing = route(ledger.alert, Material(), (to("one"),), ledger.directory, START)
    ledger.write(signal_intake.dispatch(routing, ledger.directory, START))
    ledger.check()
    for kind, who in story:
        ledger.now += timedelta(seconds=1)
        if kind >= len(ACTS):
            ledger.deliver()
            ledger.fire_next()
        else:
            try:
                ledger.write(ACTS[kind](ledger, who))
            except Refused:
                continue
        ledger.check()


@settings(max_examples=100, deadline=None)
@given(layers, st.integers(0, 3))
def test_nobody_answers_and_every_policy_comes_to_an_end(one: list[list[int]], repeat: int) -> None:
    ledger = Ledger(directory=collect([*PEOPLE, BOSS, *a_team("one", one, repeat, (to("one"),))]))
    routing = route(ledger.alert, Material(), (to("one"),), ledger.directory, START)
    ledger.write(signal_intake.dispatch(routing, ledger.directory, START))
    for _ in range(200):
        if ledger.alert.status is Status.DROPPED:
            break
        ledger.deliver()
        ledger.fire_next()
        ledger.check()
    assert ledger.alert.status is Status.DROPPED
    filled = [number for number, people in enumerate(one, 1) if people]
    pages = {(each.passage, each.layer) for each in ledger.alert.responders}
    assert pages == {(passage, number) for passage in range(repeat + 1) for number in filled}
    assert ledger.now - START == timedelta(minutes=5) * len(pages)


def test_teams_that_all_reassign_to_each_other_are_asked_once_each() -> None:
    names = [f"t{number}" for number in range(9)]
    everybody = tuple(to(name) for name in names)
    empty: list[list[int]] = [[]]
    for layers_of_each in (empty, [[0]]):
        teams = [part for name in names for part in a_team(name, layers_of_each, 0, everybody)]
        ledger = Ledger(directory=collect([*PEOPLE, BOSS, *teams]))
        routing = route(ledger.alert, Material(), (to("t0"),), ledger.directory, START)
        ledger.write(signal_intake.dispatch(routing, ledger.directory, START))
        for _ in range(200):
            ledger.deliver()
            ledger.fire_next()
            ledger.check()
        assert ledger.alert.status is Status.DROPPED
        assert len(ledger.escalations) <= len(names) * 10
