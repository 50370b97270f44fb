"""A file in the package is a type."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.sources
from bot.engine.model import SignalKind
from bot.ports import Request
from bot.sources import discover

SCRATCH = """
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import CREATE
from bot.sources.signatures import UNSIGNED

NAME = "scratch_type"
TITLE = "Scratch"
SETUP = "Post to {url}"
OPTIONS = ()
METHODS = ("POST",)
EXAMPLES = ()
verify = UNSIGNED
read = Fields(title="{what}").reader()
document = reading.document
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose files count as files of the package."""
    monkeypatch.setattr(bot.sources, "__path__", [*bot.sources.__path__, str(tmp_path)])
    discover.cache_clear()
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("bot.sources.scratch")]:
        del sys.modules[name]
    discover.cache_clear()


def test_a_new_file_is_a_new_type(folder: Path) -> None:
    (folder / "scratch_type.py").write_text(SCRATCH, encoding="utf-8")
    found = discover()["scratch_type"]
    read = found.read(Request(method="POST", path="/", body=b'{"what": "disk full"}'), {})
    assert [(signal.kind, signal.title) for signal in read] == [(SignalKind.CREATE, "disk full")]


def test_a_file_without_a_name_and_a_hidden_file_are_none(folder: Path) -> None:
    (folder / "scratch_words.py").write_text("TITLE = 'no type'\n", encoding="utf-8")
    (folder / "_scratch_hidden.py").write_text("raise RuntimeError\n", encoding="utf-8")
    assert not [name for name in discover() if "scratch" in name]


def test_types_are_listed_by_name_and_found_once() -> None:
    names = list(discover())
    assert names == sorted(names)
    assert len(names) >= 53
    assert {"webhook", "prometheus", "grafana", "aws_cloudwatch", "zabbix", "nagios"} <= set(names)
    assert discover() is discover()
    assert "reading" not in names
