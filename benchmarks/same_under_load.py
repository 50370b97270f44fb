"""Random routers on random payloads at random instants: each decided twice, once while every core is busy.

No decision may differ. What was stopped by time is counted apart, and everything that gave up has to say so.
`CASES=3000 python -m benchmarks same_under_load` makes more of them.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from random import Random
from typing import Final

from bot.engine.alerts.routing import Material, Routing, route
from bot.engine.directory import collect
from bot.engine.model import Alert, Receiver, ReceiverKind, Router, Team, Urgency
from bot.engine.rules.routers import read_router
from bot.languages.regexp.stops import time_stops

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
TEAMS: Final = tuple(Team(id=f"tem_{name}", name=name, handle=name) for name in ("a", "b", "c"))
PATHS: Final = ("data.a", "data.b.c", "data.list", "data.list.x", "alert.title", "alert.urgency", "data.text")
LONG: Final = ("data.text", "data.text", "data.b.c", "alert.title")
VALUES: Final = ("x", "y", "high", 1, 2, None, True)
PATTERNS: Final = (
    "x+y",
    "live(?!-drill)", "(?<!un)ok", "^(?=(a+)+$)a", "(a|b)\\1", "(x+x+)+y", "^(?!.*drill).*live", "[^a]$", "(.)\\1x",
)  # fmt: skip
TEXTS: Final = (
    "live",
    "live-drill",
    "unok ok",
    "a" * 3_000,
    "a" * 120_000,
    "xy" * 60_000,
    "aab",
    "x" * 150_000,
    "ab" * 20_000,
    "",
)
ZONES: Final = ("Europe/London", "America/New_York", "Asia/Tokyo")
ACTIONS: Final = (
    "{type: assign, receiver: team:a}", "{type: assign, receiver: [team:b, team:c], delay: 5m}", "{type: ignore}",
    "{type: setval, map: {urgency: low}}", "{type: aggregate, by: [data.a], timeout: 5m, receiver: team:c}",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCase:
    """A router, what it is asked about, and when."""

    router: Router
    data: object
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What came of all cases."""

    cases: int
    differing: tuple[LoadCase, ...]
    given_up: int
    unsaid: int
    stopped_by_time: int


def made(seed: int) -> LoadCase:
    """A case, the same one for a seed."""
    random = Random(seed)
    rules = "".join(_rule(random, number) for number in range(random.randint(1, 8)))
    default = Receiver(kind=ReceiverKind.TEAM, id=TEAMS[0].id)
    router = Router(id=f"rtr_{seed}", name="r", handle="r", yaml=f"rules:\n{rules}", default_destination=default)
    at = START + timedelta(seconds=random.randrange(366 * 86_400), milliseconds=random.randrange(1_000))
    return LoadCase(router=router, data=_data(random), at=at)


def _rule(random: Random, number: int) -> str:
    going = "continue: true, " if random.random() < 0.2 else ""
    return f"- {{name: r{number}, match: {_query(random, 0)}, {going}actions: [{random.choice(ACTIONS)}]}}\n"


def _query(random: Random, depth: int) -> str:
    kind = random.randrange(7 if depth < 3 else 3)
    if kind == 0:
        return f"{{{random.choice(PATHS)}: {{{_comparison(random)}}}}}"
    if kind == 1:
        return f"{{{random.choice(LONG)}: {{$regex: '{random.choice(PATTERNS)}'}}}}"
    if kind == 2:
        return _clock(random)
    if kind == 3:
        return f"{{$not: {_query(random, depth + 1)}}}"
    inner = ", ".join(_query(random, depth + 1) for _ in range(random.randint(1, 3)))
    return f"{{{random.choice(('$and', '$or', '$nor'))}: [{inner}]}}"


def _comparison(random: Random) -> str:
    operator = random.choice(("$eq", "$ne", "$in", "$nin", "$gt", "$exists", "$size"))
    value = json.dumps(random.choice(VALUES))
    if operator in {"$in", "$nin"}:
        return f"{operator}: [{value}, z]"
    if operator in {"$gt", "$size"}:
        return f"{operator}: {random.randint(0, 3)}"
    return f"{operator}: {'true' if operator == '$exists' else value}"


def _clock(random: Random) -> str:
    zone = random.choice(ZONES)
    if random.random() < 0.5:
        return f"{{$day: {{timezone: {zone}, $in: [{random.randint(1, 7)}, {random.randint(1, 7)}]}}}}"
    start, end = random.randrange(24), random.randrange(24)
    return f'{{$timeBetween: {{timezone: {zone}, starttime: "{start:02}:00", endtime: "{end:02}:30"}}}}'


def _data(random: Random) -> object:
    return {
        "a": random.choice(VALUES),
        "b": {"c": random.choice((*VALUES, *TEXTS))},
        "list": [random.choice((*VALUES, {"x": random.choice(VALUES)})) for _ in range(random.randint(0, 4))],
        "text": random.choice(TEXTS),
    }


def decided(case: LoadCase) -> Routing:
    """What the router decides."""
    alert = Alert(id="alt_1", title="live", urgency=Urgency.HIGH, created_at=case.at, changed_at=case.at)
    through = Receiver(kind=ReceiverKind.ROUTER, id=case.router.id)
    return route(alert, Material(data=case.data), (through,), collect([*TEAMS, case.router]), case.at)


def compared(cases: int, processes: int) -> LoadReport:
    """Decide all cases idle, then all again with so many processes that do nothing but work."""
    all_cases = [made(seed) for seed in range(cases)]
    for case in all_cases:
        read_router(case.router.yaml)
    before = time_stops.count
    idle = [decided(case) for case in all_cases]
    with _busy(processes):
        loaded = [decided(case) for case in all_cases]
    given_up = [each for each in idle if each.given_up]
    return LoadReport(
        cases=cases,
        differing=tuple(case for case, one, other in zip(all_cases, idle, loaded, strict=True) if one != other),
        given_up=len(given_up),
        unsaid=sum("could not be decided" not in each.alert.description or each.ignored for each in given_up),
        stopped_by_time=time_stops.count - before,
    )


@contextmanager
def _busy(processes: int) -> Iterator[None]:
    started = [get_context("spawn").Process(target=_work, daemon=True) for _ in range(processes)]
    for each in started:
        each.start()
    try:
        yield
    finally:
        for each in started:
            each.kill()
            each.join()


def _work() -> None:
    while True:
        pass


def run() -> None:
    """Print what differs, gave up, and was stopped by time."""
    report = compared(int(os.environ.get("CASES", "1000")), 2 * (os.cpu_count() or 2))
    print(f"{report.cases} routers on payloads, twice: {len(report.differing)} decisions differ.")
    print(f"{report.given_up} could not be decided, {report.unsaid} of them without a word.")
    print(f"{report.stopped_by_time} conditions were stopped by time.")
    for case in report.differing[:5]:
        print(f"{case.at.isoformat()} {case.router.yaml}")
