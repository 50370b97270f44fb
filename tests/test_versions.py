"""The version is the same wherever it is stated, and each is dated and can be upgraded to."""

import re
import tomllib
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).parents[1]
CHANGELOG = (PROJECT / "CHANGELOG.md").read_text()
VERSIONS = re.findall(r"^## (\d+\.\d+\.\d+) — (\S+)$", CHANGELOG, re.MULTILINE)


def test_the_newest_version_of_the_changelog_is_the_one_that_is_built() -> None:
    built = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]

    assert VERSIONS[0][0] == built
    assert VERSIONS[-1][0] == "0.1.0"


def test_versions_are_dated_and_what_comes_has_a_place() -> None:
    headings = re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)
    days = [date.fromisoformat(day) for _, day in VERSIONS]

    assert headings == ["Unreleased", *(f"{version} — {day}" for version, day in VERSIONS)]
    assert days == sorted(days, reverse=True)


def test_it_is_said_how_to_come_to_each_version() -> None:
    told = (PROJECT / "docs" / "upgrading.md").read_text()

    found = re.findall(r"^### (\S+)$", told, re.MULTILINE)
    assert found == ["Unreleased", *(version for version, _ in VERSIONS[:-1])]
