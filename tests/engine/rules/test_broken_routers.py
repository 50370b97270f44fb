"""Routers that cannot be saved, each with every message that its author gets: read the file as a diff.

Renew it after a change that was meant: `GOLDEN=renew pytest tests/engine/rules/test_broken_routers.py`.
"""

import json
import os
from pathlib import Path

import pytest

from bot.engine.directory import collect
from bot.engine.model import Automation, Receiver, ReceiverKind, Router, Stakeholder, Team, User
from bot.engine.rehearsal.router_tests import check_tests
from bot.engine.rules.routers import check_names
from bot.engine.schedules import Schedule
from bot.errors import Invalid, Problem
from tests.golden import files

_FILE = Path(__file__).with_name("broken_routers.json")
CASES: list[dict[str, object]] = json.loads(_FILE.read_text(encoding="utf-8"))

ROUND = "rules: [{match: {always: true}, actions: [{type: assign, receiver: router:%s}]}]"
HERE = (
    Team(id="tem_dev", name="Dev", handle="dev"),
    User(id="usr_jane", name="Jane", handle="jane"),
    Schedule(id="sch_nights", name="Nights", handle="nights", zone="Etc/UTC"),
    Stakeholder(id="stk_boss", name="Boss", handle="boss"),
    Automation(id="atm_restart", name="Restart", handle="restart", method="POST", url="https://example.com"),
    Router(id="rtr_back", name="Back", handle="back", yaml=ROUND % "main"),
    Router(
        id="rtr_around",
        name="Around",
        handle="around",
        yaml="rules: []",
        default_destination=Receiver(kind=ReceiverKind.ROUTER, id="rtr_back"),
    ),
)


def problems(yaml: str) -> tuple[Problem, ...]:
    """What saving says."""
    router = Router(id="rtr_main", name="Main", handle="main", yaml=yaml)
    directory = collect([*HERE, router])
    try:
        check_names(router, directory)
        check_tests(router, directory)
    except Invalid as invalid:
        return invalid.problems
    return ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_a_broken_router_says_all_that_is_wrong(case: dict[str, object]) -> None:
    found = problems(str(case["yaml"]))
    if os.environ.get("GOLDEN") == "renew":
        case["said"] = [str(problem) for problem in found]
        _renew(case)
    assert [str(problem) for problem in found] == case["said"]
    assert found, "this can be saved"
    for problem in found:
        assert problem.line, problem
        assert problem.column, problem
        assert problem.message.endswith((".", "?")), problem
        assert problem.mend, problem


def test_there_are_two_hundred() -> None:
    assert len(CASES) >= 200
    assert len({str(case["yaml"]) for case in CASES}) == len(CASES)


def _renew(case: dict[str, object]) -> None:
    """Write one case, and leave the others as the other workers wrote them."""
    with files.alone(_FILE.parent):
        cases = json.loads(_FILE.read_text(encoding="utf-8"))
        renewed = [case if each["case"] == case["case"] else each for each in cases]
        text = ",\n".join(json.dumps(each, ensure_ascii=False, indent=1) for each in renewed)
        _FILE.write_text(f"[\n{text}\n]\n", encoding="utf-8")
