"""Looking things up."""

import pytest

from bot.engine.model import Severity
from bot.payloads import values
from bot.ports import Option

DATA = {
    "a": {"b": " x ", "list": [{"name": "n"}, "two", None, 3, True]},
    "dotted.key": 1,
    "none": None,
    "zero": 0,
    "float": 2.0,
    "half": 0.5,
    "yes": True,
    "huge": 10**5_000,
    "tags": " a, b ,,a",
    "labels": {"k": "v", "empty": "", "n": 1},
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.b", "x"),
        ("a.list.0.name", "n"),
        ("a.list.1", "two"),
        ("a.list.2", ""),
        ("a.list.9", ""),
        ("a.list.-1", ""),
        ("a.list.²", ""),
        ("a.b.c", ""),
        ("a", ""),
        ("dotted.key", "1"),
        ("none", ""),
        ("zero", "0"),
        ("float", "2"),
        ("half", "0.5"),
        ("yes", "true"),
        ("huge", ""),
        ("", ""),
        ("...", ""),
    ],
)
def test_a_path_gives_a_text(path: str, expected: str) -> None:
    assert values.text(DATA, path) == expected


def test_the_first_path_that_holds_something_counts() -> None:
    assert values.text(DATA, "none", "missing", "a.b", "zero") == "x"


def test_containers_are_given_as_such_or_empty() -> None:
    assert values.items(DATA, "a") == []
    assert values.mapping(DATA, "tags") == {}
    assert values.scalars(DATA, "a") == {"b": " x "}


def test_tags_are_read_from_lists_texts_and_objects() -> None:
    assert values.words(DATA, "tags") == ("a", "b")
    assert values.words(DATA, "a.list") == ("n", "two", "3", "true")
    pairs = [{"tag": "env", "value": "prod"}, ["team", "shop"], {"name": "", "value": ""}, {}, 7]
    assert values.words({"tags": pairs}, "tags") == ("env:prod", "team:shop", "7")
    assert values.words(DATA, "labels") == ("k:v", "n:1")
    assert values.words(DATA, "missing") == ()


@pytest.mark.parametrize("said", ["SEV-2", "sev2", "sev_2", "2", "Sev 2"])
def test_a_severity_is_read_as_people_write_it(said: str) -> None:
    assert values.severity(said) is Severity.SEV2
    assert values.severity("dire") is Severity.UNKNOWN


def test_an_option_that_is_not_set_has_its_default() -> None:
    option = Option(name="on", default=True)
    assert values.enabled(option, {})
    assert not values.enabled(option, {"on": "false"})
    assert not values.enabled(option, {"on": False})
    assert values.enabled(option, {"on": "yes"})
    assert values.setting(Option(name="token"), {"token": " s3cr3t "}) == "s3cr3t"
