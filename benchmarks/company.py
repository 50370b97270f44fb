"""A company's worth of configuration and alerts: what each command and form costs at one size and at ten times that.

`python -m benchmarks company` is small. `python -m benchmarks.company 10` begins with ten times as much; 50 is about a
company of 2,000 people with 150 teams, and takes half an hour. Both databases are measured. Slack is the local one.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any, TypeVar

from sqlalchemy import Engine, event

from bot import ids
from bot.engine.decision import Decision, PutEscalation, SetTimer
from bot.engine.directory import Configured
from bot.engine.model import (
    DEFAULT_LAYERS,
    SYSTEM,
    Automation,
    Integration,
    Maintenance,
    Member,
    NotificationRule,
    Policy,
    Receiver,
    ReceiverKind,
    Role,
    Router,
    Stakeholder,
    Status,
    Team,
    TimerKind,
    Urgency,
    User,
    person,
)
from bot.engine.schedules import Schedule, weekly
from bot.errors import PagerError
from bot.handlers import own_overview
from bot.handlers.collecting import collect
from bot.handlers.grammar import read
from bot.handlers.table import Command, Noun, bind, find
from bot.handlers.visit import Visit
from bot.ports import LogState
from bot.service import alert_texts
from bot.slack.forms import Form, view
from bot.slack.web import SlackWeb
from bot.store import SqlStore, open_store, upgrade
from sandbox.config import Config
from sandbox.server import start
from tests import postgres_server
from tests.databases import Postgres
from tests.harness import World
from tests.store.making import make_alert, make_escalation, make_log, make_timer

T = TypeVar("T")

_TABLE = collect()
_TIMES = 5  # that each command is asked
_SLOW = 1.0  # seconds that none may take
_NAMES = ("Alex Kim", "Sam Lee", "Jo Meyer", "Max Novák", "Ana Souza", "佐藤 花子", "Олена Бондар")
_SKIPPED = {("router", "download"), ("me", "test"), ("oncall", "cover")}  # what sends files and messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is of everything."""

    people: int = 40
    teams: int = 6
    routers: int = 6
    integrations: int = 12
    alerts: int = 800

    def times(self, factor: int) -> "Size":
        """So many times as much."""
        return Size(
            people=self.people * factor,
            teams=self.teams * factor,
            routers=self.routers * factor,
            integrations=self.integrations * factor,
            alerts=self.alerts * factor,
        )


@dataclass(slots=True, kw_only=True)
class Cost:
    """What one command cost, each time that it was asked: seconds, statements, calls to Slack, and what came."""

    seconds: list[float] = field(default_factory=list)
    statements: int = 0
    calls: int = 0
    answered: str = ""

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds)


