"""Golden files: what differs fails, what no test asks for fails, in one process and in many, and never too early."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.golden import files

ROOT = Path(__file__).parents[1]
CARDS = """
import pytest

@pytest.mark.parametrize("case", ["hostile", "normal", "empty"])
def test_cards(golden, case):
    golden.check("card", case, {"text": case})

def test_nothing():
    pass
"""
FORMS = """
def test_forms(golden):
    golden.check("form", "normal", "a form")
    golden.check("form", "longest", "a long form")
"""
EACH_WAY = pytest.mark.parametrize("workers", [(), ("-n", "2", "--dist", "loadgroup")], ids=["alone", "workers"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A suite of its own, run by a pytest of its own."""

    root: Path

    @property
    def kept(self) -> dict[str, list[str]]:
        """The cases by view, in the order of the files."""
        folder = self.root / "tests" / "golden"
        return {view: list(files.read(folder, view).shown) for view in files.views(folder)}

    def write(self, name: str, text: str) -> None:
        """Write a test module."""
        (self.root / "tests" / name).write_text(text, encoding="utf-8")

    def keep(self, view: str, by: str, shown: Mapping[str, object]) -> None:
        """Write a golden file."""
        files.write(self.root / "tests" / "golden", view, files.Kept(by=by, shown=shown))

    def run(self, *arguments: str, golden: str = "") -> tuple[int, str]:
        """The exit status, and all that was printed."""
        command = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "tests.golden.asking", *arguments]
        mine = {"PYTHONPATH": str(ROOT), "GOLDEN": golden, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")} | mine
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """Two modules that ask for two views, and the files that they ask for."""
    (tmp_path / "tests" / "golden").mkdir(parents=True)
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    found = Suite(root=tmp_path)
    found.write("test_cards.py", CARDS)
    found.write("test_forms.py", FORMS)
    found.keep("card", "tests/test_cards.py", {case: {"text": case} for case in ("empty", "normal", "hostile")})
    found.keep("form", "tests/test_forms.py", {"normal": "a form", "longest": "a long form"})
    return found


def test_many_workers_write_one_file_whole_and_in_one_order(suite: Suite) -> None:
    shutil.rmtree(suite.root / "tests" / "golden")
    assert suite.run("-n", "3", golden="renew")[0] == 0
    assert suite.kept == {"card": ["empty", "normal", "hostile"], "form": ["normal", "longest"]}


def test_what_is_asked_for_and_as_kept_passes(suite: Suite) -> None:
    assert suite.run()[0] == 0


def test_what_differs_fails_with_the_lines_that_do(suite: Suite) -> None:
    suite.write("test_forms.py", FORMS.replace("a long form", "a longer form"))
    status, said = suite.run()
    assert status == 1
    assert '-"a long form"' in said
    assert '+"a longer form"' in said
    assert "“longest” in form.json (if this was meant: GOLDEN=renew)" in said


def test_a_new_case_fails_until_it_is_kept(suite: Suite) -> None:
    suite.write("test_forms.py", FORMS.replace('"longest"', '"hostile"'))
    status, said = suite.run()
    assert status == 1
    assert "form.json has no “hostile”" in said


@EACH_WAY
def test_a_case_that_no_test_asks_for_fails_and_goes_with_the_renewal(suite: Suite, workers: tuple[str, ...]) -> None:
    suite.write("test_cards.py", CARDS.replace('"hostile", ', ""))
    status, said = suite.run(*workers)
    assert status == 1
    assert "card.json: hostile" in said
    status, said = suite.run(*workers, golden="renew")
    assert (status, suite.kept["card"]) == (0, ["empty", "normal"])
    assert "card.json: hostile" in said


def test_a_view_whose_tests_are_gone_fails_and_goes_with_the_renewal(suite: Suite) -> None:
    suite.write("test_forms.py", "def test_nothing():\n    pass\n")
    status, said = suite.run()
    assert status == 1
    assert "form.json: normal, longest" in said
    assert suite.run(golden="renew")[0] == 0
    assert list(suite.kept) == ["card"]


def test_a_view_whose_module_is_gone_fails(suite: Suite) -> None:
    (suite.root / "tests" / "test_forms.py").unlink()
    status, said = suite.run("tests/test_cards.py")
    assert status == 1
    assert "form.json: normal, longest" in said


def test_a_file_of_another_kind_fails(suite: Suite) -> None:
    (suite.root / "tests" / "golden" / "stray.json").write_text('["old"]')
    status, said = suite.run()
    assert status == 1
    assert "stray.json: not a file of views" in said
    assert suite.run(golden="renew")[0] == 0
    assert list(suite.kept) == ["card", "form"]


def test_a_module_that_takes_the_name_says_whose_it_is(suite: Suite) -> None:
    suite.write("test_more.py", FORMS)
    status, said = suite.run()
    assert status == 1
    assert "form.json is of tests/test_forms.py" in said


@pytest.mark.parametrize(
    "part",
    [
        ("tests/test_cards.py",),
        ("tests/test_forms.py::test_forms", "tests/test_cards.py::test_cards[normal]"),
        ("-k", "normal or nothing"),
        ("-k", "normal or nothing", "-n", "2"),
        ("tests/test_cards.py::test_cards[normal]", "-n", "2"),
        ("--deselect", "tests/test_cards.py::test_cards[normal]", "--ignore", "tests/test_forms.py"),
    ],
    ids=" ".join,
)
def test_a_part_of_the_suite_neither_fails_nor_deletes(suite: Suite, part: tuple[str, ...]) -> None:
    before = suite.kept
    assert suite.run(*part, golden="renew")[0] == 0
    assert suite.kept == before  # what would be deleted now, would fail otherwise


def test_only_what_failed_last_neither_fails_nor_deletes(suite: Suite) -> None:
    suite.write("test_cards.py", CARDS.replace('{"text": case}', '{"text": case.replace("empty", "full")}'))
    assert suite.run()[0] == 1
    suite.write("test_cards.py", CARDS)
    before = suite.kept
    status, said = suite.run("--lf")
    assert status == 0
    assert "1 passed" in said
    assert suite.kept == before


def test_a_test_that_fails_has_nothing_deleted_that_it_would_have_asked_for(suite: Suite) -> None:
    suite.write("test_forms.py", FORMS.replace("    golden", "    assert False\n    golden", 1))
    before = suite.kept
    status, said = suite.run(golden="renew")
    assert (status, suite.kept) == (1, before)
    assert "form.json" not in said


def test_a_worker_that_dies_has_nothing_deleted(suite: Suite) -> None:
    suite.write("test_forms.py", FORMS.replace("    golden", "    import os; os._exit(3)\n    golden", 1))
    before = suite.kept
    assert suite.run("-n", "2", golden="renew")[0] == 1
    assert suite.kept == before
