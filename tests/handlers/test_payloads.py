"""What was sent to integrations, listed, found and shown without secrets; and what automations send."""

from collections.abc import Iterator

import pytest

from bot.engine.model import Automation
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World

SECRETS = {"password": "hunter2", "nested": [{"api_key": "k-123", "tokens": {"count": 3}}]}


@pytest.fixture
def busy(world: World, workspace: Workspace, alice: Person) -> Iterator[World]:
    alice.asks("/pagertree")
    world.policy(("bob", 5))
    yield world
    world.inbox.clear()


def _create(title: str, **more: object) -> dict[str, object]:
    return {"event_type": "create", "id": title, "title": title, **more}


def test_payloads_are_listed_newest_first_and_in_pages(busy: World, alice: Person) -> None:
    logs = [busy.sends(_create(f"alert {number}")) for number in range(12)]

    first = alice.asks("/pagertree integration logs webhook")
    second = alice.asks("/pagertree integration logs webhook --page 2")

    assert first.index(logs[11].id) < first.index(logs[2].id)
    assert logs[1].id not in first
    assert logs[0].id in second


def test_payloads_are_found_by_what_is_in_them_and_by_state(busy: World, alice: Person) -> None:
    wanted, other = busy.sends(_create("Straße is full")), busy.sends(_create("disk full"))

    found = alice.asks("/pagertree integration logs webhook STRASSE")

    assert wanted.id in found
    assert other.id not in found
    assert "None of the latest 2000 payloads" in alice.asks("/pagertree integration logs webhook --state refused")
    assert "is no state" in alice.asks("/pagertree integration logs webhook --state odd")


def test_a_payload_is_shown_in_full_without_its_secrets(busy: World, alice: Person) -> None:
    log = busy.sends(_create("disk full", **SECRETS))

    said = alice.asks(f"/pagertree integration log {log.id}")

    assert "Answered 200: made an alert (open)" in said
    assert '"title": "disk full"' in said
    assert '"count": 3' in said
    assert "hunter2" not in said
    assert "k-123" not in said


def test_a_long_payload_is_shown_in_parts(busy: World, alice: Person) -> None:
    log = busy.sends(_create("disk full", text="x" * 9_000, last="the end of it"))

    assert "the end of it" not in alice.asks(f"/pagertree integration log {log.id}")
    assert "the end of it" in alice.asks(f"/pagertree integration log {log.id} --part 2")
    assert "has no part 9" in alice.asks(f"/pagertree integration log {log.id} --part 9")


def test_where_nothing_was_sent_why_is_near(busy: World, alice: Person) -> None:
    assert "Nothing was ever sent to webhook." in alice.asks("/pagertree integration logs webhook")


# --- Automations --------------------------------------------------------------------------------------------------


def _make(alice: Person, **values: object) -> str:
    alice.opens("/pagertree automation add", showing="Name")
    given = {
        "name": "Restart",
        "url": "https://ci.example/{{alert.number}}?token=abc",
        "body": '{"t": "{{alert.title}}"}',
    }
    return words_of(alice.submits(**{**given, **values}))


def test_an_automation_is_made_tried_and_shown_without_secrets(busy: World, alice: Person) -> None:
    answer = _make(alice, headers="X-Reason: {{alert.title}}\nX-Key: secret-value", secret="s3cret")
    assert "automation:restart" in answer
    busy.fires('a "quoted" title')

    tried = alice.asks("/pagertree automation test restart")
    shown = alice.asks("/pagertree automation show restart")

    assert "POST https://ci.example/1" in tried
    assert 'a \\"quoted\\" title' in tried
    assert "Nothing was sent." in tried
    assert "with a bearer token" in shown
    assert not [each for each in ("s3cret", "secret-value", "token=abc") if each in shown]
    assert "automation:restart" in alice.asks("/pagertree automation list")


def test_a_secret_stays_until_it_is_replaced_or_removed(busy: World, alice: Person) -> None:
    _make(alice, user="bot", secret="s3cret")

    def auth() -> object:
        found = busy.ports.store.directory().get(Automation, "restart")
        assert isinstance(found, Automation)
        return found.auth and (found.auth.user, found.auth.secret)

    form = alice.opens("/pagertree automation edit restart", showing="Name")
    assert "s3cret" not in str(form)
    assert alice.submits(name="Restart it")["ok"]
    assert auth() == ("bot", "s3cret")
    alice.opens("/pagertree automation edit restart", showing="Name")
    assert alice.submits(secret="none")["ok"]
    assert auth() is None


@pytest.mark.parametrize(
    ("values", "where", "said"),
    [
        ({"headers": "X-Reason"}, "headers", "Line 1, “X-Reason”, is no header."),
        ({"url": "ftp://example"}, "url", "http"),
        ({"user": "bot"}, "secret", "a user name and no password"),
    ],
)
def test_mistakes_are_said_where_they_are(
    busy: World, alice: Person, values: dict[str, str], where: str, said: str
) -> None:
    alice.opens("/pagertree automation add", showing="Name")
    answer = alice.submits(**{"name": "Restart", "url": "https://ci.example", **values})

    assert said in answer["errors"][where]