class CountingSlack(SlackWeb):
    """The local Slack, with a count of the calls."""

    calls = 0

    def call(self, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Count, and call."""
        self.calls += 1
        return super().call(method, arguments)

    def ask(self, method: str, arguments: Mapping[str, str]) -> Mapping[str, Any]:
        """Count, and ask."""
        self.calls += 1
        return super().ask(method, arguments)


def _in_parts(values: Iterable[T], most: int) -> Iterator[Sequence[T]]:
    left = iter(values)
    while part := tuple(islice(left, most)):
        yield part


@dataclass(frozen=True, slots=True, kw_only=True)
class _Company:
    """Who sends alerts, to which teams, and who answers."""

    senders: Sequence[Integration]
    teams: Sequence[Team]
    people: Sequence[User]
    at: datetime


# --- The company --------------------------------------------------------------------------------------------------


def fill(store: SqlStore, size: Size, at: datetime) -> User:
    """Fill an empty store with a company of a size; returns its admin."""
    people = [_somebody(number) for number in range(size.people)]
    teams = [part for number in range(size.teams) for part in _team(number, people, at)]
    names = [each for each in teams if isinstance(each, Team)]
    routers = [_router(number, names) for number in range(size.routers)]
    senders = [_sender(number, names, routers) for number in range(size.integrations)]
    few: list[Configured] = [
        Stakeholder(id=ids.new("stk"), name="Press", handle="press", emails=("press@example.com",)),
        Automation(
            id=ids.new("atm"), name="Restart", handle="restart", method="post", url="https://example.com/restart"
        ),
        NotificationRule(id=ids.new("ntr"), name="Nights", handle="nights", yaml=_RULE),
        Maintenance(
            id=ids.new("mnt"),
            name="Upgrade",
            handle="upgrade",
            integration_ids=(senders[0].id,),
            start_at=at + timedelta(days=1),
            end_at=at + timedelta(days=1, hours=2),
        ),
    ]
    for bodies in _in_parts([*people, *teams, *routers, *senders, *few], 200):
        with store.begin() as uow:
            for body in bodies:
                uow.put(body, SYSTEM, at)
    _payloads(store, senders, at)
    _alerts(store, size.alerts, _Company(senders=senders, teams=names, people=people, at=at))
    return people[0]


_RULE = "rules:\n  - match: {always: true}\n    steps: [{channels: [sms]}]\n"


def _somebody(number: int) -> User:
    """Every seventh person has the same name; the first is the admin."""
    return User(
        id=ids.new("usr"),
        name=_NAMES[number % len(_NAMES)],
        handle=f"person-{number}",
        slack_id=f"U0{number:09d}",
        role=Role.MEMBER if number else Role.ADMIN,
    )


def _team(number: int, people: Sequence[User], at: datetime) -> Iterator[Configured]:
    """A team of eight who take turns in two layers."""
    members = [people[(number * 5 + place) % len(people)].id for place in range(8)]
    handover = at.replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0) - timedelta(days=30)
    schedule_id, policy_id = ids.new("sch"), ids.new("esc")
    events = tuple(
        weekly(id=ids.new("evt"), attendees=(*members[layer:], *members[:layer]), handover=handover, layer=layer + 1)
        for layer in range(2)
    )
    name = f"Team {number}"
    yield Schedule(id=schedule_id, name=name, handle=f"team-{number}", zone="Europe/Paris", events=events)
    yield Policy(id=policy_id, name=name, handle=f"team-{number}", layers=DEFAULT_LAYERS)
    yield Team(
        id=ids.new("tem"),
        name=name,
        handle=f"team-{number}",
        members=(Member(user_id=members[0], role=Role.ADMIN), *(Member(user_id=each) for each in members[1:])),
        schedule_id=schedule_id,
        policy_id=policy_id,
    )


def _router(number: int, teams: Sequence[Team]) -> Router:
    """Every tenth router has 300 rules."""
    rules = "".join(
        f"  - match: {{data.service: service-{rule}}}\n"
        f"    actions: [{{type: assign, receiver: team:{teams[rule % len(teams)].handle}}}]\n"
        for rule in range(300 if number % 10 == 0 else 10)
    )
    return Router(id=ids.new("rtr"), name=f"Router {number}", handle=f"router-{number}", yaml=f"rules:\n{rules}")


def _sender(number: int, teams: Sequence[Team], routers: Sequence[Router]) -> Integration:
    to = (
        Receiver(kind=ReceiverKind.ROUTER, id=routers[number % len(routers)].id)
        if number % 2
        else Receiver(kind=ReceiverKind.TEAM, id=teams[number % len(teams)].id)
    )
    return Integration(
        id=ids.new("int"),
        name=f"Sender {number}",
        handle=f"sender-{number}",
        type="webhook",
        key=ids.secret(),
        destinations=(to,),
    )


def _payloads(store: SqlStore, senders: Sequence[Integration], at: datetime) -> None:
    for number, sender in enumerate(senders):
        logs = [replace(make_log(each, sender.id, LogState.READ), at=at) for each in range(5 if number % 3 else 0)]
        store.append(logs)
        with store.begin() as uow:
            uow.settle_logs(logs)


def _alerts(store: SqlStore, count: int, company: _Company) -> None:
    """One in ten is open, one in fifteen acknowledged, and every other of those snoozed; the rest is over."""
    for some in _in_parts(range(count), 500):
        with store.begin() as uow:
            uow.save([_alert(number, company) for number in some])
    while alert_texts.drain(World(store).ports):
        pass


def _alert(number: int, company: _Company) -> Decision:
    at, urgency = company.at, tuple(Urgency)[number // 10 % len(Urgency)]
    sender, team = company.senders[number % len(company.senders)], company.teams[number % len(company.teams)]
    user = company.people[number % len(company.people)]
    status = Status.OPEN if number % 10 == 0 else Status.ACKNOWLEDGED if number % 15 == 1 else Status.RESOLVED
    by = person(user.id, "slack") if status is Status.ACKNOWLEDGED else None
    alert = make_alert(
        f"key {number}",
        status,
        title=f"{_TITLES[number % len(_TITLES)]} on host-{number}.example.com",
        urgency=urgency,
        integration_id=sender.id,
        created_at=at - timedelta(minutes=number % 10_000),
        receivers=(Receiver(kind=ReceiverKind.TEAM, id=team.id),),
        data={"service": f"service-{number % 300}", "region": "eu-west-1", "value": number / 7},
        tags=("prod", f"tag-{number % 50}"),
        settled_by=by,
    )
    decision = Decision(alert=alert, seen=0)
    if status is Status.OPEN:
        return decision.do(PutEscalation(escalation=make_escalation(alert)))
    if by and number % 2:
        return decision.do(SetTimer(timer=make_timer(alert, at + timedelta(hours=1), TimerKind.SNOOZE_END)))
    return decision


_TITLES = ("Disk full", "Checkout fails", "Latency above 2 s", "Certificate ends soon", "Queue grows", "遅延が大きい")


# --- What is asked ------------------------------------------------------------------------------------------------

_WORDS: Mapping[str, str] = {
    "team": "team-1",
    "router": "router-0",
    "integration": "sender-1",
    "schedule": "team-1",
    "policy": "team-1",
    "stakeholder": "press",
    "automation": "restart",
    "notification rule": "nights",
    "rule": "nights",
    "maintenance": "upgrade",
    "user": "person-3",
    "role": "member",
    "alert number": "#1",
    "alert numbers": "#1 #11",
    "alert, payload or integration": "#1",
    "version": "1",
    "time zone": "Europe/Paris",
    "channels": "slack",
    "time or off": "3h",
    "text": "checkout",
}
_MORE = (
    "alert list --status open --sort urgency",
    "alert list --mine",
    "alert list --team team-1 --urgency critical",
    "alert list --integration sender-1 --since 2h",
    "alert list host-1 checkout",
    "alert list nothing-has-this",
    "alert list service-17",
    "alert list --page 20",
    "audit list person-3",
    "audit list nothing-has-this",
    "user list --page 3",
    "user list kim",
)


def _asked() -> Iterator[str]:
    """Every command that can be asked with the words that there are, and the lists in more ways."""
    for noun in _TABLE.nouns:
        for command in noun.commands:
            words = [_WORDS.get(each.name) for each in command.arguments if each.required]
            if (noun.name, command.verb) not in _SKIPPED and None not in words:
                yield " ".join(part for part in (noun.name, command.verb, *map(str, words)) if part)
    yield from _MORE


def _ask(visit: Visit, typed: str) -> str:
    """Ask, and say what came: an answer, a form, or why not."""
    try:
        noun, command, left = _find(typed)
        reply = command.run(visit, bind(noun, command, left))
    except PagerError as error:
        return f"refused: {error}"[:60]
    if isinstance(reply, Form):
        view(reply)
        return "form"
    return "answer"


def _find(typed: str) -> tuple[Noun, Command, Sequence[Any]]:
    return find(_TABLE, read(typed))


# --- Measuring ----------------------------------------------------------------------------------------------------


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def measure(url: str, size: Size, slack_url: str) -> dict[str, Cost]:
    """What everything costs in a company of a size."""
    upgrade(url)
    with open_store(url) as store:
        world = World(store)
        admin = fill(store, size, world.clock.now())
        slack = CountingSlack("xoxb-sandbox", slack_url)
        engine: Engine = store._engine  # noqa: SLF001 - the count of statements is the engine's
        visit = Visit(ports=world.ports, slack=slack, user=admin, now=world.clock.now())
        _look_at_routers(visit)
        asked: dict[str, Callable[[], str]] = {
            typed or "(nothing)": lambda typed=typed: _ask(visit, typed)  # type: ignore[misc]
            for typed in _asked()
        }
        asked["App Home"] = lambda: f"{len(own_overview.page(visit))} blocks"
        costs = {name: _cost(ask, engine, slack) for name, ask in asked.items()}
        visit.figures.close()
        slack.close()
    return costs


def _look_at_routers(visit: Visit) -> None:
    """Have all routers looked at before, which the bot does beside its work: it would be counted to what is asked."""
    done = Event()
    begun = perf_counter()
    visit.figures.refresh(visit.ports, done.set)
    done.wait(600)
    count = len(visit.directory().routers)
    print(f"{count} routers were looked at beside everything else in {perf_counter() - begun:.1f} s", flush=True)


def _cost(ask: Callable[[], str], engine: Engine, slack: CountingSlack) -> Cost:
    cost = Cost()
    for _ in range(_TIMES):
        with _counted(engine) as sent:
            calls, begun = slack.calls, perf_counter()
            cost.answered = ask()
            cost.seconds.append(perf_counter() - begun)
        cost.statements, cost.calls = len(sent), slack.calls - calls
    return cost


def main(arguments: list[str]) -> None:
    """Measure both databases at one size and at ten times that."""
    size = Size().times(int(arguments[0]) if arguments else 1)
    manifest = str(Path(__file__).parents[1] / "manifests" / "slack-app.yaml")
    with (
        tempfile.TemporaryDirectory() as folder,
        start(Config(port=0, rates=0, manifest=manifest)) as slack,
        postgres_server.shared(Path(folder)) as server,
    ):
        postgres = Postgres(server, "company")
        for name in ("sqlite", "postgresql"):
            urls = [
                f"sqlite:///{folder}/{each}.db" if name == "sqlite" else postgres.create() for each in ("one", "ten")
            ]
            one, ten = (
                measure(url, each, slack.api_url) for url, each in zip(urls, (size, size.times(10)), strict=True)
            )
            _print(name, size, one, ten)


def _print(name: str, size: Size, one: Mapping[str, Cost], ten: Mapping[str, Cost]) -> None:
    print(f"\n{name}: {size.people:,} people, {size.teams} teams, {size.alerts:,} alerts; and ten times as much")
    print(f"{'':48}{'median ms':>18}{'worst ms':>18}{'SQL':>10}{'Slack':>8}")
    for typed, cost in sorted(ten.items(), key=lambda each: -each[1].median):
        small = one[typed]
        times = f"{small.median * 1e3:8.1f} →{cost.median * 1e3:8.1f}"
        worst = f"{max(small.seconds) * 1e3:8.1f} →{max(cost.seconds) * 1e3:8.1f}"
        sql = f"{small.statements} → {cost.statements}"
        slow = "  SLOW" if cost.median > _SLOW else ""
        print(f"{typed[:47]:48}{times}{worst}{sql:>10}{cost.calls:8}  {cost.answered[:40]}{slow}")


def run() -> None:
    """Measure a small company."""
    main([])


if __name__ == "__main__":
    main(sys.argv[1:])
