"""Every rule in the documentation is read, and its tests run, as they would be when it is saved."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.directory import collect
from bot.engine.model import Router, Team, User
from bot.engine.rehearsal.router_tests import check_tests
from bot.engine.rehearsal.stand_ins import stand_ins
from bot.engine.rules.definitions import read_definition
from bot.engine.rules.integrations import check_destinations
from bot.engine.rules.notifications import read_notification_rule
from bot.engine.rules.routers import check_names, read_router
from bot.engine.schedules import Schedule
from tests.surroundings import KINDS

DOCS = Path(__file__).parents[1] / "docs"
_BLOCK = re.compile(r"^```ya?ml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[tuple[str, str]]:
    for page in sorted(DOCS.rglob("*.md")):
        for number, found in enumerate(_BLOCK.finditer(page.read_text(encoding="utf-8")), start=1):
            yield f"{page.relative_to(DOCS)} {number}", found[1]


BLOCKS = dict(blocks())
OF_OTHERS = ("integration-rules.md", "notification-rules.md", "integrations.md")


def of(page: str) -> list[str]:
    return [name for name in BLOCKS if name.startswith(page)]


@pytest.mark.parametrize("name", [name for name in BLOCKS if not name.startswith(OF_OTHERS)])
def test_routers(name: str) -> None:
    router = Router(id="rtr_documented", name="Documented", handle="documented", yaml=BLOCKS[name])
    known = stand_ins(router)
    check_names(router, known)
    check_tests(router, known)
    assert read_router(router.yaml).rules


@pytest.mark.parametrize("name", of("notification-rules.md"))
def test_notification_rules(name: str) -> None:
    rules = read_notification_rule(BLOCKS[name], KINDS).rules
    assert all(rule.steps for rule in rules)


@pytest.mark.parametrize("name", of("integrations.md"))
def test_definitions(name: str) -> None:
    assert read_definition(BLOCKS[name]).rules


@pytest.mark.parametrize("name", of("integration-rules.md"))
def test_integration_rules(name: str) -> None:
    payments = Team(id="tem_1", name="Payments", handle="payments")
    jane = User(id="usr_1", name="Jane", handle="jane")
    treasury = Schedule(id="sch_1", name="Treasury", handle="treasury", zone="Etc/UTC")
    check_destinations(BLOCKS[name], collect([payments, jane, treasury]))
    assert "set:" in BLOCKS[name]


def test_every_page_on_rules_has_examples() -> None:
    pages = ("routers.md", "notification-rules.md", "integration-rules.md", "matching.md")
    assert all(of(page) for page in pages)
