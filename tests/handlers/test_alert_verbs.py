"""What people do to an alert: by command, in a card's menu, in forms and with Slack's shortcuts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.model import SYSTEM, EntryKind, Status
from bot.service import manage
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World, team_receiver

BOB, CAROL = "U0BOB000002", "U0CAROL0003"


@pytest.fixture
def paged(world: World, workspace: Workspace, alice: Person) -> Iterator[World]:
    """An open alert: bob is asked, and carol after him."""
    alice.asks("/pagertree")
    world.policy(("bob", 5), ("carol", 5))
    for name, slack_id in (("bob", BOB), ("carol", CAROL)):
        manage.change(world.ports, replace(world.person(name), slack_id=slack_id), SYSTEM, 1)
    world.fires("disk full")
    yield world
    world.inbox.clear()


def _picks(person: Person, ts: str, label: str) -> None:
    """Choose a line of a card's menu."""
    assert person.clicks("alert.more", ts, value=label)["ok"]


def _shown(person: Person) -> str:
    return str(person.asks_for("/pagertree alert show #1")["ts"])


def test_a_card_says_that_there_are_more_fields_and_where(paged: World, alice: Person) -> None:
    many = {f"label {number:03}": f"value <{number}>" for number in range(200)}
    paged.fires("many labels", meta=many)
    paged.inbox.clear()

    said = alice.asks("/pagertree alert show #2")

    assert "label 009" in said
    assert "and 190 more fields: `/pagertree alert show #2`" in said
    assert "*Further fields*\n*label 010*: value &lt;10&gt;\n" in said
    shown = said.count("*label ") - 10
    assert f"and {190 - shown} more, in the payload: `/pagertree why #2` leads to it" in said


def test_escalating_pages_the_next_layer(paged: World, bob: Person) -> None:
    paged.expect_sms("bob", "disk full")
    ts = _shown(bob)
    before = bob.workspace.get("changes")["seq"]
    _picks(bob, ts, "Escalate now")
    assert "#1 is escalated: Carol is paged now." in words_of(bob.sees(after=before))
    paged.works()
    paged.expect_sms("carol", "disk full")


def test_a_stale_escalation_is_refused(paged: World, bob: Person, alice: Person) -> None:
    ts = _shown(bob)
    assert "#1 is escalated: Carol is paged now." in alice.asks("/pagertree alert escalate #1")

    before = bob.workspace.get("changes")["seq"]
    _picks(bob, ts, "Escalate now")

    assert "has been escalated since you saw it" in words_of(bob.sees(after=before))
    assert [entry.kind for entry in paged.timeline(paged.alert("disk full"))].count(EntryKind.PAGED) == 2


def test_handing_off_in_a_form_pages_the_others_with_the_note(paged: World, bob: Person) -> None:
    carol = paged.ports.store.directory().user_in_slack(CAROL)
    assert carol
    ts = _shown(bob)
    _picks(bob, ts, "Hand off…")
    bob.form(showing="What they need")

    answer = bob.submits(to=[f"user:{carol.id}"], note="failover is half done")

    assert "handed off to user:carol" in words_of(answer["view"])
    paged.works()
    paged.expect_sms("carol", "disk full")
    assert "Handed off to user:carol by Bob: failover is half done" in paged.said(paged.alert("disk full"))


def test_handing_off_by_command_needs_no_form(paged: World, bob: Person) -> None:
    assert "handed off to user:carol" in bob.asks("/pagertree alert handoff #1 @carol “failover is half done”")
    assert "#1" not in bob.asks("/pagertree")
    assert "There is nobody called “nobody”" in bob.asks("/pagertree alert handoff #1 nobody")
    assert "Did you mean team:ops" in bob.asks("/pagertree alert handoff #1 team:op")


def test_snoozing_is_for_alerts_that_somebody_has(paged: World, bob: Person) -> None:
    assert "only an acknowledged alert can be snoozed" in bob.asks("/pagertree alert snooze #1 1h")
    bob.asks("/pagertree alert ack #1")

    assert "#1 is quiet for 1h." in bob.asks("/pagertree alert snooze #1 1h")
    assert "too short or too long" in bob.asks("/pagertree alert snooze #1 30d")

    paged.inbox.clear()
    paged.passes(minutes=61)
    assert paged.alert("disk full").status is Status.OPEN
    paged.expect_sms("bob", "disk full")


def test_snoozing_in_the_form_takes_any_duration(paged: World, bob: Person) -> None:
    bob.asks("/pagertree alert ack #1")
    _picks(bob, _shown(bob), "Snooze…")
    bob.form(showing="If it is not resolved")

    assert "is not a duration" in bob.submits(exactly="soon")["errors"]["exactly"]
    assert "quiet for 1h 30m" in words_of(bob.submits(exactly="90m")["view"])


