"""A file in the package is a type."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from bot.engine.model import SignalKind
from bot.ports import Request
from bot.sources import discover, types_in

SCRATCH = """
from bot.payloads import reading
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE
from bot.payloads.signatures import UNSIGNED

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
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A package of types."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "scratch_type.py").write_text(SCRATCH, encoding="utf-8")
    (folder / "scratch_words.py").write_text("TITLE = 'no type'\n", encoding="utf-8")
    (folder / "_scratch_hidden.py").write_text("raise RuntimeError\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("scratch")
    for name in [name for name in sys.modules if name.partition(".")[0] == "scratch"]:
        del sys.modules[name]


def test_a_file_is_a_type(package: ModuleType) -> None:
    read = types_in(package)["scratch_type"].read(Request(method="POST", path="/", body=b'{"what": "disk full"}'), {})
    assert [(signal.kind, signal.title) for signal in read] == [(SignalKind.CREATE, "disk full")]


def test_a_file_without_a_name_and_a_hidden_file_are_none(package: ModuleType) -> None:
    assert list(types_in(package)) == ["scratch_type"]


def test_types_are_listed_by_name_and_found_once() -> None:
    names = list(discover())
    assert names == sorted(names)
    assert len(names) >= 53
    assert {"webhook", "prometheus", "grafana", "aws_cloudwatch", "zabbix", "nagios"} <= set(names)
    assert discover() is discover()
    assert "reading" not in names
