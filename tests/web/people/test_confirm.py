"""The page behind a mail's links: reading changes nothing, posting acts for whom the link was made."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest

from bot.engine.model import SYSTEM, Alert, NoticeKind, Receiver, ReceiverKind, Status
from bot.ports import Store
from bot.service import manage
from bot.service.links import Links, Ticket
from bot.settings import Settings
from bot.web.app import assemble
from tests.golden.texts import HOSTILE
from tests.harness import World, world_on
from tests.web.pressing import fields_of
from tests.web.serving import serve

SECRET = "a secret that is long enough for links"
both = pytest.mark.parametrize("via", ["email", "push"])  # a mail's link, and a notification's


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A World whose links lead to a web process."""

    world: World
    client: httpx.Client
    links: Links

    def link(self, name: str, alert: Alert, *, via: str = "email", hours: float = 1) -> str:
        """The path of a link for somebody, about what they see now."""
        return self.links.answer(
            Ticket(
                alert_id=alert.id,
                version=alert.version,
                user_id=self.world.person(name).id,
                via=via,
                expires_at=self.world.clock.now() + timedelta(hours=hours),
            )
        )

    def press(self, address: str, fields: dict[str, str]) -> httpx.Response:
        """Press a button on the page, three seconds after it was shown."""
        token = address.removeprefix("/answer/")
        shown = self.links.shown(token, self.world.clock.now() - timedelta(seconds=3))
        return self.client.post(address, data={"shown": shown, **fields})

    def status(self, title: str = "disk full") -> Status:
        return self.world.alert(title).status


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    settings = Settings(environment={"LINK_SECRET": SECRET})
    with world_on(store) as world, serve(assemble(settings, world.ports, None, lambda: True)) as url:
        world.policy(("alice+bob", 5), ("carol", 5))
        with httpx.Client(base_url=url, timeout=20) as client:
            yield Desk(world=world, client=client, links=Links("", SECRET.encode))


@pytest.fixture
def alert(desk: Desk) -> Alert:
    alert = desk.world.fires("disk full", description="on <b>db-3</b>")
    desk.world.expect_sms("alice", "disk full")
    desk.world.expect_sms("bob", "disk full")
    return desk.world.alert(alert.title)


def test_a_form_that_is_not_ours_is_asked_to_choose(desk: Desk, alert: Alert) -> None:
    for body in ("&".join(f"field{number}=x" for number in range(50)), "verb=delete", "x" * 5_000, ""):
        answer = desk.client.post(desk.link("alice", alert), content=body)
        assert (answer.status_code, "Choose one of the buttons" in answer.text) == (400, True)
    assert desk.world.alert("disk full") == alert


def test_reading_the_page_changes_nothing(desk: Desk, alert: Alert) -> None:
    address = desk.link("alice", alert)
    for do in ("", "?do=acknowledge", "?do=reject", "?do=resolve"):
        shown = desk.client.get(address + do)
        assert shown.status_code == 200
        assert desk.client.head(address + do).status_code == 200
    assert f"MEDIUM disk full · #{alert.number}" in shown.text
    assert "on &lt;b&gt;db-3&lt;/b&gt;" in shown.text
    assert desk.world.alert("disk full") == alert


@pytest.mark.parametrize(
    ("do", "first"),
    [("", "acknowledge"), ("reject", "reject"), ("resolve", "resolve"), ('"><script>', "acknowledge")],
)
def test_the_button_that_was_clicked_in_the_mail_comes_first(desk: Desk, alert: Alert, do: str, first: str) -> None:
    shown = desk.client.get(desk.link("alice", alert), params={"do": do}).text
    assert f'value="{first}" class=first' in shown
    assert shown.count("<button") == 3
    assert "<script" not in shown


def test_the_page_says_what_each_answer_does_and_where_to_read_on(desk: Desk) -> None:
    links = {"runbook_url": "https://runbooks.example/disk", "graph": "https://grafana.example/d/disk"}
    told = desk.world.fires("disk full", meta=links)
    desk.world.expect_sms("alice", "disk full")
    desk.world.expect_sms("bob", "disk full")
    shown = desk.client.get(desk.link("alice", told)).text
    assert "You take it; nobody else is paged." in shown
    assert "You answer as Alice." in shown
    assert "If nobody answers by" in shown
    runbook, graph = (shown.index(f'<a href="{each}"') for each in links.values())
    assert runbook < graph


