"""The push channel against a push service that keeps the RFCs, and breaks them on demand."""

import json
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels import discover
from bot.channels.push.channel import Push, build
from bot.channels.push.web import Gone
from bot.engine.model import Contact, NoticeKind, Notification, Status, Urgency, User
from bot.errors import Invalid, Limited, Rejected, Unanswered, Unavailable, Undelivered
from bot.ports import Page
from bot.service.subscriptions import parse
from tests.channels.samples import AT, card, digest, small
from tests.fakes import webpush
from tests.golden.texts import TEXTS

SECRET = "a secret that is long enough for links"


def environment(folder: Path, **more: str) -> dict[str, str]:
    given = {
        "PUBLIC_URL": "https://pager.example.com",
        "DATA_DIR": str(folder),
        "LINK_SECRET": SECRET,
        "PUSH_ALLOW_PRIVATE": "127.0.0.1",
    }
    return given | more


@pytest.fixture
def service() -> Iterator[webpush.Service]:
    with webpush.serve() as service:
        yield service


@pytest.fixture
def push(tmp_path: Path) -> Iterator[Push]:
    built = build(environment(tmp_path))
    assert isinstance(built, Push)
    yield built
    built.close()


@pytest.fixture
def phone(service: webpush.Service, push: Push) -> webpush.Device:
    return service.device("phone", push.server_key)


def alice(*devices: webpush.Device) -> User:
    contacts = tuple(Contact(channel="push", address=json.dumps(each.subscription())) for each in devices)
    return User(id="usr_alice", name="Alice", handle="alice", contacts=contacts)


def page(user: User | None, *, kind: NoticeKind = NoticeKind.OPEN, **changes: object) -> Page:
    notification = Notification(
        id="ntf_1",
        alert_id="alt_01k9card",
        kind=kind,
        channel="push",
        address="primary",
        urgency=Urgency.HIGH,
        due_at=AT,
    )
    drawn = replace(small(kind=kind), **({"urgency": Urgency.HIGH} | changes))  # type: ignore[arg-type]
    return Page(notification=notification, card=drawn, user=user)


# --- What arrives -------------------------------------------------------------------------------------------------


def test_a_page_is_shown_with_its_answers(push: Push, phone: webpush.Device) -> None:
    receipt = push.send(page(alice(phone), description="no space left", integration="Prometheus"))

    [shown] = phone.shown
    assert shown.says["title"] == "HIGH ping · #7"
    assert shown.says["body"] == "no space left\nFrom Prometheus"
    assert shown.says["actions"] == ["acknowledge", "reject"]
    assert shown.says["loud"] is True
    assert shown.says["url"].startswith("https://pager.example.com/answer/")
    assert (shown.headers["urgency"], shown.headers["ttl"]) == ("high", "1800")
    assert receipt.provider_id.startswith(phone.origin)


def test_later_messages_take_the_place_of_earlier_ones(push: Push, phone: webpush.Device) -> None:
    push.send(page(alice(phone)))
    push.send(page(alice(phone), kind=NoticeKind.ACKNOWLEDGED, status=Status.ACKNOWLEDGED))

    first, news = phone.shown
    assert first.says["tag"] == news.says["tag"]
    assert first.headers["topic"] == news.headers["topic"]
    assert news.says["body"].startswith("Somebody has this alert.")
    assert (news.says["actions"], news.says["loud"], news.headers["urgency"]) == ([], False, "normal")


def test_a_page_of_low_urgency_does_not_wake_the_phone(push: Push, phone: webpush.Device) -> None:
    push.send(page(alice(phone), urgency=Urgency.LOW))
    assert phone.shown[0].headers["urgency"] == "normal"
    assert phone.shown[0].says["loud"] is False


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("status", Status)
def test_every_page_fits(push: Push, phone: webpush.Device, text: str, status: Status) -> None:
    push.send(replace(page(alice(phone)), card=card(TEXTS[text], status)))
    assert phone.shown[0].size <= 4096


@pytest.mark.parametrize("text", TEXTS)
def test_every_storm_fits_and_can_be_opened(push: Push, phone: webpush.Device, text: str) -> None:
    push.narrate(digest(TEXTS[text], "push", alice(phone)))
    [shown] = phone.shown
    assert shown.size <= 4096
    assert shown.says["title"] == "Alert storm: 7 more alerts"
    assert shown.says["body"].startswith("10,000 since 12:00 UTC, 9,901 that nobody has.\n#1042 ")
    assert shown.says["url"].startswith("https://pager.example.com/storm/")
    assert (shown.headers["urgency"], shown.headers["ttl"]) == ("high", "1800")


