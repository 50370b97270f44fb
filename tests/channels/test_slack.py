"""The Slack channel against a Slack that keeps its rules, and breaks them on demand."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.channels import discover
from bot.channels.slack import Slack
from bot.engine.model import NoticeKind, Notification, Status, Urgency, User
from bot.errors import Limited, Rejected, Unanswered, Unavailable, Undelivered
from bot.ports import Announcement, Channel, Page, Receipt
from bot.slack.do_not_disturb import _until
from bot.slack.web import SlackWeb, refusal
from sandbox.config import Config
from sandbox.server import Running, start
from tests.channels.samples import AT, card, small

ALICE, PAYMENTS = "U0ALICE0001", "payments"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with start(Config(port=0, rates=0)) as running:
        yield running


class Control:
    """The other side of Slack, driven over its control API."""

    def __init__(self, server: Running) -> None:
        self._http = httpx.Client(base_url=f"{server.url}/_control/", timeout=60)

    def get(self, path: str, **query: str | int) -> Any:
        return self._http.get(path, params=query).raise_for_status().json()

    def post(self, path: str, **body: object) -> Any:
        return self._http.post(path, json=body).raise_for_status().json()

    def close(self) -> None:
        self._http.close()


@pytest.fixture
def control(server: Running) -> Iterator[Control]:
    driven = Control(server)
    driven.post("reset")
    yield driven
    driven.close()


@pytest.fixture
def slack(server: Running) -> Iterator[Slack]:
    web = SlackWeb("xoxb-sandbox", server.api_url, timeout=60)
    yield Slack(web)
    web.close()


@pytest.fixture
def hasty(server: Running) -> Iterator[Slack]:
    """The channel, with little patience."""
    web = SlackWeb("xoxb-sandbox", server.api_url, timeout=2)
    yield Slack(web)
    web.close()


def page(address: str, *, status: Status = Status.OPEN, sent: Receipt | None = None) -> Page:
    receipt = sent or Receipt()
    notification = Notification(
        id="ntf_1",
        alert_id="alt_01k9card",
        kind=NoticeKind.OPEN,
        channel="slack",
        address="primary" if address == ALICE else address,
        urgency=Urgency.HIGH,
        due_at=AT,
        provider_id=receipt.provider_id,
        conversation=receipt.conversation,
    )
    user = User(id="usr_1", name="Alice", handle="alice", slack_id=ALICE) if address == ALICE else None
    return Page(notification=notification, card=small(status), user=user)


def conversation(control: Control, name: str) -> str:
    found = next(each for each in control.get("conversations")["conversations"] if each["name"] == name)
    return str(found["id"])


def test_a_page_reaches_the_persons_direct_message(slack: Slack, control: Control) -> None:
    receipt = slack.send(page(ALICE))

    [message] = control.get("messages", channel="alice")["messages"]
    assert receipt == Receipt(provider_id=message["ts"], conversation=receipt.conversation)
    assert receipt.conversation.startswith("D")
    assert message["text"].startswith("LOW ping · #7")


def test_a_page_says_what_to_do_where_nothing_written_is_heard(slack: Slack, control: Control) -> None:
    control.post("settings", scopes=["chat:write", "dnd:read", "users:read"])
    slack.verify()
    slack.send(page(ALICE))
    control.post("settings", scopes=None)

    [message] = control.get("messages", channel="alice")["messages"]
    assert "What is written here is not heard: press a button, or type `/pagertree alert ack #7`." in str(message)


def test_a_card_in_a_conversation_is_changed_in_place(slack: Slack, control: Control) -> None:
    address = conversation(control, PAYMENTS)
    receipt = slack.send(page(address))
    slack.repaint(page(address, status=Status.RESOLVED, sent=receipt))

    [message] = control.get("messages", channel="#payments")["messages"]
    assert message["ts"] == receipt.provider_id
    assert message["text"] == "Resolved: ping · #7"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"has_bot": False}, "invite it with /invite"),
        ({"is_archived": True}, "it is archived"),
        ({"only_admins_post": True}, "forbids it"),
    ],
)
def test_a_conversation_that_takes_no_message_says_why(
    slack: Slack, control: Control, change: dict[str, bool], reason: str
) -> None:
    address = conversation(control, PAYMENTS)
    control.post(f"conversations/{PAYMENTS}", **change)

    with pytest.raises(Rejected, match=reason):
        slack.send(page(address))


@pytest.mark.parametrize(
    ("misbehaviour", "error", "wait"),
    [
        ({"kind": "rate_limited", "retry_after": 7}, Limited, 7.0),
        ({"kind": "rate_limited"}, Limited, None),
        ({"kind": "status", "status": 503}, Unavailable, None),
        ({"kind": "status", "status": 500}, Unavailable, None),
        ({"kind": "internal_error"}, Unavailable, None),
        ({"kind": "html"}, Unanswered, None),
        ({"kind": "error", "error": "ratelimited"}, Limited, None),
        ({"kind": "error", "error": "fatal_error"}, Unanswered, None),
        *(
            ({"kind": "error", "error": code}, Rejected, None)
            for code in (
                "not_in_channel",
                "is_archived",
                "channel_not_found",
                "user_not_found",
                "restricted_action",
                "message_limit_exceeded",
                "account_inactive",
                "token_revoked",
                "invalid_auth",
                "a_code_of_tomorrow",
            )
        ),
    ],
)
def test_every_failure_says_whether_trying_again_helps(
    slack: Slack, control: Control, misbehaviour: dict[str, object], error: type[Undelivered], wait: float | None
) -> None:
    control.post("misbehaviour", method="chat.postMessage", **misbehaviour)

    with pytest.raises(error) as caught:
        slack.send(page(ALICE))

    assert caught.value.retry_after == wait
    assert caught.value.reason.endswith((".", ")."))


@pytest.mark.parametrize("kind", ["timeout", "timeout_after"])
def test_an_answer_that_does_not_come_is_a_failure_of_its_own(hasty: Slack, control: Control, kind: str) -> None:
    control.post("misbehaviour", method="chat.postMessage", kind=kind, seconds=60)

    with pytest.raises(Unanswered) as caught:
        hasty.send(page(ALICE))

    assert caught.value.retry_after is None
    assert caught.value.reason.endswith((".", ")."))


def again(page: Page, after: Undelivered) -> Page:
    return replace(page, notification=replace(page.notification, error=after.reason, attempts=2))


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long", "invalid_arguments", "block_mismatch"])
def test_a_card_that_slack_does_not_take_is_sent_as_text_by_the_next_attempt(
    slack: Slack, control: Control, code: str
) -> None:
    control.post("misbehaviour", method="chat.postMessage", kind="error", error=code, times=1)
    with pytest.raises(Unavailable, match="leaves as text") as caught:
        slack.send(page(ALICE))
    assert caught.value.retry_after == 0
    assert control.get("messages", channel="alice")["messages"] == []

    receipt = slack.send(again(page(ALICE), caught.value))

    [message] = control.get("messages", channel="alice")["messages"]
    assert message["ts"] == receipt.provider_id
    assert "/pagertree alert ack #7" in message["text"]


def test_a_card_whose_text_is_not_taken_either_is_not_sent(slack: Slack, control: Control) -> None:
    control.post("misbehaviour", method="chat.postMessage", kind="error", error="invalid_blocks", times=2)
    with pytest.raises(Unavailable) as caught:
        slack.send(page(ALICE))
    with pytest.raises(Rejected, match="does not take the message's form"):
        slack.send(again(page(ALICE), caught.value))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:9/file.yaml", r"did not hand out the file \(ConnectError\)"),
        ("http://127.0.0.1:bad/", r"did not hand out the file \(InvalidURL\)"),
        ("http://127.0.0.2:9/file.yaml", "not kept at Slack"),
    ],
)
def test_a_file_that_cannot_be_had_is_said(url: str, said: str) -> None:
    web = SlackWeb("xoxb-sandbox", "http://127.0.0.1:9/api/")
    with pytest.raises(Rejected, match=said):
        web.fetch(url, 1_000)
    web.close()


def test_nothing_listens(control: Control) -> None:
    web = SlackWeb("xoxb-sandbox", "http://127.0.0.1:9/api/")
    with pytest.raises(Unavailable, match="cannot be reached"):
        Slack(web).send(page(ALICE))
    web.close()


def test_credentials_are_asked_about(slack: Slack, server: Running) -> None:
    slack.verify()
    stranger = SlackWeb("xoxb-old", server.api_url)

    with pytest.raises(Rejected, match="install the app again and set SLACK_BOT_TOKEN"):
        Slack(stranger).verify()
    stranger.close()


def test_a_person_without_slack_is_said_by_name(slack: Slack) -> None:
    unlinked = page("")
    with pytest.raises(Rejected, match="no Slack account"):
        slack.send(unlinked)


def test_many_threads_share_the_channel(slack: Slack, control: Control) -> None:
    receipts: list[Receipt] = []
    threads = [threading.Thread(target=lambda: receipts.append(slack.send(page(ALICE)))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({receipt.provider_id for receipt in receipts}) == 16


def test_a_message_is_not_cut_where_it_need_not_be(slack: Slack, control: Control) -> None:
    long = replace(page(ALICE), card=card("x" * 1_000, Status.OPEN))

    slack.send(long)

    [message] = control.get("messages", channel="alice")["messages"]
    assert any(block.get("text", {}).get("text") == "x" * 1_000 for block in message["blocks"])


def test_the_channel_is_there_only_with_a_token(server: Running) -> None:
    channels = discover({"SLACK_BOT_TOKEN": "xoxb-sandbox", "SLACK_API_URL": server.api_url})
    found: Channel = channels["slack"]

    assert found.kind.repaints
    assert "slack" not in discover({})


@pytest.mark.parametrize("code", ["ratelimited", "internal_error", "fatal_error", "is_archived", "token_revoked", "?"])
def test_every_reason_is_a_sentence(code: str) -> None:
    assert refusal(code).reason[0].isupper()
    assert refusal(code).reason.endswith(".")


def test_a_page_in_do_not_disturb_is_posted_and_does_not_count(slack: Slack, control: Control) -> None:
    control.post("people/alice", dnd_minutes=30)
    receipt = slack.send(page(ALICE))

    [message] = control.get("messages", channel="alice")["messages"]
    assert receipt.provider_id == message["ts"]
    assert receipt.muted
    assert receipt.remark.startswith("do-not-disturb is on in Slack until ")


def test_what_slack_says_of_a_person_is_kept_for_a_while(slack: Slack, control: Control) -> None:
    assert not slack.send(page(ALICE)).muted
    assert not slack.send(page(ALICE)).muted
    assert control.get("calls", method="dnd.info")["matching"] == 1


@pytest.mark.parametrize("kind", ["rate_limited", "status", "timeout", "html"])
def test_do_not_disturb_that_cannot_be_read_is_taken_as_off_and_said(
    slack: Slack, hasty: Slack, control: Control, kind: str
) -> None:
    control.post("people/alice", dnd_minutes=30)
    control.post("misbehaviour", method="dnd.info", kind=kind)
    receipt = (hasty if kind == "timeout" else slack).send(page(ALICE))

    assert (receipt.muted, bool(receipt.provider_id)) == (False, True)
    assert receipt.remark.startswith("taken as heard, as do-not-disturb could not be read: Slack")


def test_only_a_page_to_a_person_asks_for_do_not_disturb(slack: Slack, control: Control) -> None:
    notice = page(ALICE)
    slack.send(replace(notice, notification=replace(notice.notification, kind=NoticeKind.RESOLVED)))
    slack.send(page(conversation(control, PAYMENTS)))
    assert control.get("calls", method="dnd.info")["matching"] == 0


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({"dnd_enabled": True, "next_dnd_start_ts": -60, "next_dnd_end_ts": 60}, 60),
        ({"dnd_enabled": True, "next_dnd_start_ts": 60, "next_dnd_end_ts": 120}, None),
        ({"dnd_enabled": False, "next_dnd_start_ts": -60, "next_dnd_end_ts": 60}, None),
        ({"dnd_enabled": False, "snooze_enabled": True, "snooze_endtime": 30}, 30),
        ({"dnd_enabled": True, "next_dnd_start_ts": "soon", "snooze_enabled": "yes"}, None),
        ({}, None),
    ],
)
def test_do_not_disturb_is_on_in_its_hours_and_during_a_snooze(said: dict[str, object], ends: int | None) -> None:
    now = int(AT.timestamp())
    moved = {name: now + value if type(value) is int else value for name, value in said.items()}
    until = _until(moved, now)
    assert until == (AT + timedelta(seconds=ends) if ends else None)


def test_a_page_to_a_deactivated_account_is_refused(slack: Slack, control: Control) -> None:
    control.post("people/alice", deleted=True)
    with pytest.raises(Rejected, match="deactivated"):
        slack.send(page(ALICE))


def test_words_to_a_deactivated_account_are_refused(slack: Slack, control: Control) -> None:
    control.post("people/alice", deleted=True)
    said = Announcement(
        id="ann_1", channel="slack", address="", title="", user_id="usr_1", text="You are on call.", due_at=AT
    )
    with pytest.raises(Rejected, match="deactivated"):
        slack.tell(said, page(ALICE).user)


@pytest.mark.parametrize("kind", ["rate_limited", "status", "html"])
def test_an_account_that_cannot_be_read_is_taken_as_active_and_said(slack: Slack, control: Control, kind: str) -> None:
    control.post("misbehaviour", method="users.info", kind=kind)
    receipt = slack.send(page(ALICE))

    assert (receipt.muted, bool(receipt.provider_id)) == (False, True)
    assert receipt.remark.startswith("taken as heard, as the account could not be read: Slack")


@pytest.mark.parametrize(
    "link", ["https://x.example/?host=web 2", "https://", "https://x.example/\nand", "https://[::1"]
)
def test_a_card_arrives_as_a_card_whatever_its_address_is(slack: Slack, control: Control, link: str) -> None:
    slack.send(replace(page(ALICE), card=replace(small(), link=link, runbook=link)))

    [message] = control.get("messages", channel="alice")["messages"]
    assert message["blocks"]