def test_a_note_is_added_in_the_form_and_by_command(paged: World, bob: Person) -> None:
    _picks(bob, _shown(bob), "Add note…")
    bob.form(showing="Note")
    assert "Noted on #1." in words_of(bob.submits(note="restarted the primary")["view"])

    assert "Noted on #1." in bob.asks("/pagertree alert note #1 it came back")

    assert "restarted the primary\nit came back" in paged.said(paged.alert("disk full"))


def test_somebody_is_paged_by_hand(paged: World, bob: Person, alice: Person) -> None:
    paged.inbox.clear()

    assert "#2 pages user:carol: Carol is paged now." in alice.asks(
        "/pagertree alert page @carol Checkout fails for everybody"
    )

    paged.works()
    paged.expect_sms("carol", "Checkout fails for everybody")
    assert "Alice Moreau pages by hand" in paged.said(paged.alert("Checkout fails for everybody"))
    assert "is no urgency" in alice.asks("/pagertree alert page --urgency loud @carol x")


def test_paging_without_words_asks_for_them(paged: World, alice: Person) -> None:
    form = alice.opens("/pagertree alert page @carol", showing="What about")

    assert "Person Carol" in words_of(form["state"])
    assert "does not say what" in alice.submits(text="  ")["errors"]["text"]


def test_the_shortcut_pages_once_however_often_its_form_is_sent(
    paged: World, workspace: Workspace, bob: Person
) -> None:
    paged.inbox.clear()
    carol = paged.ports.store.directory().user_in_slack(CAROL)
    assert carol
    assert workspace.post("shortcuts", **{"as": "bob", "callback_id": "page_somebody"})["ok"]
    bob.form(showing="What about")

    assert "Silent alerts" not in words_of(bob.form())
    answer = bob.submits(receivers=[f"user:{carol.id}"], text="Checkout fails\nsince nine", urgency="critical")

    assert "#2 pages user:carol: Carol is paged now." in words_of(answer["view"])
    paged.works()
    paged.expect_sms("carol", "Checkout fails")
    assert paged.alert("Checkout fails").description == "Checkout fails\nsince nine"


def test_a_message_is_added_to_the_alert_of_its_thread(paged: World, workspace: Workspace, bob: Person) -> None:
    paged.fires("another alert")
    said = workspace.post("messages", **{"as": "bob", "channel": "#general", "text": "it was the backup job"})
    ts = said["message"]["ts"]

    assert workspace.post("shortcuts", **{"as": "bob", "callback_id": "add_to_alert", "channel": "#general", "ts": ts})[
        "ok"
    ]
    form = bob.form(showing="Goes into its timeline")
    assert form["state"]["values"]["note"]["value"]["value"] == "it was the backup job"
    assert bob.submits(alert=paged.alert("disk full").id)["ok"]

    assert "it was the backup job" in paged.said(paged.alert("disk full"))


def test_resolving_asks_whether_what_was_gathered_is_over_too(world: World, bob: Person, alice: Person) -> None:
    team = world.team("ops", ("nobody", 5))
    integration = world.integration("webhook", team_receiver(team))
    manage.change(world.ports, replace(integration, auto_aggregate=timedelta(minutes=15)), SYSTEM, 1)
    for key in ("one", "two", "three"):
        world.sends({"event_type": "create", "id": key, "title": "disk full"})
    ts = _shown(alice)

    before = alice.workspace.get("changes")["seq"]
    assert alice.clicks("alert.resolve", ts)["ok"]

    said = words_of(alice.sees(after=before))
    assert "#1 gathered 2 others that are not over." in said
    assert "All 3" in said
    assert "Only this one" in said
    assert world.alert("disk full").status is not Status.RESOLVED
    assert "says nothing of what it gathered" in alice.asks("/pagertree alert resolve #1 --gathered some")
    assert "one that it gathered" not in alice.asks("/pagertree alert resolve #1 --gathered keep")
    assert "#3 is resolved" not in alice.asks("/pagertree alert show #2")
    assert "#2 is resolved, and 1 that it gathered." in alice.asks("/pagertree alert resolve #2 --gathered all")
    world.inbox.clear()


def test_a_page_whose_message_ends_in_help_pages(paged: World, alice: Person) -> None:
    paged.inbox.clear()
    alice.asks("/pagertree alert page team:ops it's #1 again — checkout is down --force failed we need help")
    paged.works()

    paged.expect_sms("bob", "it's #1 again — checkout is down --force failed we need help")


def test_an_urgency_behind_the_message_is_said_to_be_a_part_of_it(paged: World, alice: Person) -> None:
    said = alice.asks("/pagertree alert page team:ops checkout is down --urgency critical")

    assert "The urgency is high: --urgency stood in the message" in said


