"""Cards in Microsoft Teams, against a webhook that keeps the published rules."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.responses import JSONResponse, RedirectResponse

from bot.channels.teams import Teams, build
from bot.engine.delivery.card import Card
from bot.engine.model import NoticeKind, Notification, Status, User
from bot.errors import Invalid, Limited, Rejected, Unavailable, Undelivered
from bot.ports import Announcement, Page
from tests.channels.samples import AT, card, digest, small
from tests.fakes import teams
from tests.golden.texts import TEXTS

SOMEBODY = User(id="usr_1", name="Some Body", handle="some")


@pytest.fixture
def workflow() -> Iterator[teams.Workflow]:
    with teams.serve() as workflow:
        yield workflow


@pytest.fixture
def channel() -> Teams:
    built = build({"TEAMS_ALLOW_PRIVATE": "127.0.0.1"})
    assert isinstance(built, Teams)
    return built


def page(shown: Card, place: str) -> Page:
    sent = Notification(
        id="ntf_1",
        alert_id=shown.alert_id,
        kind=shown.kind,
        channel="teams",
        address="tem_ops",
        urgency=shown.urgency,
        due_at=AT,
    )
    return Page(notification=sent, card=shown, place=place)


def test_a_card_says_what_happens_and_gives_no_secret_away(channel: Teams, workflow: teams.Workflow) -> None:
    receipt = channel.send(page(card("disk full", Status.OPEN, NoticeKind.CARD), workflow.webhook))
    [said] = workflow.said
    assert said.startswith("HIGH disk full · #1042\nOpen, waiting for an answer.\ndisk full\n")
    assert "Answer in Slack: /pagertree alert ack #1042" in said
    assert [each["title"] for each in workflow.cards[0]["actions"]] == ["Runbook", "Open at the source"]
    assert workflow.cards[0]["body"][0]["style"] == "warning"
    assert (
        workflow.signature
        not in f"{receipt.provider_id}{receipt.conversation}{channel.paces(page(small(), workflow.webhook))}"
    )


def test_what_becomes_of_it_is_a_card_of_its_own(channel: Teams, workflow: teams.Workflow) -> None:
    channel.send(page(card("disk full", Status.RESOLVED, NoticeKind.RESOLVED), workflow.webhook))
    [said] = workflow.said
    assert "Resolved by disk full over sms" in said
    assert "This alert is over." in said
    assert "Answer in Slack" not in said
    assert workflow.cards[0]["body"][0]["style"] == "good"


@pytest.mark.parametrize("status", [Status.OPEN, Status.RESOLVED])
@pytest.mark.parametrize("text", [*TEXTS, "界" * 9_000, '"\\\n' * 5_000, "\x01" * 9_000, "😀" * 9_000])
def test_any_text_fits_and_is_shown_as_it_stands(
    channel: Teams, workflow: teams.Workflow, text: str, status: Status
) -> None:
    channel.send(page(card(text, status, NoticeKind.CARD), workflow.webhook))
    inside = [*workflow.cards[0]["body"], *workflow.cards[0]["body"][0].get("items", [])]
    assert {each["type"] for each in inside} <= {"Container", "RichTextBlock"}  # nothing that reads Markdown


def test_words_and_storms_are_posted(channel: Teams, workflow: teams.Workflow) -> None:
    said = Announcement(id="a", channel="teams", address=workflow.webhook, title="Night", text="It begins.", due_at=AT)
    channel.tell(said, None)
    channel.narrate(replace(digest("disk full", "teams", SOMEBODY), user=None, place=workflow.webhook))
    assert workflow.said[0] == "Night\nIt begins."
    assert workflow.said[1].startswith("Alert storm:")


@pytest.mark.parametrize(
    ("answer", "error", "wait"),
    [
        (teams.limited(7), Limited, 7.0),
        (JSONResponse({}, 429), Limited, 1.0),
        (JSONResponse({}, 502), Unavailable, 1.0),
        (JSONResponse({}, 400), Rejected, None),
        (JSONResponse({}, 404), Rejected, None),
        (JSONResponse({}, 413), Rejected, None),
        (teams.failed(413), Rejected, None),
        (teams.failed(429), Limited, 1.0),
        (teams.failed(502), Unavailable, 1.0),
        (RedirectResponse("https://login.microsoftonline.com/"), Rejected, None),
    ],
)
def test_what_the_webhook_refuses_says_whether_trying_again_helps(
    channel: Teams, workflow: teams.Workflow, answer: JSONResponse, error: type[Undelivered], wait: float | None
) -> None:
    workflow.trouble.append(answer)
    with pytest.raises(error) as refused:
        channel.send(page(small(), workflow.webhook))
    assert refused.value.retry_after == wait
    assert workflow.signature not in refused.value.reason


def test_a_webhook_with_another_signature_is_gone(channel: Teams, workflow: teams.Workflow) -> None:
    with pytest.raises(Rejected, match="Make one anew"):
        channel.send(page(small(), workflow.webhook.replace(workflow.signature, "other")))


@pytest.mark.parametrize("place", ["", "tem_ops"])
def test_a_team_that_took_its_webhook_away(channel: Teams, place: str) -> None:
    with pytest.raises(Rejected, match="names no webhook"):
        channel.send(page(small(), place))


def test_a_private_address_is_asked_only_when_it_is_allowed(workflow: teams.Workflow) -> None:
    outside = build({})
    assert isinstance(outside, Teams)
    with pytest.raises(Rejected, match="TEAMS_ALLOW_PRIVATE"):
        outside.send(page(small(), workflow.webhook))
    assert workflow.cards == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "teams",
        "http://a.example/x",
        "https://u:p@a.example/",
        "https://",
        "https://a.example/ x",
        "https://é.example/",
    ],
)
def test_what_is_no_webhook(text: str) -> None:
    built = build({})
    assert isinstance(built, Teams)
    with pytest.raises(Invalid, match="not the address of a webhook"):
        built.read_address(text)


def test_a_webhook_is_kept_as_it_is() -> None:
    built = build({})
    assert isinstance(built, Teams)
    url = "https://default1.2.environment.api.powerplatform.com:443/powerautomate/x?sig=a%2Fb_c"
    assert built.read_address(f" {url}\n") == url
    assert not built.kind.pages
