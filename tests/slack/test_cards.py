"""Cards in every state, with every text, as Slack would take them."""

import json
from dataclasses import asdict, replace

import pytest

from bot.engine.delivery.card import Asked, Person
from bot.engine.model import Answer, NoticeKind, Status, Urgency
from bot.slack.cards import draw, read_ticket, ticket
from sandbox.blocks import ALL_TEXT, message_problems, text_size
from tests.channels.samples import card, small
from tests.golden.asking import Golden
from tests.golden.texts import HOSTILE, TEXTS

BUTTONS = {
    Status.QUEUED: ["Resolve"],
    Status.OPEN: ["Acknowledge", "Reject", "Resolve"],
    Status.ACKNOWLEDGED: ["Resolve"],
    Status.DROPPED: ["Acknowledge", "Resolve"],
    Status.SUPPRESSED: ["Acknowledge", "Resolve"],
    Status.RESOLVED: [],
}
SHOWN = [(status, NoticeKind.OPEN) for status in Status] + [(Status.OPEN, kind) for kind in NoticeKind]


def _labels(blocks: list[dict[str, object]]) -> list[str]:
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    elements = [element for row in rows for element in row]  # type: ignore[attr-defined]
    return [element["text"]["text"] for element in elements if element["type"] == "button"]


def _menu(blocks: list[dict[str, object]]) -> list[str]:
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    menus = [each for row in rows for each in row if each["type"] == "overflow"]  # type: ignore[attr-defined]
    return [option["text"]["text"] for menu in menus for option in menu["options"]]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("status", "kind"), SHOWN)
def test_every_card_is_as_agreed_and_within_slacks_sizes(
    text: str, status: Status, kind: NoticeKind, golden: Golden
) -> None:
    reader = None if kind is NoticeKind.CARD else "U0PERSON029"
    drawn = draw(card(TEXTS[text], status, kind), reader)

    assert message_problems(drawn.blocks) == []
    assert text_size(drawn.blocks) < ALL_TEXT
    assert 0 < len(drawn.text) < 4_000
    golden.check(f"card_{kind.value.removeprefix('alert.')}_{status}", text, asdict(drawn))


@pytest.mark.parametrize("status", Status)
def test_only_the_verbs_that_fit_the_state_have_a_button(status: Status) -> None:
    asked = Asked(person=Person(name="Bob", slack_id="U0BOB"), layer=1)

    assert _labels(draw(replace(small(status), asked=(asked,)), "U0BOB").blocks) == BUTTONS[status]


@pytest.mark.parametrize(("status", "first"), [("open", "Escalate now"), ("acknowledged", "Snooze…")])
def test_the_menu_has_what_fits_the_state_and_no_more_than_slack_takes(status: str, first: str) -> None:
    shown = _menu(draw(small(Status(status))).blocks)

    assert shown == [first, "Hand off…", "Add note…", "More…", "Why?"]
    assert _menu(draw(small(Status.RESOLVED)).blocks) == ["Add note…", "More…", "Why?", "Timeline"]


def test_there_is_a_button_to_the_runbook() -> None:
    shown = draw(replace(small(), runbook="https://runbooks.example/disk", link="https://prometheus.example/g"))

    assert _labels(shown.blocks)[-2:] == ["Open at the source", "Runbook"]


def test_the_teams_card_has_no_reject() -> None:
    assert _labels(draw(small(kind=NoticeKind.CARD)).blocks) == ["Acknowledge", "Resolve"]


def test_who_is_not_asked_cannot_reject() -> None:
    assert _labels(draw(small(), "U0READER").blocks) == ["Acknowledge", "Resolve"]


def test_who_is_asked_and_not_paged_is_named_with_the_rule_that_wants_it() -> None:
    asked = Asked(person=Person(name="Bob"), layer=1, unpaged="their rule nights v3 (peace) sends nothing")
    drawn = str(draw(replace(small(), asked=(asked,)), None).blocks)
    assert "Bob (*not paged*: their rule nights v3 (peace) sends nothing)" in drawn


