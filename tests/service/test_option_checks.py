"""No option of any type is saved that its type could not use."""

import pytest

from bot.ports import Option, Source
from bot.service.option_checks import option_problems
from bot.sources import discover

SOURCES = discover()


def wrong(option: Option) -> tuple[object, ...]:
    """Values that an option cannot have."""
    match option.default:
        case bool():
            return "perhaps", 7, ["yes"]
        case int():
            return "soon", option.least - 1, option.most + 1, True, 1.5, "9" * 40
        case _:
            return (
                ["a"],
                {"a": 1},
                True,
                *(("monitor", "ftp://a.example", "https://a b") if option.is_address else ()),
            )


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_what_is_of_another_kind_is_refused_at_its_place(source: Source) -> None:
    for option, value in ((each, value) for each in source.OPTIONS for value in wrong(each)):
        found = list(option_problems(source, {option.name: value}))
        assert [each.where[0] for each in found][:1] == [option.name], (option.name, value)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_what_a_type_has_by_default_can_be_saved(source: Source) -> None:
    options = {option.name: option.default for option in source.OPTIONS}
    assert [each for each in option_problems(source, options) if each.where[0] != "definition"] == []


@pytest.mark.parametrize(
    ("kind", "option", "value"),
    [
        ("webhook", "wrapper_key", "events[*"),
        ("aws_cloudwatch", "topic_arn", "alarms"),
        ("live_call", "max_wait", "10"),
        ("live_call", "dial_pause", 301),
        ("heartbeat", "period", "often"),
        ("webhook", "colour", "red"),
    ],
)
def test_what_would_lose_alerts_is_refused(kind: str, option: str, value: object) -> None:
    assert [each.where[0] for each in option_problems(SOURCES[kind], {option: value})] == [option]
