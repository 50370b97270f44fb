"""The locks in `requirements/` hold what `pyproject.toml` asks for, by version and hash, and name no address."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
_PIN = re.compile(
    r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)(?: ; .+?)?((?: \\\n    --hash=sha256:[0-9a-f]{64})*)$", re.MULTILINE
)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(lock: Path) -> Iterator[tuple[str, str, str]]:
    return (pin.groups() for pin in _PIN.finditer(lock.read_text()))  # type: ignore[misc]  # three groups


def _asked(kind: str) -> list[str]:
    if kind in ("peers", "build", "uv"):
        lines = (ROOT / "requirements" / f"{kind}.in").read_text().splitlines()
        return [line for line in lines if line and not line.startswith("#")]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extra = project["optional-dependencies"]["dev"] if kind == "dev" else []
    return [*project["dependencies"], *extra]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_locked_version_is_pinned_with_hashes_and_without_an_address(lock: Path) -> None:
    text = lock.read_text()
    pins = list(_pins(lock))
    assert pins
    assert len(pins) == sum("==" in line.split("#")[0] for line in text.splitlines())
    assert [name for name, _, hashes in pins if not hashes] == []
    assert "://" not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_what_is_asked_for_is_locked_within_its_range(lock: Path) -> None:
    locked: dict[str, list[str]] = {}
    for name, version, _ in _pins(lock):
        locked.setdefault(_normal(name), []).append(version)
    asked = [Requirement(line) for line in _asked(lock.stem)]
    assert [str(each) for each in asked if _normal(each.name) not in locked] == []
    outside = [
        (str(each), version)
        for each in asked
        for version in locked[_normal(each.name)]
        if not each.specifier.contains(version, prereleases=True)
    ]
    assert outside == []


def test_what_is_tested_is_what_runs() -> None:
    tested = {(name, version) for name, version, _ in _pins(ROOT / "requirements" / "dev.txt")}
    assert {(name, version) for name, version, _ in _pins(ROOT / "requirements" / "run.txt")} <= tested


def test_the_javascript_peers_are_locked_with_hashes_and_without_an_address() -> None:
    peers = ROOT / "tests" / "peers"
    packages = json.loads((peers / "package-lock.json").read_text())["packages"]
    assert packages[""]["dependencies"] == json.loads((peers / "package.json").read_text())["dependencies"]
    locked = {place: package for place, package in packages.items() if place}
    assert [place for place, package in locked.items() if "integrity" not in package] == []
    assert [place for place, package in locked.items() if "resolved" in package] == []


@pytest.mark.xdist_group("kept-together")
def test_the_locked_runner_keeps_groups_of_tests_together(request: pytest.FixtureRequest) -> None:
    """Its worker knows a group by the name behind the test's; a pytest that is too new loses it without a word."""
    assert request.node.nodeid.endswith("@kept-together") is request.config.getoption("loadgroup", default=False)