def test_who_has_rejected_is_not_asked_to_reject_again() -> None:
    asked = Asked(person=Person(name="Bob", slack_id="U0BOB"), layer=1, answer=Answer.REJECTED)
    assert _labels(draw(replace(small(), asked=(asked,)), "U0BOB").blocks) == ["Acknowledge", "Resolve"]


@pytest.mark.parametrize("status", Status)
def test_foreign_text_mentions_nobody_and_links_nowhere(status: Status) -> None:
    drawn = draw(card(HOSTILE, status), "U0PERSON029")
    marked = [drawn.text, *_markups(drawn.blocks)]
    tokens = [token for text in marked for token in text.split("<")[1:]]

    assert marked
    assert all(token.startswith(("!date^", "@U0PERSON")) for token in tokens), tokens


def _markups(node: object) -> list[str]:
    if isinstance(node, list):
        return [text for inner in node for text in _markups(inner)]
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            assert node["verbatim"] is True
            return [node["text"]]
        return [text for inner in node.values() for text in _markups(inner)]
    return []


def test_phones_show_how_bad_and_what_first() -> None:
    assert draw(small()).text == "LOW ping · #7"


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("status", "kind"), SHOWN)
def test_phones_get_words_without_markup(text: str, status: Status, kind: NoticeKind) -> None:
    assert "<" not in draw(card(TEXTS[text], status, kind), "U0PERSON029").text


def test_a_button_carries_the_alert_and_the_version_seen() -> None:
    rows = [block["elements"] for block in draw(small(), "U0").blocks if block["type"] == "actions"]
    values = {element["value"] for row in rows for element in row if element["type"] == "button"}

    assert values == {"alt_01k9card:1"}
    assert read_ticket(ticket("alt_01k9card", 1)) == ("alt_01k9card", 1)


@pytest.mark.parametrize("value", ["", "alt_1", "alt_1:", "alt_1:x", json.dumps({"id": 1})])
def test_a_button_that_is_not_ours_is_not_read(value: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        read_ticket(value)


def test_somebody_whose_layer_is_over_has_nothing_to_reject() -> None:
    asked = Asked(person=Person(name="Bob", slack_id="U0BOB"), layer=1, waits=False)

    assert _labels(draw(replace(small(Status.OPEN), asked=(asked,)), "U0BOB").blocks) == ["Acknowledge", "Resolve"]


def test_what_got_worse_says_so_and_can_be_taken_by_whoever_has_it() -> None:
    worse = replace(small(), urgency=Urgency.CRITICAL, was=Urgency.MEDIUM)
    drawn = draw(worse, "U1")
    assert drawn.text.startswith("WORSE CRITICAL ping")
    assert "It got worse: critical now, medium before." in json.dumps(drawn.blocks)
    held = draw(replace(worse, status=Status.ACKNOWLEDGED, is_worse=True), "U1")
    assert _labels(held.blocks) == ["Acknowledge", "Resolve"]
    over = draw(replace(worse, status=Status.RESOLVED), "U1")
    assert "worse" not in json.dumps(over.blocks)


def test_a_parents_card_lists_children_with_their_state_and_a_group_its_newest_members() -> None:
    parent = replace(
        small(),
        gathered=9,
        over=3,
        children=("#8 disk 8 full", "#7 disk 7 full"),
        child_states=("critical, not over, seen 3 times", "low, acknowledged"),
        joined=('{instance="web2"}',),
        returns=5,
    )
    shown = json.dumps(draw(parent).blocks, ensure_ascii=False)
    assert "Gathered 9, 3 of them over: #8 disk 8 full (critical, not over, seen 3 times); " in shown
    assert "#7 disk 7 full (low, acknowledged) and 4 more" in shown
    assert "New in the group: {instance=" in shown
    assert "Flapping: it came back 5 times within 15 minutes." in shown
