"""The map of the house names every file and only those, and the walks through it lead through files that exist."""

import ast
import re

from tests.architecture_map import ROOT, files, first_line, refresh

DOCUMENT = ROOT / "docs" / "architecture.md"
_CUTTING = {"startswith", "endswith", "partition", "rpartition", "split", "removeprefix", "removesuffix"}
_SENTENCES = {"said", "outcome", "reason", "remark", "sentence"}
_NAMED = re.compile(r"`((?:bot/)?[a-z_]+(?:/[a-z0-9_]+)+\.py)`")


def test_the_map_is_what_the_files_say() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == refresh(text), "run: python -m tests.architecture_map docs/architecture.md"


def test_every_file_says_what_it_holds_in_a_whole_sentence() -> None:
    assert [str(file.relative_to(ROOT)) for file in files() if not first_line(file).endswith(".")] == []


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for file in files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name.lstrip("_"), []).append(str(file.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_sentence_of_ours_is_cut_or_compared() -> None:
    """What steers is a value with a kind; words are made of it last. Lines of a text may be parted."""
    rooms = ("cli", "engine", "handlers", "jobs", "service", "slack", "store", "worker")
    inside = (file for file in files() if file.relative_to(ROOT / "bot").parts[0] in rooms)
    cut = [
        f"{file.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for file in inside
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call | ast.Compare)
        if _cuts_a_sentence(node) or _compares_a_sentence(node)
    ]
    assert cut == []


def _cuts_a_sentence(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CUTTING):
        return False
    by_lines = bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == "\n"
    return _name(node.func.value) in _SENTENCES and not by_lines


def _compares_a_sentence(node: ast.AST) -> bool:
    sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
    words = [each.value for each in sides if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return any(" " in each.strip() for each in words)


def _name(node: ast.expr) -> str:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def test_files_that_the_documentation_names_are_there() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    named = {(page.name, path) for page in pages for path in _NAMED.findall(page.read_text(encoding="utf-8"))}
    assert [each for each in named if not any((ROOT / start / each[1]).exists() for start in ("", "bot"))] == []