def test_after_an_answer_no_button_stands_where_the_thumb_was(desk: Desk, alert: Alert) -> None:
    asked = desk.client.get(desk.link("alice", alert)).text
    answered = desk.press(desk.link("alice", alert), {"verb": "acknowledge"}).text
    desk.world.works()
    desk.world.expect("bob", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    assert asked.index("<form") < asked.index('class="text"')
    assert answered.index("<form") > answered.index('class="text"')
    assert "class=first" not in answered
    assert "When the problem is over, press Resolve below." in answered


def test_an_acknowledge_by_mail_is_the_persons_own(desk: Desk, alert: Alert) -> None:
    answer = desk.press(desk.link("alice", alert), {"verb": "acknowledge"})
    desk.world.works()

    assert answer.status_code == 200
    assert f"You have #{alert.number}." in answer.text
    assert "Acknowledged by Alice over email" in answer.text
    acknowledged = desk.world.alert("disk full")
    assert acknowledged.settled_by is not None
    assert (acknowledged.settled_by.id, acknowledged.settled_by.via) == (desk.world.person("alice").id, "email")
    desk.world.expect("bob", "sms", NoticeKind.ACKNOWLEDGED, "disk full")


@both
def test_an_answer_sent_twice_is_harmless(desk: Desk, alert: Alert, via: str) -> None:
    address = desk.link("alice", alert, via=via)
    desk.press(address, {"verb": "acknowledge"})
    again = desk.press(address, {"verb": "acknowledge"})
    desk.world.works()

    assert again.status_code == 200
    assert f"You have #{alert.number} already." in again.text
    desk.world.expect("bob", "sms", NoticeKind.ACKNOWLEDGED, "disk full")


@both
def test_an_answer_that_is_replayed_later_is_refused(desk: Desk, alert: Alert, via: str) -> None:
    address = desk.link("alice", alert, via=via)
    desk.press(address, {"verb": "acknowledge"})
    desk.world.works()
    desk.world.expect("bob", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    desk.world.resolves("bob", alert)

    again = desk.press(address, {"verb": "acknowledge"})

    assert again.status_code == 409
    assert desk.status() is Status.RESOLVED


@both
@pytest.mark.parametrize(("verb", "told"), [("acknowledge", ["bob"]), ("reject", [])])
def test_a_link_answers_once_in_each_way(desk: Desk, verb: str, told: list[str], via: str) -> None:
    """A page that comes again brings links of its own: an old one says nothing about it."""
    alice = Receiver(kind=ReceiverKind.USER, id=desk.world.person("alice").id)
    alert = desk.world.fires("cpu hot")
    desk.world.expect_sms("alice", "cpu hot")
    desk.world.expect_sms("bob", "cpu hot")
    address = desk.link("alice", desk.world.alert("cpu hot"), via=via)
    assert desk.press(address, {"verb": verb}).status_code == 200
    desk.world.works()
    for name in told:
        desk.world.expect(name, "sms", NoticeKind.ACKNOWLEDGED, "cpu hot")
    desk.world.hands_off("bob", alert, alice)
    desk.world.expect_sms("alice", "cpu hot")
    handed = desk.world.alert("cpu hot")

    again = desk.press(address, {"verb": verb})

    assert again.status_code == 409
    assert f"This link has answered {verb} for #{alert.number} once before" in again.text
    assert "Use a newer message, or /pagertree alert in Slack" in again.text
    assert desk.world.alert("cpu hot") == handed
    newer = desk.link("alice", handed, via=via, hours=2)
    assert desk.press(newer, {"verb": verb}).status_code == 200


def test_who_comes_too_late_is_told_who_was_faster(desk: Desk, alert: Alert) -> None:
    desk.world.acknowledges("bob", alert)
    desk.world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    desk.world.passes(seconds=4)
    late = desk.press(desk.link("alice", alert), {"verb": "acknowledge"})

    assert late.status_code == 409
    assert f"#{alert.number} is already acknowledged, 4s ago by Bob. What you saw was out of date." in late.text
    assert "Acknowledged by Bob over sms" in desk.client.get(desk.link("alice", alert)).text


def test_a_reject_starts_the_next_layer_once_all_have_rejected(desk: Desk, alert: Alert) -> None:
    for name in ("alice", "bob"):
        assert desk.press(desk.link(name, alert), {"verb": "reject"}).status_code == 200
    desk.world.works()
    desk.world.expect_sms("carol", "disk full")


def test_who_is_not_asked_cannot_reject(desk: Desk, alert: Alert) -> None:
    answer = desk.press(desk.link("carol", alert), {"verb": "reject"})
    assert answer.status_code == 409
    assert f"You are not being asked about #{alert.number}." in answer.text


def test_a_resolved_alert_has_no_buttons(desk: Desk, alert: Alert) -> None:
    answer = desk.press(desk.link("alice", alert), {"verb": "resolve"})
    desk.world.works()
    assert f"#{alert.number} is resolved." in answer.text
    assert "<button" not in answer.text


@pytest.mark.parametrize("verb", ["", "drop", "delete from alerts", "x" * 2_000])
def test_what_is_no_answer_changes_nothing(desk: Desk, alert: Alert, verb: str) -> None:
    answer = desk.press(desk.link("alice", alert), {"verb": verb})
    assert answer.status_code == 400
    assert "Choose one of the buttons." in answer.text
    assert desk.world.alert("disk full") == alert


@both
def test_an_expired_link_is_refused_and_says_how_else_to_answer(desk: Desk, alert: Alert, via: str) -> None:
    address = desk.link("alice", alert, via=via, hours=0)
    for answer in (desk.client.get(address), desk.press(address, {"verb": "acknowledge"})):
        assert answer.status_code == 410
        assert "This link has expired." in answer.text
        assert "/pagertree alert" in answer.text
    assert desk.status() is Status.OPEN


@both
def test_a_forged_link_is_refused(desk: Desk, alert: Alert, via: str) -> None:
    forged = Links("", lambda: b"guessed").answer(
        Ticket(alert_id=alert.id, version=1, user_id="usr_1", via=via, expires_at=desk.world.clock.now())
    )
    for address in (forged, "/answer/x", desk.link("alice", alert, via=via)[:-3], "/answer/" + "x" * 5_000):
        answer = desk.press(address, {"verb": "acknowledge"})
        assert answer.status_code == 403
    assert desk.status() is Status.OPEN


def test_the_link_of_one_alert_does_not_answer_another(desk: Desk, alert: Alert) -> None:
    other = desk.world.fires("cpu hot")
    desk.world.expect_sms("alice", "cpu hot")
    desk.world.expect_sms("bob", "cpu hot")
    mine, others = desk.link("alice", alert).split("."), desk.link("alice", other).split(".")
    assert desk.press(f"{others[0]}.{mine[1]}", {"verb": "acknowledge"}).status_code == 403
    assert desk.press(desk.link("alice", alert), {"verb": "acknowledge", "alert_id": other.id}).is_success
    desk.world.works()
    assert (desk.status("disk full"), desk.status("cpu hot")) == (Status.ACKNOWLEDGED, Status.OPEN)
    desk.world.expect("bob", "sms", NoticeKind.ACKNOWLEDGED, "disk full")


def test_a_link_of_somebody_who_left_is_refused(desk: Desk, alert: Alert) -> None:
    address = desk.link("alice", alert)
    manage.change(desk.world.ports, replace(desk.world.person("alice"), active=False), SYSTEM, 1)
    assert desk.client.get(address).status_code == 403
    assert desk.press(address, {"verb": "acknowledge"}).status_code == 403
    assert desk.status() is Status.OPEN


def test_the_page_is_told_to_nobody_and_framed_by_nobody(desk: Desk, alert: Alert) -> None:
    headers = desk.client.get(desk.link("alice", alert)).headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"]
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"):
        assert rule in policy
    assert "unsafe" not in policy


def test_foreign_text_is_shown_not_run(desk: Desk, alert: Alert) -> None:
    nasty = desk.world.fires("<script>alert(1)</script>", description=HOSTILE, labels=HOSTILE)
    desk.world.expect_sms("alice", nasty.title)
    desk.world.expect_sms("bob", nasty.title)
    shown = desk.client.get(desk.link("alice", nasty)).text
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown


def test_a_program_gets_the_sentence_alone(desk: Desk, alert: Alert) -> None:
    as_json = {"accept": "application/json"}
    address = desk.link("bob", alert, via="push")
    answer = desk.client.post(address, data={"verb": "acknowledge"}, headers=as_json)
    desk.world.works()
    assert answer.json() == {"said": f"You have #{alert.number}."}
    desk.world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    late = desk.client.post(desk.link("alice", alert), data={"verb": "acknowledge"}, headers=as_json)
    assert (late.status_code, "already acknowledged" in late.json()["said"]) == (409, True)


@pytest.mark.parametrize("shown", ["", "x.y", "of another link"])
def test_an_answer_without_the_pages_own_moment_changes_nothing(desk: Desk, alert: Alert, shown: str) -> None:
    given = desk.links.shown(shown, desk.world.clock.now() - timedelta(minutes=1)) if " " in shown else shown
    answer = desk.client.post(desk.link("alice", alert), data={"verb": "acknowledge", "shown": given})

    assert (answer.status_code, "Press the button on this page." in answer.text) == (400, True)
    assert desk.status() is Status.OPEN


def test_an_answer_that_comes_faster_than_anybody_reads_is_asked_for_once_more(desk: Desk, alert: Alert) -> None:
    address = desk.link("alice", alert)
    sent = fields_of(desk.client.get(address).text, "acknowledge")
    hasty = desk.client.post(address, data=sent)

    assert (hasty.status_code, "Press it once more." in hasty.text) == (400, True)
    assert desk.status() is Status.OPEN
    desk.world.clock.move_to(desk.world.clock.now() + timedelta(seconds=2))
    again = desk.client.post(address, data=fields_of(hasty.text, "acknowledge"))
    assert again.status_code == 200
    assert desk.status() is Status.ACKNOWLEDGED
