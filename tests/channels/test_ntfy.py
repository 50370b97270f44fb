"""The channel ntfy against a server that keeps ntfy's published rules, and breaks them on demand."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

from bot.channels import discover
from bot.channels.ntfy import Ntfy, build
from bot.engine.delivery.card import Card
from bot.engine.model import Contact, NoticeKind, Notification, Status, Urgency, User
from bot.errors import Invalid, Limited, Rejected, Unavailable, Undelivered
from bot.ports import Announcement, Page
from tests.channels.samples import AT, card, digest, small
from tests.fakes import ntfy
from tests.golden.texts import TEXTS

SECRET = "a secret that is long enough for links"


def made(url: str, **more: str) -> Ntfy:
    given = {
        "NTFY_URL": url,
        "NTFY_ALLOW_PRIVATE": "127.0.0.1",
        "LINK_SECRET": SECRET,
        "PUBLIC_URL": "https://p.example",
    }
    built = build(given | more)
    assert isinstance(built, Ntfy)
    return built


@pytest.fixture
def server() -> Iterator[ntfy.Server]:
    with ntfy.serve() as server:
        yield server


@pytest.fixture
def channel(server: ntfy.Server) -> Ntfy:
    return made(server.url)


def alice(*topics: str, verified: bool = True) -> User:
    at = AT if verified else None
    contacts = tuple(Contact(channel="ntfy", address=each, verified_at=at) for each in topics)
    return User(id="usr_alice", name="Alice", handle="alice", contacts=contacts)


def page(shown: Card, user: User | None, address: str = "primary") -> Page:
    sent = Notification(
        id="ntf_1",
        alert_id=shown.alert_id,
        kind=shown.kind,
        channel="ntfy",
        address=address,
        urgency=shown.urgency,
        due_at=AT,
        user_id="usr_alice",
    )
    return Page(notification=sent, card=shown, user=user)


def test_a_page_is_loud_and_has_buttons_that_post_the_signed_link(channel: Ntfy, server: ntfy.Server) -> None:
    receipt = channel.send(page(card("disk full", Status.OPEN), alice("jane-7f3")))
    [shown] = server.shown
    assert (receipt.provider_id, receipt.conversation) == (shown["id"], "jane-7f3")
    assert (shown["topic"], shown["title"], shown["priority"]) == ("jane-7f3", "HIGH disk full · #1042", 4)
    assert [each["label"] for each in shown["actions"]] == ["Acknowledge", "Reject", "Resolve"]
    assert {(each["method"], each["url"]) for each in shown["actions"]} == {("POST", shown["click"])}
    assert [each["body"] for each in shown["actions"]] == ["verb=acknowledge", "verb=reject", "verb=resolve"]
    assert shown["click"].startswith("https://p.example/answer/")


@pytest.mark.parametrize(
    ("urgency", "priority"),
    [
        (Urgency.CRITICAL, 5),
        (Urgency.HIGH, 4),
        (Urgency.MEDIUM, 3),
        (Urgency.LOW, 2),
        (Urgency.SILENT, 1),
    ],
)
def test_the_urgency_is_the_priority(channel: Ntfy, server: ntfy.Server, urgency: Urgency, priority: int) -> None:
    channel.send(page(replace(small(), urgency=urgency), alice("jane")))
    assert server.shown[0]["priority"] == priority


@pytest.mark.parametrize(
    ("status", "kind", "labels"),
    [
        (Status.ACKNOWLEDGED, NoticeKind.ACKNOWLEDGED, []),
        (Status.RESOLVED, NoticeKind.RESOLVED, []),
        (Status.ACKNOWLEDGED, NoticeKind.REMINDER, ["Resolve"]),
        (Status.DROPPED, NoticeKind.DROPPED, ["Acknowledge", "Resolve"]),
    ],
)
def test_news_offers_what_can_still_be_done(
    channel: Ntfy, server: ntfy.Server, status: Status, kind: NoticeKind, labels: list[str]
) -> None:
    channel.send(page(small(status, kind), alice("jane")))
    assert [each["label"] for each in server.shown[0]["actions"]] == labels


@pytest.mark.parametrize("status", [Status.OPEN, Status.RESOLVED])
@pytest.mark.parametrize("text", [*TEXTS, "界" * 9_000, '"\\\n' * 5_000, "\x00\x1f" * 4_000])
def test_any_text_fits_a_message_of_the_server(channel: Ntfy, server: ntfy.Server, text: str, status: Status) -> None:
    channel.send(page(card(text, status), alice("jane")))
    assert server.shown[0]["message"]


def test_without_a_public_address_a_page_has_no_buttons(server: ntfy.Server) -> None:
    made(server.url, PUBLIC_URL="").send(page(small(), alice("jane")))
    assert (server.shown[0]["actions"], server.shown[0].get("click")) == ([], None)


def test_the_second_topic_is_the_secondary_address(channel: Ntfy, server: ntfy.Server) -> None:
    channel.send(page(small(), alice("one", "two"), "secondary"))
    channel.send(page(small(), alice("one"), "secondary"))
    assert [each["topic"] for each in server.shown] == ["two", "one"]


@pytest.mark.parametrize("user", [None, alice(), alice("jane", verified=False)])
def test_nobody_without_a_proven_topic_is_paged(channel: Ntfy, user: User | None) -> None:
    with pytest.raises(Rejected, match="has no ntfy topic: /pagertree me add"):
        channel.send(page(small(), user))


def test_words_and_storms_are_published(channel: Ntfy, server: ntfy.Server) -> None:
    said = Announcement(id="a", channel="ntfy", address="jane", title="Your code", text="123456", due_at=AT)
    channel.tell(said, None)
    channel.tell(replace(said, address="primary"), alice("own"))
    channel.narrate(digest("disk full", "ntfy", alice("own")))
    assert [(each["topic"], each["title"]) for each in server.shown[:2]] == [
        ("jane", "Your code"),
        ("own", "Your code"),
    ]
    assert server.shown[0]["message"] == "123456"
    assert server.shown[2]["title"].startswith("Alert storm:")
    assert server.shown[2]["click"].startswith("https://p.example/storm/")


def test_a_token_is_sent_and_asked_about() -> None:
    with ntfy.serve("tk_right") as server:
        right, wrong = made(server.url, NTFY_TOKEN="tk_right"), made(server.url, NTFY_TOKEN="tk_wrong")
        right.send(page(small(), alice("jane")))
        right.verify()
        for fails in (wrong.verify, lambda: wrong.send(page(small(), alice("jane")))):
            with pytest.raises(Rejected, match="NTFY_TOKEN") as refused:
                fails()
            assert "tk_wrong" not in refused.value.reason
        made(server.url).verify()
    with pytest.raises(Unavailable):
        right.verify()


@pytest.mark.parametrize(
    ("answer", "error", "wait"),
    [
        (ntfy.problem(*ntfy.REQUESTS), Limited, 5.0),
        (ntfy.problem(*ntfy.DAILY), Limited, 3_600.0),
        (JSONResponse({}, 429, {"Retry-After": "30"}), Limited, 30.0),
        (ntfy.problem(50001, "internal server error"), Unavailable, None),
        (JSONResponse([], 507), Unavailable, None),
        (ntfy.problem(40010, "invalid request: topic name is disallowed"), Rejected, None),
        (HTMLResponse("<h1>Log in</h1>"), Rejected, None),
        (JSONResponse({"id": ""}), Rejected, None),
        (RedirectResponse("https://elsewhere.example/"), Rejected, None),
    ],
)
def test_what_the_server_refuses_says_whether_trying_again_helps(
    channel: Ntfy, server: ntfy.Server, answer: JSONResponse, error: type[Undelivered], wait: float | None
) -> None:
    server.trouble.append(answer)
    with pytest.raises(error) as refused:
        channel.send(page(small(), alice("jane")))
    assert refused.value.retry_after == wait


def test_a_private_address_is_asked_only_when_it_is_allowed(server: ntfy.Server) -> None:
    inside = made(server.url, NTFY_ALLOW_PRIVATE="10.1.0.0/16")
    with pytest.raises(Rejected, match="NTFY_ALLOW_PRIVATE"):
        inside.send(page(small(), alice("jane")))
    assert server.shown == []


@pytest.mark.parametrize("text", ["jane-7f3", " jane-7f3 ", "https://ntfy.example/jane-7f3"])
def test_topics_as_people_write_them(text: str) -> None:
    assert made("https://ntfy.example").read_address(text) == "jane-7f3"


@pytest.mark.parametrize(
    "text", ["", "jane doe", "jane/7", "https://elsewhere.example/jane", "a" * 65, "../v1/account"]
)
def test_what_is_no_topic(text: str) -> None:
    with pytest.raises(Invalid, match="is no topic"):
        made("https://ntfy.example").read_address(text)


@pytest.mark.parametrize(
    "url",
    [
        "ntfy.sh",
        "ftp://ntfy.sh",
        "https://a:b@ntfy.sh",
        "https://ntfy.sh/topic",
        "https://",
        "https://[",
        "http://ntfy.sh",
    ],
)
def test_what_is_no_server(url: str) -> None:
    with pytest.raises(Invalid, match="NTFY_URL"):
        build({"NTFY_URL": url})


def test_the_channel_is_there_only_with_a_server() -> None:
    assert "ntfy" not in discover({})
    assert discover({"NTFY_URL": "https://ntfy.sh/"})["ntfy"].kind.pages
