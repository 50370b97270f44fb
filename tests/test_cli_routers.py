"""`pagertree router`: what it prints, what it writes, and its exit codes."""

import json
import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.service.router_tests import RouterTestOutcome, junit
from bot.store import open_store
from tests.end_to_end.machine import PAGERTREE
from tests.harness import World, team_receiver

ROUTER = """
rules:
  - name: noise
    match: {alert.title: {$regex: ^test}}
    actions: [{type: ignore}]
  - name: databases
    match: {data.service: db}
    actions: [{type: assign, receiver: team:dba}]
tests:
  - {name: noise is ignored, payload: {title: test}, expect: {ignored: true}}
  - {name: databases, payload: {service: db}, expect: {receiver: %s}}
"""


def run(folder: Path, *words: str) -> Result:
    environment = {"DATA_DIR": str(folder / "data"), "DATABASE_URL": "", "LOG_LEVEL": "ERROR"}
    return CliRunner().invoke(main, ["router", *words], env=environment)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "main.yaml"
    path.write_text(ROUTER % "team:dba", encoding="utf-8")
    return path


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    path = tmp_path / "payload.json"
    path.write_text(json.dumps({"title": "slow", "service": "db"}), encoding="utf-8")
    return path


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    """A folder with a database that has a team, a router and a payload."""
    (tmp_path / "data").mkdir()
    with open_store(f"sqlite:///{tmp_path / 'data' / 'pagertree.db'}") as store:
        world = World(store)
        dba = world.team("dba", ("dora", 5))
        world.integration("webhook", world.router("main", "rules: []", team_receiver(dba)))
        world.sends({"event_type": "create", "id": "1", "title": "slow", "service": "db"})
    return tmp_path


def test_without_a_database_the_rules_are_told_and_the_people_are_not_known(
    tmp_path: Path, file: Path, payload: Path
) -> None:
    said = run(tmp_path, "test", str(file), str(payload), "--at", "2026-01-05T09:00", "--zone", "Europe/London")
    assert said.exit_code == 0
    assert "At Mon 2026-01-05 09:00:00 Europe/London" in said.output
    assert "router:main noise: did not match: alert.title $regex" in said.output
    assert "seen slow" in said.output
    assert "Goes to: team:dba" in said.output
    assert "There is no database here" in said.output
    assert not (tmp_path / "data").exists()


def test_with_a_database_the_ladder_is_told(configured: Path, file: Path, payload: Path) -> None:
    said = run(configured, "test", str(file), str(payload), "--at", "2026-01-05T09:00")
    assert said.exit_code == 0
    assert "layer 1: user:dora by daily shift of @dora (from " in said.output
    assert "user:dora by sms: layer 1 of team:dba; on call in schedule:dba by daily shift of @dora " in said.output
    assert "+5m       Mon 2026-01-05 09:05:00  dropped: nobody is left to page" in said.output


def test_an_integration_reads_the_payload(configured: Path, file: Path, payload: Path) -> None:
    said = run(configured, "test", str(file), str(payload), "--integration", "webhook")
    assert (said.exit_code, "Goes to: team:dba" in said.output) == (0, True)
    missing = run(configured, "test", str(file), str(payload), "--integration", "gone")
    assert missing.exit_code == 1
    assert "There is no integration gone." in missing.output


def test_the_tests_in_the_file_run_and_report(tmp_path: Path, file: Path) -> None:
    report = tmp_path / "report.xml"
    said = run(tmp_path, "test", str(file), "--junit", str(report))
    assert said.exit_code == 0
    assert "2 tests, 0 failed" in said.output
    suite = ET.parse(report).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "0")


def test_a_failing_test_is_told_and_is_exit_code_1(tmp_path: Path, file: Path) -> None:
    file.write_text(ROUTER % "team:other", encoding="utf-8")
    report = tmp_path / "report.xml"
    said = run(tmp_path, "test", str(file), "--junit", str(report))
    assert said.exit_code == 1
    assert "FAILED  databases\n        it goes to team:dba, not to team:other" in said.output
    (failure,) = ET.parse(report).getroot().findall("testcase/failure")
    assert failure.get("message") == "it goes to team:dba, not to team:other"


def test_a_file_that_cannot_be_read_is_told_in_the_report_too(tmp_path: Path, file: Path) -> None:
    file.write_text("rules: [{}]", encoding="utf-8")
    report = tmp_path / "report.xml"
    said = run(tmp_path, "test", str(file), "--junit", str(report))
    assert said.exit_code == 2
    assert "line 1, column 9: A rule needs a match" in said.output
    assert ET.parse(report).getroot().get("failures") == "1"


def test_a_configured_router_is_checked_compared_and_run_over_what_came_in(configured: Path, file: Path) -> None:
    def told(*words: str) -> str:
        command = [PAGERTREE, "router", *words]
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(configured / "data")}
        done = subprocess.run(
            command, env=environment, cwd=configured, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout

    hints = told("check", str(file), "--router", "main")
    assert "team:dba: nobody who is asked can be reached (user:dora)." in hints
    report = told("backtest", "router:main", str(file), "--days", "366")
    assert "1 alerts" in report or "0 payloads" in report
    assert "1: 2026-01-05 09:00 UTC by the system" in told("versions", "main")
    assert told("diff", "main", "1", "1").strip() == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--at", "noon"), "'noon' is no time."),
        (("--zone", "Mars"), "There is no time zone 'Mars'."),
    ],
)
def test_a_wrong_option_is_a_sentence(
    tmp_path: Path, file: Path, payload: Path, words: tuple[str, ...], message: str
) -> None:
    said = run(tmp_path, "test", str(file), str(payload), *words)
    assert said.exit_code == 2
    assert message in said.output


def test_what_xml_cannot_hold_is_left_out() -> None:
    report = junit((RouterTestOutcome(name="a\x00\x1b]]>&<", failures=("\ud800 \ufffe",)),))
    case = ET.fromstring(report).find("testcase")
    assert case is not None
    assert case.get("name") == "a\ufffd\ufffd]]>&<"
