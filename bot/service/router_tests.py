"""Running a router's tests, and their report as other programs read it."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.engine.directory import Directory
from bot.engine.model import Router
from bot.engine.rehearsal.router_tests import failures
from bot.engine.rules.routers import check_names, read_router

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterTestOutcome:
    """A test that was run: its name, and what it expected and did not get."""

    name: str
    failures: tuple[str, ...] = ()


def run_tests(router: Router, directory: Directory) -> tuple[RouterTestOutcome, ...]:
    """Run the tests that a router brings along. Raises `Invalid` for a router that could not be saved anyway."""
    known = directory.including([router])
    check_names(router, known)
    tests = read_router(router.yaml).tests
    return tuple(RouterTestOutcome(name=test.name, failures=failures(test, router, known)) for test in tests)


def junit(trials: tuple[RouterTestOutcome, ...]) -> bytes:
    """The report in JUnit's XML, as build servers read it."""
    failed = sum(bool(each.failures) for each in trials)
    suite = Element("testsuite", name="router", tests=str(len(trials)), failures=str(failed), errors="0", skipped="0")
    for each in trials:
        case = SubElement(suite, "testcase", classname="router", name=_plain(each.name))
        if each.failures:
            said = _plain("\n".join(each.failures))
            SubElement(case, "failure", message=said.partition("\n")[0]).text = said
    report: bytes = tostring(suite, encoding="utf-8", xml_declaration=True)
    return report


def _plain(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
