"""Why: of alerts, of payloads whatever became of them, and of silence; and payloads once more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import ids
from bot.engine.model import SYSTEM, Integration, Maintenance, Status
from bot.errors import Rejected
from bot.ports import AlertFilter, Log, LogState, Request
from bot.service import manage
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World, team_receiver

ROUTER = (
    "rules:\n"
    "  - name: staging\n    match: {alert.title: {$regex: staging}}\n    actions: [{type: ignore}]\n"
    "  - name: ours\n    match: {always: true}\n    actions: [{type: assign, receiver: team:ops}]\n"
)
BOB = "U0BOB000002"


@pytest.fixture
def routed(world: World, workspace: Workspace, alice: Person) -> Iterator[World]:
    """A team behind a router, and alice as admin."""
    alice.asks("/pagertree")
    team = world.team("ops", ("bob", 5), ("carol", 5))
    manage.change(world.ports, replace(world.person("bob"), slack_id=BOB), SYSTEM, 1)
    world.integration("webhook", world.router("dev", ROUTER, team_receiver(team)))
    yield world
    world.inbox.clear()


def _integration(world: World) -> Integration:
    found = world.ports.store.directory().get(Integration, "webhook")
    assert isinstance(found, Integration)
    return found


def _create(title: str, key: str = "") -> dict[str, str]:
    return {"event_type": "create", "id": key or title, "title": title}


def test_why_an_alert_tells_the_rules_the_people_and_the_messages(routed: World, alice: Person) -> None:
    routed.fires("disk full")

    said = alice.asks("/pagertree why #1")

    assert "router:dev staging: did not match: alert.title" in said
    assert "router:dev ours: matched" in said
    assert "Bob: layer 1, on call in schedule:ops by daily shift of " in said
    assert "sms: sent" in said
    assert "layer 2: Carol" in said


def test_why_an_acknowledged_alert_says_by_whom_and_no_reproach(routed: World, alice: Person) -> None:
    alert = routed.fires("disk full")
    routed.acknowledges("bob", alert)

    said = alice.asks(f"/pagertree why #{alert.number}")

    assert f"#{alert.number} is acknowledged, just now by Bob." in said
    assert "already" not in said
    routed.inbox.clear()


def test_why_a_dropped_alert_says_that_nobody_was_on_call(routed: World, alice: Person) -> None:
    routed.passes()
    empty = routed.team("empty", ("", 5))
    routed.integration("lonely", team_receiver(empty))
    routed.fires("nobody there", integration="lonely")

    said = alice.asks("/pagertree why #1")

    assert "#1 is dropped, " in said
    assert "Nobody is on call in team:empty" in said
    assert "Nobody is on call in layer 1." in said


def test_why_a_suppressed_alert_names_the_rule(routed: World, alice: Person) -> None:
    log = routed.sends(_create("staging broke"))

    assert "a router ignores it" in alice.asks("/pagertree why #1")
    said = alice.asks(f"/pagertree why {log.id}")
    assert "router:dev staging: matched" in said
    assert "made an alert (suppressed)" in said


def test_why_a_page_that_was_not_delivered(routed: World, alice: Person) -> None:
    routed.phones["sms"].trouble.append(Rejected("the number is wrong"))
    routed.fires("disk full")

    assert "not delivered: the number is wrong" in alice.asks("/pagertree why #1")


def test_why_a_repetition_was_counted(routed: World, alice: Person) -> None:
    routed.sends(_create("disk full"))
    log = routed.sends(_create("disk full"))

    said = alice.asks(f"/pagertree why {log.id}")

    assert "it was counted there" in said
    assert "#1 disk full, made by an earlier payload" in said
    assert "It came 2 times with the same key" in alice.asks("/pagertree why #1")


def test_why_nothing_came_of_a_payload_in_maintenance(routed: World, alice: Person) -> None:
    now = routed.clock.now()
    window = Maintenance(
        id=ids.new("mnt"),
        name="Upgrade",
        handle="upgrade",
        integration_ids=(_integration(routed).id,),
        start_at=now,
        end_at=now + timedelta(hours=1),
    )
    manage.create(routed.ports, window, SYSTEM)
    log = routed.sends(_create("disk full"))

    said = alice.asks(f"/pagertree why {log.id}")

    assert "withheld by the maintenance window Upgrade" in said
    assert "The maintenance window Upgrade is on" in alice.asks("/pagertree why webhook")


def test_why_a_resolve_changed_nothing(routed: World, alice: Person) -> None:
    log = routed.sends({"event_type": "resolve", "id": "unheard of"})

    assert "there is no alert with that key that could be resolved" in alice.asks(f"/pagertree why {log.id}")


def test_why_a_payload_was_refused_and_that_nothing_else_came(routed: World, alice: Person) -> None:
    assert "Nothing ever arrived." in alice.asks("/pagertree why webhook")
    request = Request(method="POST", path="/integrations/x", body=b"{}", remote="192.0.2.7")
    log = Log(
        id=ids.new("log"),
        integration_id=_integration(routed).id,
        at=routed.clock.now(),
        request=request,
        answered=403,
        state=LogState.REFUSED,
        outcome="The token is wrong.",
    )
    routed.ports.store.append([log])

    said = alice.asks(f"/pagertree why {log.id}")
    assert "Refused with 403: The token is wrong" in said
    assert "192.0.2.7" in said
    assert "set the same one at the sender" in said
    silence = alice.asks("/pagertree why webhook")
    assert "Everything that arrived was refused, the last time with 403" in silence
    assert "1× 403: The token is wrong." in silence


def test_why_of_what_is_not_there(routed: World, alice: Person) -> None:
    assert "There is no alert #77" in alice.asks("/pagertree why #77")
    assert "There is no payload log_nothing" in alice.asks("/pagertree why log_nothing")
    assert "Name an alert (#1042), a payload" in alice.asks("/pagertree why xyz")


# --- Once more ----------------------------------------------------------------------------------------------------


def _alerts(world: World) -> int:
    with world.ports.store.begin() as uow:
        return len(uow.alerts(AlertFilter(limit=50)))


def test_a_dry_replay_says_what_would_happen_and_does_nothing(routed: World, alice: Person) -> None:
    log = routed.sends(_create("disk full"))

    form = words_of(alice.opens(f"/pagertree replay {log.id}", showing="If it came now"))

    assert "*router:dev ours*: matched" in form
    assert "user:bob by sms: layer 1 of team:ops" in form
    assert "user:carol by sms: layer 2 of team:ops" in form
    assert "nobody was paged" in words_of(alice.submits(how="dry")["view"])
    assert _alerts(routed) == 1


def test_a_replay_to_me_pages_me_alone_and_once(routed: World, alice: Person, bob: Person) -> None:
    log = routed.sends(_create("disk full"))
    routed.inbox.clear()
    bob.opens(f"/pagertree replay {log.id}", showing="If it came now")

    answer = bob.submits(how="me")

    assert "pages you, and nobody else" in words_of(answer["view"])
    routed.works()
    routed.expect_sms("bob", "[replay] disk full")
    routed.expect_silence()


def test_a_live_replay_needs_a_word_and_is_deduplicated(routed: World, alice: Person) -> None:
    log = routed.sends(_create("disk full"))
    routed.inbox.clear()
    alice.opens(f"/pagertree replay {log.id}", showing="If it came now")

    asked = alice.submits(how="live")
    assert "Type LIVE" in words_of(asked["view"])
    answer = alice.submits(confirm="live")

    assert f"taken in as {log.id}.r1" in words_of(answer["view"])
    routed.works()
    assert (_alerts(routed), routed.alert("disk full").count) == (1, 2)
    routed.expect_silence()
    assert "counted there" in alice.asks(f"/pagertree why {log.id}.r1")


def test_a_live_replay_of_what_was_resolved_pages_anew_and_the_next_one_is_warned(routed: World, alice: Person) -> None:
    log = routed.sends(_create("disk full"))
    alice.asks("/pagertree alert resolve #1")
    alice.opens(f"/pagertree replay {log.id}", showing="If it came now")
    alice.submits(how="live")
    assert alice.submits(confirm="LIVE")["ok"]
    routed.works()
    assert [_alerts(routed), routed.alert("disk full").status] == [2, Status.OPEN]

    again = alice.opens(f"/pagertree replay {log.id}", showing="replayed already")

    assert "by Alice Moreau" in words_of(again)


def test_live_replays_are_for_admins(routed: World, alice: Person, bob: Person) -> None:
    log = routed.sends(_create("disk full"))
    bob.opens(f"/pagertree replay {log.id}", showing="If it came now")

    assert "Only admins may" in bob.submits(how="live")["errors"]["how"]
