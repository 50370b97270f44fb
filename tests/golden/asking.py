"""The fixture `golden`, and what becomes of sections that no test asks for: a plugin of pytest, with xdist or without.

Each process writes down which tests could ask, which passed, and what they asked for; workers send it to the main one.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.golden import files

_SENT = "golden"  # a worker's word for what it sends
_PLUGIN = "golden-asking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """What a test asks with."""

    folder: Path
    module: str
    renewing: bool
    asked: set[tuple[str, str]]

    def check(self, view: str, case: str, shown: object) -> None:
        """Compare what is shown with what is kept of a view in a case."""
        self.asked.add((view, case))
        if self.renewing:
            self._renew(view, case, shown)
        kept, name = files.read(self.folder, view), files.path_of(self.folder, view).name
        assert case in kept.shown, f"{name} has no “{case}”: run again with GOLDEN=renew and read the diff"
        assert kept.by == self.module, f"{name} is of {kept.by}: renew with GOLDEN=renew, or take another name"
        differing = files.difference(kept.shown[case], shown)
        assert not differing, f"“{case}” in {name} (if this was meant: GOLDEN=renew):\n{differing}"

    def _renew(self, view: str, case: str, shown: object) -> None:
        with files.alone(self.folder):
            kept = files.read(self.folder, view)
            files.write(self.folder, view, files.Kept(by=self.module, shown={**kept.shown, case: shown}))


@dataclass(slots=True)
class Ledger:
    """Who could ask, who did, and for what: by one process, or by all of them."""

    could: dict[str, set[str]] = field(default_factory=dict)  # by module that was collected whole: its golden tests
    passed: set[str] = field(default_factory=set)  # tests
    asked: set[tuple[str, str]] = field(default_factory=set)  # sections

    def add(self, sent: Mapping[str, Any]) -> None:
        """Take in what a worker sends."""
        self.could |= sent["could"]
        self.passed |= sent["passed"]
        self.asked |= sent["asked"]

    def judged(self) -> set[str]:
        """The modules whose golden tests have all asked: files of theirs hold nothing that was not asked for."""
        return {module for module, tests in self.could.items() if tests <= self.passed}


class Asking:
    """The plugin of one process."""

    def __init__(self, config: pytest.Config) -> None:
        self.folder = config.rootpath / "tests" / "golden"
        self.renewing = os.environ.get("GOLDEN") == "renew"
        self.ledger = Ledger()
        self._config = config
        self._in_part = {_module(config, arg) for arg in config.args if "::" in arg}
        self._left: list[str] = []

    def pytest_deselected(self, items: Iterable[pytest.Item]) -> None:
        """Judge no module of which a test that could ask is left out."""
        self._in_part |= {_module_of(item) for item in items if _asks(item)}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Write down who could ask. With `--lf`, pytest leaves tests out and does not say so."""
        if self._config.getoption("lf", default=False):
            return
        for item in session.items:
            if (module := _module_of(item)) not in self._in_part:
                tests = self.ledger.could.setdefault(module, set())
                tests |= {item.nodeid} if _asks(item) else set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write down who passed: a test that failed may have had more to ask for. Workers do it themselves."""
        if report.when == "call" and report.passed and not hasattr(report, "node"):
            self.ledger.passed.add(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take in what a worker wrote down; one that crashed says nothing, and its tests count as failed."""
        if sent := getattr(node, "workeroutput", {}).get(_SENT):
            self.ledger.add(sent)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send it on, or fail the run for what nobody asked for, or delete that."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            ledger = self.ledger
            output[_SENT] = {"could": ledger.could, "passed": ledger.passed, "asked": ledger.asked}
            return
        self._left = [line for view in files.views(self.folder) for line in self._judge(view)]
        if self._left and not self.renewing and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _judge(self, view: str) -> list[str]:
        kept = files.read(self.folder, view)
        orphan = self.ledger.asked and not (kept.by and (self._config.rootpath / kept.by).is_file())
        if not orphan and kept.by not in self.ledger.judged():
            return []
        unasked = [case for case in files.ordered(kept.shown) if (view, case) not in self.ledger.asked]
        if not unasked and kept.shown:
            return []
        if self.renewing:
            rest = {case: shown for case, shown in kept.shown.items() if case not in unasked}
            files.write(self.folder, view, files.Kept(by=kept.by, shown=rest))
        return [f"{files.path_of(self.folder, view).name}: {', '.join(unasked) or 'not a file of views'}"]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what nobody asked for."""
        if not self._left:
            return
        title = "deleted: no test asks for it" if self.renewing else "no test asks for it: delete it with GOLDEN=renew"
        terminalreporter.section(f"golden files, {title}", red=not self.renewing)
        for line in self._left:
            terminalreporter.line(line)


def pytest_configure(config: pytest.Config) -> None:
    """Begin to write down who asks."""
    config.pluginmanager.register(Asking(config), _PLUGIN)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """What the bot shows, as it is kept."""
    asking: Any = request.config.pluginmanager.get_plugin(_PLUGIN)
    module = _module_of(request.node)
    return Golden(folder=asking.folder, module=module, renewing=asking.renewing, asked=asking.ledger.asked)


def _asks(item: pytest.Item) -> bool:
    return "golden" in getattr(item, "fixturenames", ())


def _module_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _module(config: pytest.Config, argument: str) -> str:
    path = (config.invocation_params.dir / argument.partition("::")[0]).resolve()
    return path.relative_to(config.rootpath).as_posix() if path.is_relative_to(config.rootpath) else ""
