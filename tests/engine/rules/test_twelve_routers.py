"""Twelve routers as people of a company with twelve teams write them: saved, linted, tested and rehearsed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.engine.alerts.routing import Material
from bot.engine.directory import Directory, collect
from bot.engine.lint import router_hints
from bot.engine.model import (
    Alert,
    Automation,
    Integration,
    Receiver,
    ReceiverKind,
    Router,
    Stakeholder,
    Team,
    Urgency,
    User,
)
from bot.engine.rehearsal.playthrough import rehearse
from bot.engine.rehearsal.router_tests import check_tests
from bot.engine.rules.routers import check_names, read_router
from bot.engine.schedules import Event, Schedule
from tests.surroundings import KINDS

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
FOLDER = Path(__file__).parent / "twelve"
FILES = sorted(FOLDER.glob("*.yaml"))
NAMES = (
    *("checkout", "databases", "identity", "london", "management", "mobile", "network", "new-york", "operations"),
    *("payments", "platform", "search", "security", "singapore"),
)
START = datetime(2026, 1, 1)  # noqa: DTZ001  # wall-clock time
DAILY = Event(id="evt_1", attendees=("usr_jane",), start=START, end=datetime(2026, 1, 2), recurrence="FREQ=DAILY")  # noqa: DTZ001
OPERATIONS = Receiver(kind=ReceiverKind.TEAM, id="tem_operations")
ELSEWHERE = "rules: [{match: {always: true}, actions: [{type: assign, receiver: team:platform}]}]"


def router(path: Path) -> Router:
    name = path.stem.replace("_", "-")
    yaml = path.read_text(encoding="utf-8")
    return Router(id="rtr_main", name=name, handle=name, yaml=yaml, default_destination=OPERATIONS)


def company(main: Router) -> Directory:
    through = Receiver(kind=ReceiverKind.ROUTER, id=main.id)
    return collect(
        [
            *(Team(id=f"tem_{name}", name=name, handle=name, schedule_id="sch_global") for name in NAMES),
            *(User(id=f"usr_{name}", name=name, handle=name, slack_id=f"U{name}") for name in ("jane", "joe")),
            Schedule(id="sch_global", name="global", handle="global", zone="Etc/UTC", events=(DAILY,)),
            Stakeholder(id="stk_board", name="board", handle="board"),
            Automation(
                id="atm_page", name="Status page", handle="status-page", method="POST", url="https://status.example.com"
            ),
            Integration(id="int_web", name="web", handle="web", type="webhook", key="k", destinations=(through,)),
            *(Router(id=f"rtr_{name}", name=name, handle=name, yaml=ELSEWHERE) for name in ("platform", "data")),
            main,
        ],
        channel_kinds=KINDS,
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_router_is_saved_linted_tested_and_rehearsed(path: Path) -> None:
    main = router(path)
    directory = company(main)

    check_names(main, directory)
    check_tests(main, directory)
    hints = [str(each) for each in router_hints(main, directory, (), NOW) if " is called " not in each.message]
    assert hints == []
    assert read_router(main.yaml).tests
    assert 20 <= len(main.yaml.splitlines()) <= 200

    through = Receiver(kind=ReceiverKind.ROUTER, id=main.id)
    alert = Alert(id="alt_1", title="unheard of", urgency=Urgency.CRITICAL, created_at=NOW, changed_at=NOW)
    played = rehearse(alert, Material(data={"org": "none"}, log={}), (through,), directory, NOW)
    assert played.pages


def test_there_are_twelve() -> None:
    assert len(FILES) == 12