def test_more_offers_what_fits_and_leads_on_to_the_form(paged: World, bob: Person) -> None:
    _picks(bob, _shown(bob), "More…")
    offered = words_of(bob.form(showing="What"))
    assert "Ask others, too" in offered
    assert "Take the acknowledgement back" not in offered

    bob.submits(verb="ask")
    carol = paged.ports.store.directory().user_in_slack(CAROL)
    assert carol
    bob.form(showing="What you need of them")
    answer = bob.submits(to=[f"user:{carol.id}"], note="the replica is down")

    assert "user:carol is asked about #1: Carol is paged now." in words_of(answer["view"])
    paged.works()
    paged.expect_sms("carol", "disk full")
    assert "🤝 Bob asks for help: the replica is down" in bob.asks("/pagertree alert show #1")


def test_an_answer_is_taken_back_by_its_button(paged: World, bob: Person) -> None:
    answer = bob.asks_for("/pagertree alert ack #1")
    before = bob.workspace.get("changes")["seq"]
    bob.clicks("run.alert unack #1", answer["ts"])
    assert "#1 is open again: Bob is paged again." in words_of(bob.sees(after=before))
    assert "Reopen" in bob.asks("/pagertree alert resolve #1")
    assert "#1 is reopened: Bob is paged again." in bob.asks("/pagertree alert reopen #1")


def test_words_from_elsewhere_lead_to_the_verbs(paged: World, bob: Person) -> None:
    assert "Did you mean /pagertree alert unack #1" in bob.asks("/pagertree alert unacknowledge #1")
    assert "Did you mean /pagertree alert reopen #1" in bob.asks("/pagertree alert unresolve #1")
    assert "Did you mean /pagertree alert unack #1" in bob.asks("/pagertree unack #1")


def test_many_alerts_are_listed_before_and_counted_after(paged: World, bob: Person) -> None:
    for title in ("swap full", "load high"):
        paged.fires(title)
    asked = bob.asks_for("/pagertree alert ack #1 #3")
    assert "Acknowledge 2 alerts?" in words_of(asked)
    paged.fires("too late")

    before = bob.workspace.get("changes")["seq"]
    bob.clicks("run.alert ack #1 #3 --sure", asked["ts"])
    assert "2 alerts are acknowledged." in words_of(bob.sees(after=before))

    asked = bob.asks_for("/pagertree alert resolve --team ops")
    assert "Resolve 4 alerts?" in words_of(asked)
    paged.fires("later still")
    before = bob.workspace.get("changes")["seq"]
    bob.clicks("run.alert resolve --team ops --up-to #4 --sure", asked["ts"])
    assert "4 alerts are resolved." in words_of(bob.sees(after=before))
    assert paged.alert("later still").status is Status.OPEN
    assert "#5 later still" in bob.asks("/pagertree alert ack --all-open")
    assert "Numbers and --all-open do not go together" in bob.asks("/pagertree alert ack #5 --all-open")
    assert "There is no alert #77. Nothing was changed." in bob.asks("/pagertree alert ack #5 #77 --sure")
    assert "5 alerts are" not in bob.asks("/pagertree alert ack --integration webhook --sure")


def test_severity_and_urgency_are_typed_in_short(paged: World, bob: Person) -> None:
    assert "#1 is an incident now: SEV-2, checkout is down." in bob.asks(
        "/pagertree alert incident #1 2 checkout is down"
    )
    assert "is no severity" in bob.asks("/pagertree alert incident #1 huge")
    assert "is no incident any more" in bob.asks("/pagertree alert incident #1 end")
    assert "is critical now" in bob.asks("/pagertree alert urgency #1 critical")


def test_what_alerts_are_sent_to_is_deleted_when_it_is_said_where_to_instead(
    paged: World, alice: Person, bob: Person
) -> None:
    paged.team("db", ("dan", 5))
    asked = alice.opens("/pagertree team delete ops", showing="Where to instead")
    assert "integration webhook (destination)" in words_of(asked)
    assert "It answers for #1" in words_of(asked)
    directory = paged.ports.store.directory()
    db, ops = directory.receiver("team:db"), directory.receiver("team:ops")
    assert db
    assert ops
    assert "complete this required field" in alice.submits()["errors"]["instead"]

    answer = words_of(alice.submits(instead=str(db))["view"])

    assert "integration webhook (destination) sends to team:db now. team:db answers for 1 of its alerts." in answer
    paged.works()
    paged.expect_sms("dan", "disk full")
    assert paged.ports.store.directory().receiver(str(ops)) is None
    paged.fires("next")
    paged.expect_sms("dan", "next")


def test_what_a_rule_names_is_not_deleted(paged: World, alice: Person) -> None:
    paged.router("dev", "rules: [{match: {always: true}, actions: [{type: assign, receiver: team:ops}]}]")
    assert "still needed by router dev (rules)" in words_of(alice.opens("/pagertree team delete ops"))