def test_a_storm_without_a_browser_is_told_otherwise(push: Push) -> None:
    with pytest.raises(Rejected, match="no browser registered"):
        push.narrate(digest("disk full", "push", alice()))


def test_all_browsers_of_a_person_show_it(push: Push, service: webpush.Service) -> None:
    devices = [service.device(name, push.server_key) for name in ("phone", "laptop", "tablet")]
    push.send(page(alice(*devices)))
    assert [len(each.shown) for each in devices] == [1, 1, 1]


def test_one_browser_is_enough(push: Push, service: webpush.Service, phone: webpush.Device) -> None:
    broken = service.device("broken", push.server_key)
    broken.will_answer(500)
    assert push.send(page(alice(broken, phone))).provider_id
    assert len(phone.shown) == 1


def test_a_new_browser_is_greeted(push: Push, phone: webpush.Device) -> None:
    push.greet(alice(phone), parse(json.dumps(phone.subscription())))
    assert phone.shown[0].says["title"] == "This device is registered"


# --- What the service may do --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (429, {"retry_after": "17"}, Limited("", 17)),
        (429, {}, Limited("")),
        (503, {"retry_after": "Sun, 01 Mar 2026 12:00:30 GMT", "date": "Sun, 01 Mar 2026 12:00:00 GMT"}, None),
        (500, {}, Unavailable("")),
        (413, {}, Rejected("")),
        (400, {}, Rejected("")),
        (403, {}, Rejected("")),
        (301, {"location": "http://169.254.169.254/"}, Rejected("")),
        (406, {"retry-after": "30"}, Limited("", 30)),
        (200, {"x-wns-status": "dropped"}, Limited("")),
        (201, {"x-wns-status": "channelThrottled", "retry-after": "9"}, Limited("", 9)),
        (404, {}, Gone("")),
        (410, {}, Gone("")),
    ],
)
def test_a_refusal_says_what_follows(
    push: Push, phone: webpush.Device, status: int, headers: dict[str, str], error: Undelivered | None
) -> None:
    phone.will_answer(status, **headers)
    with pytest.raises(Undelivered) as refused:
        push.send(page(alice(phone)))
    if error is not None:
        assert (type(refused.value), refused.value.retry_after) == (type(error), error.retry_after)
    else:
        assert isinstance(refused.value, Unavailable)
        assert refused.value.retry_after in {30, 3600.0, 0.0}  # the server sends a date of its own, too


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_subscription_that_has_moved_is_followed_once(
    push: Push, service: webpush.Service, phone: webpush.Device, status: int
) -> None:
    service.devices["new"] = replace(phone, name="new", shown=[], trouble=deque())
    phone.will_answer(status, location="/wpush/v2/new")

    push.send(page(alice(phone)))

    assert len(service.devices["new"].shown) == 1
    for each in (phone, service.devices["new"]):
        each.will_answer(status, location="/wpush/v2/phone")
    phone.will_answer(status, location="/wpush/v2/new")
    with pytest.raises(Rejected, match="elsewhere, more than once"):
        push.send(page(alice(phone)))


def test_a_subscription_does_not_move_inside(push: Push, phone: webpush.Device) -> None:
    phone.will_answer(301, location="https://10.0.0.1/wpush/v2/phone")
    with pytest.raises(Rejected, match="is not an address of a push service"):
        push.send(page(alice(phone)))


def test_a_page_says_who_has_to_answer_and_what_comes_next(push: Push, phone: webpush.Device) -> None:
    sent = page(alice(phone), teams=("Payments",), next_at=AT + timedelta(minutes=5), next_said="layer 2: Tom by sms.")
    push.send(sent)
    assert phone.shown[0].says["body"].startswith("Payments, answer by 12:05, then layer 2: Tom by sms")


def test_a_system_with_declarative_push_opens_the_answers_page(push: Push, phone: webpush.Device) -> None:
    push.send(page(alice(phone)))
    said = phone.shown[0].says
    assert (said["web_push"], said["navigate"]) == (8030, said["url"])
    assert said["url"].startswith("https://pager.example.com/answer/")


def test_a_subscription_that_is_gone_is_reported(push: Push, service: webpush.Service, phone: webpush.Device) -> None:
    gone: list[tuple[str, str]] = []
    push.gone = lambda user_id, address: gone.append((user_id, address))
    old = service.device("old", push.server_key)
    del service.devices["old"]
    assert push.send(page(alice(phone, old))).provider_id
    assert gone == [("usr_alice", json.dumps(old.subscription()))]


