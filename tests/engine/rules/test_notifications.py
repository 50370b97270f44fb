"""A notification rule's YAML: steps, channels, addresses, types, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.model import ChannelChoice, NoticeKind, PagingStep
from bot.engine.rules.notifications import MOST_STEPS, plan, read_notification_rule
from bot.errors import Invalid
from tests.surroundings import KINDS

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def rule(*actions: str, more: str = "") -> str:
    return f"rules:\n  - match: {{always: true}}\n    {more}\n    actions: [{', '.join(actions)}]\n"


def steps(text: str, kind: NoticeKind = NoticeKind.OPEN) -> tuple[PagingStep, ...] | None:
    return plan(text, {"always": True}, kind, NOW, KINDS).steps


def test_steps_and_repetition_are_written_out() -> None:
    text = rule(
        "{type: notify, channels: [push, sms, push], timeout: 2m, channel_options: {sms: secondary, "
        "sms_fallback: true}}",
        "{type: notify, channels: voice}",
        "{type: repeat, times: 1}",
        "{type: notify, channels: email, channel_options: {email: jane@example.com}}",
    )
    sms = ChannelChoice(channel="sms", address="secondary", fallback=True)
    first = PagingStep(channels=(ChannelChoice(channel="push"), sms), wait=2 * MINUTE)
    second = PagingStep(channels=(ChannelChoice(channel="voice"),), wait=0 * MINUTE)
    last = PagingStep(channels=(ChannelChoice(channel="email", address="jane@example.com"),), wait=0 * MINUTE)
    assert steps(text) == (first, second, first, second, last)


def test_ignore_is_no_steps_and_no_match_is_none() -> None:
    assert steps(rule("{type: ignore}")) == ()
    assert steps("rules: []") is None
    assert steps("this is no rule") is None


def test_types_choose_what_a_rule_is_about() -> None:
    text = rule("{type: notify, channels: email}", more="types: [alert.resolved, alert.handoff]")
    assert steps(text) is None
    assert steps(text, NoticeKind.ACKNOWLEDGED) is None
    assert steps(text, NoticeKind.RESOLVED) == steps(text, NoticeKind.HANDOFF) != None  # noqa: E711


@pytest.mark.parametrize(
    "address", ["'+442071234567'", "'00442071234567'", '"+44 20 7123-4567"', "primary", "secondary"]
)
def test_phone_numbers_people_write(address: str) -> None:
    assert steps(rule(f"{{type: notify, channels: sms, channel_options: {{sms: {address}}}}}"))


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("{type: notify}", "The list channels is missing."),
        ("{type: notify, channels: [pager]}", "There is no channel 'pager'."),
        ("{type: notify, channels: [slak]}", "There is no channel 'slak'. Did you mean slack?"),
        ("{type: notify, channels: 5}", "The list channels has to be a text or a list of texts, not a number."),
        ("{type: notify, channels: sms, timeout: later}", "'later' is not a duration."),
        ("{type: notify, channels: sms, wait: 5m}", "The action notify has no key 'wait'."),
        ("{type: notify, channels: sms, channel_options: sms}", "channel_options has to be a mapping, not a text."),
        ("{type: notify, channels: sms, channel_options: {fax: x}}", "channel_options has no key 'fax'."),
        ("{type: notify, channels: sms, channel_options: {sms: jane}}", "'jane' is no address for sms."),
        ("{type: notify, channels: sms, channel_options: {sms: 442071234567}}", "sms has to be a text, not a number."),
        (
            "{type: notify, channels: voice, channel_options: {voice: '020 7123'}}",
            "'020 7123' is no address for voice.",
        ),
        ("{type: notify, channels: email, channel_options: {email: jane}}", "'jane' is no address for email."),
        (
            "{type: notify, channels: sms, channel_options: {sms_fallback: maybe}}",
            "sms_fallback has to be true or false",
        ),
        ("{type: repeat}", "There is nothing above to repeat."),
        (
            "{type: notify, channels: sms}, {type: repeat, times: 4}",
            "times has to be a whole number from 0 to 3, not 4.",
        ),
        ("{type: notify, channels: sms}, {type: ignore}", "ignore sends nothing, and other actions stand beside it."),
        ("{type: call}", "There is no action 'call'."),
        ("{channels: sms}", "An action needs a type."),
        ("notify", "An action needs a type."),
    ],
)
def test_what_is_refused(action: str, said: str) -> None:
    with pytest.raises(Invalid) as raised:
        read_notification_rule(rule(action), KINDS)
    assert said in str(raised.value)
    assert all(problem.line == 4 and problem.column and problem.mend for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            rule("{type: ignore}", more="types: [alert.opened]"),
            "There is no type 'alert.opened'. Did you mean alert.open?",
        ),
        (rule("{type: ignore}", more="types: []"), "The list types is missing."),
        (rule("{type: ignore}", more="kinds: []"), "A rule has no key 'kinds'."),
        ("rules: [{match: {data.env: prod}, actions: [{type: ignore}]}]", "There is nothing at the path 'data.env'."),
        ("rules: [{actions: [{type: ignore}]}]", "A rule needs a match"),
        ("rules: [{match: {always: true}}]", "A rule needs actions"),
        ("rules: {}", "The list rules has to be a list"),
        ("tests: []", "A notification rule has no key 'tests'."),
        ("[]", "A notification rule has to be a mapping"),
    ],
)
def test_what_else_is_refused(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said.split("'", maxsplit=1)[0]) as raised:
        read_notification_rule(text, KINDS)
    assert said in str(raised.value)


def test_repeating_repetitions_ends() -> None:
    many = ["{type: notify, channels: sms, timeout: 1m}", *["{type: repeat, times: 3}"] * 40]
    with pytest.raises(Invalid, match=f"more than {MOST_STEPS} steps"):
        read_notification_rule(rule(*many), KINDS)


def test_only_phones_fall_back_to_others() -> None:
    options = "channel_options: {sms_fallback: true, email_fallback: true}"
    [step] = steps(rule(f"{{type: notify, channels: [sms, email], {options}}}")) or ()
    assert [(each.channel, each.fallback) for each in step.channels] == [("sms", True), ("email", False)]


def test_any_name_is_taken_where_no_channel_is_known() -> None:
    text = rule("{type: notify, channels: [pigeon]}")
    [step] = plan(text, {"always": True}, NoticeKind.OPEN, NOW).steps or ()
    assert [each.channel for each in step.channels] == ["pigeon"]
    assert steps(text) is None


def test_what_cannot_be_decided_ends_it_without_steps() -> None:
    text = (
        "rules:\n"
        "- {name: noise, match: {alert.title: {$not: {$regex: '(b)\\1'}}}, actions: [{type: ignore}]}\n"
        "- {match: {always: true}, actions: [{type: ignore}]}\n"
    )
    found = plan(text, {"always": True, "alert": {"title": "bb" + "x" * 100_000}}, NoticeKind.OPEN, NOW)
    assert (found.steps, found.undecided) == (
        None,
        "noise could not be decided (gave up: the text is too long for this regular expression)",
    )
