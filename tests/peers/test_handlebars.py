"""Templates agree with the real handlebars 4.7.10 and handlebars-helpers 0.10.0, run by Node in one batch."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from bot.errors import Invalid, TemplateFailed
from bot.languages.handlebars import compile_template
from bot.languages.handlebars.helpers import HELPERS
from tests.peers.handlebars_cases import CASES
from tests.peers.handlebars_context import CONTEXT
from tests.peers.handlebars_differences import DIFFERENCES
from tests.peers.handlebars_helper_cases import CASES as HELPER_CASES
from tests.peers.handlebars_page_cases import CASES as PAGE_CASES

HERE: Final = Path(__file__).parent
NOW: Final = datetime(2026, 1, 5, 9, 30, 15, tzinfo=UTC)
ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"}
)
REFUSED: Final = "(refused)"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (HERE / "node_modules" / "handlebars-helpers").exists(),
    reason="NOT COMPARED WITH handlebars.js: needs node, and the packages of tests/peers/package.json installed",
)


def escape_html(text: str) -> str:
    return text.translate(ESCAPES)


def ours(template: str) -> str:
    try:
        return compile_template(template).render(CONTEXT, NOW, escape_html)
    except (Invalid, TemplateFailed):
        return REFUSED


def theirs(templates: Sequence[str]) -> list[str]:
    batch = json.dumps([{"template": template, "context": CONTEXT} for template in templates])
    done = subprocess.run(
        ["node", str(HERE / "handlebars_peer.js"), NOW.isoformat()],
        input=batch,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={"TZ": "UTC", "PATH": str(Path(shutil.which("node") or "node").parent)},
    )
    return [answer.get("text", REFUSED) for answer in json.loads(done.stdout)]


def disagreements(templates: Sequence[str]) -> list[str]:
    pairs = zip(templates, theirs(templates), strict=True)
    return [f"{template!r}: {js!r}, not {us!r}" for template, js in pairs if (us := ours(template)) != js]


def test_the_language_agrees() -> None:
    assert len(CASES) >= 300
    assert disagreements(CASES) == []


def test_the_helpers_agree() -> None:
    assert disagreements([*HELPER_CASES, *PAGE_CASES]) == []


def test_every_difference_is_the_one_that_is_written_down() -> None:
    printed = [(template, ours(template)) for template, _, _ in DIFFERENCES]
    assert printed == [(template, text) for template, text, _ in DIFFERENCES]


def test_nothing_is_listed_as_a_difference_that_is_none() -> None:
    answers = theirs([template for template, _, _ in DIFFERENCES if "occurrences" not in template])
    listed = [(template, text) for template, text, _ in DIFFERENCES if "occurrences" not in template]
    assert [template for (template, text), js in zip(listed, answers, strict=True) if text == js] == []


_OF_PAGERTREE = frozenset({"regexMatch", "unix-timezone"})
"""Helpers that handlebars-helpers does not have: there is nothing to compare them with."""


def test_every_helper_is_compared_twice() -> None:
    texts = [*CASES, *HELPER_CASES, *PAGE_CASES, *(template for template, _, _ in DIFFERENCES)]
    counts = {name: sum(_calls(name, text) for text in texts) for name in HELPERS if name not in _OF_PAGERTREE}
    assert {name: count for name, count in counts.items() if count < 2} == {}


def _calls(name: str, template: str) -> bool:
    return any(f"{opening}{name}{after}" in template for opening in ("{{", "{{#", "(", "{", "{{^") for after in " })")