def test_a_browser_that_subscribed_with_another_key_is_refused(push: Push, service: webpush.Service) -> None:
    other = service.device("other", "somebody else's key")
    with pytest.raises(Rejected, match="the VAPID key is not the one"):
        push.send(page(alice(other)))


def test_a_service_that_is_down_is_tried_again(push: Push) -> None:
    with webpush.serve() as service:
        phone = service.device("phone", push.server_key)
    with pytest.raises(Unavailable, match="cannot be reached"):
        push.send(page(alice(phone)))


def test_a_broken_answer_is_tried_again(push: Push, service: webpush.Service, phone: webpush.Device) -> None:
    phone.will_answer(201, content_length="100")
    with pytest.raises(Unanswered):
        push.send(page(alice(phone)))


def test_somebody_without_a_browser_is_reached_otherwise(push: Push) -> None:
    for user in (alice(), None):
        with pytest.raises(Rejected, match="no browser registered"):
            push.send(page(user))


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("http://push.example.com/x", "not an https address"),
        ("https://user@push.example.com/x", "not an https address"),
        ("file:///etc/passwd", "not an https address"),
        ("https://", "not an https address"),
        ("https://[x", "cannot be read"),
        ("https://push.example.com:22/x", "names a port"),
        ("https://10.0.0.1/x", "not an address of a push service"),
        ("https://169.254.169.254/latest/meta-data", "not an address of a push service"),
        ("https://localhost/x", "not an address of a push service"),
        ("https://[::1]/x", "not an address of a push service"),
        ("https://push.example.com/" + "x" * 1_000, "not an https address"),
    ],
)
def test_a_message_never_goes_inside(tmp_path: Path, phone: webpush.Device, endpoint: str, said: str) -> None:
    push = build(environment(tmp_path, PUSH_ALLOW_PRIVATE=""))
    assert isinstance(push, Push)
    subscription = parse(json.dumps(phone.subscription() | {"endpoint": endpoint}))
    with pytest.raises(Gone, match=said):
        push.greet(alice(phone), subscription)


@pytest.mark.parametrize("keys", [{"p256dh": "", "auth": ""}, {"p256dh": "B" * 87, "auth": "a" * 22}, {"auth": "AAAA"}])
def test_keys_that_are_none_are_refused(push: Push, phone: webpush.Device, keys: dict[str, str]) -> None:
    whole = phone.subscription()
    with pytest.raises(Gone, match="keys"):
        push.greet(alice(phone), parse(json.dumps(whole | {"keys": whole["keys"] | keys})))


# --- Settings -----------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    first, second = build(environment(tmp_path)), build(environment(tmp_path))
    assert isinstance(first, Push)
    assert isinstance(second, Push)
    assert not (tmp_path / "vapid.pem").exists()
    assert first.server_key == second.server_key
    assert stat.S_IMODE((tmp_path / "vapid.pem").stat().st_mode) == 0o600


def test_a_key_can_be_given(tmp_path: Path) -> None:
    given = environment(tmp_path, VAPID_PRIVATE_KEY="TyUGdHuQLdSWeI8FbSZGeFKR7wFaeGtY8KVnmnfbyHA")
    push = build(given)
    assert isinstance(push, Push)
    assert len(push.server_key) == 87
    assert list(tmp_path.iterdir()) == []


def test_without_a_public_address_there_is_no_push(tmp_path: Path) -> None:
    assert "push" not in discover({"DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"VAPID_PRIVATE_KEY": "not a key"}, "VAPID_PRIVATE_KEY: is not a key"),
        ({"PUSH_CONTACT": "nobody"}, "PUSH_CONTACT: is not one plain email address"),
        ({"PUSH_CONTACT": "Ops <ops@example.com>"}, "PUSH_CONTACT: is not one plain email address"),
        ({"PUSH_CONTACT": "ops@example.com, second@example.com"}, "PUSH_CONTACT: is not one plain email address"),
        ({"PUSH_CONTACT": "ops@localhost"}, "PUSH_CONTACT: is not one plain email address"),
        ({"PUSH_CONTACT": "@"}, "PUSH_CONTACT: is not one plain email address"),
        ({"PUSH_ALLOW_PRIVATE": "inside"}, "PUSH_ALLOW_PRIVATE"),
    ],
)
def test_a_wrong_setting_is_said_at_the_start(tmp_path: Path, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        build(environment(tmp_path) | wrong)
