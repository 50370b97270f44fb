"""The map of the house names every file and only those, and the walks through it lead through files that exist."""

import ast
import re

from tests.architecture_map import ROOT, files, first_line, refresh

DOCUMENT = ROOT / "docs" / "architecture.md"
_NAMED = re.compile(r"`((?:bot/)?[a-z_]+(?:/[a-z0-9_]+)+\.py)`")


def test_the_map_is_what_the_files_say() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == refresh(text), "run: python -m tests.architecture_map docs/architecture.md"


def test_every_file_says_what_it_holds() -> None:
    assert [str(file.relative_to(ROOT)) for file in files() if not first_line(file)] == []


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for file in files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name.lstrip("_"), []).append(str(file.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_files_that_the_documentation_names_are_there() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    named = {(page.name, path) for page in pages for path in _NAMED.findall(page.read_text(encoding="utf-8"))}
    assert [each for each in named if not any((ROOT / start / each[1]).exists() for start in ("", "bot"))] == []
