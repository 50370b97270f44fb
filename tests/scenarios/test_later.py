"""What is to happen later happens, whatever else became of the alert meanwhile."""

from dataclasses import replace

from bot import ids
from bot.engine.model import SYSTEM, Automation, NoticeKind, Role, Status
from bot.service import manage
from tests.harness import World, team_receiver, user_receiver

ASSIGNS = "{{type: assign, receiver: {receiver}, delay: {delay}}}"


def rules(*actions: str) -> str:
    """A router's only rule."""
    return f"rules: [{{match: {{always: true}}, actions: [{', '.join(actions)}]}}]"


def assigns(receiver: str, delay: str = "0s") -> str:
    return ASSIGNS.format(receiver=receiver, delay=delay)


def test_whoever_comes_later_is_paged_though_the_first_team_gave_up(world: World) -> None:
    world.team("ops", ("alice", 5))
    world.person("nina")
    world.integration("webhook", world.router("late", rules(assigns("team:ops"), assigns("user:nina", "10m"))))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=5)
    world.expect("ops-admin", "email", NoticeKind.DROPPED, "disk full")
    world.passes(minutes=5)
    world.expect_sms("nina", "disk full")
    assert world.alert("disk full").status is Status.OPEN


def test_an_acknowledgement_is_for_those_too_who_come_later(world: World) -> None:
    world.team("ops", ("alice", 5))
    world.person("nina")
    world.integration("webhook", world.router("late", rules(assigns("team:ops"), assigns("user:nina", "10m"))))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.acknowledges("alice", alert)
    world.passes(minutes=60)
    assert world.alert("disk full").status is Status.ACKNOWLEDGED


def test_one_delay_behind_another_is_waited_for_as_well(world: World) -> None:
    world.person("nina")
    world.router("second", rules(assigns("user:nina", "5m")))
    world.integration("webhook", world.router("first", rules(assigns("router:second", "5m"))))
    world.fires("disk full")
    world.passes(minutes=9, seconds=59)
    world.expect_silence()
    world.passes(seconds=1)
    world.expect_sms("nina", "disk full")


def test_handing_it_off_again_to_who_comes_later_does_not_lose_it(world: World) -> None:
    world.person("nina")
    late = world.router("late", rules(assigns("user:nina", "10m")))
    world.policy(("alice", 60))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.hands_off("alice", alert, late)
    world.passes(minutes=1)
    world.hands_off("alice", alert, late)
    world.passes(minutes=10)
    world.expect_sms("nina", "disk full")


def test_who_is_named_with_a_delay_and_without_is_paged_at_once(world: World) -> None:
    nina = world.person("nina")
    world.integration("webhook", world.router("late", rules(assigns("user:nina", "10m"))), user_receiver(nina))
    world.fires("disk full")
    world.expect_sms("nina", "disk full")
    world.acknowledges("nina", world.alert("disk full"))


def test_a_router_that_ignores_it_later_suppresses_it(world: World) -> None:
    world.router("deaf", rules("{type: ignore}"))
    world.integration("webhook", world.router("first", rules(assigns("router:deaf", "5m"))))
    world.fires("disk full")
    world.passes(minutes=5)
    assert world.alert("disk full").status is Status.SUPPRESSED
    assert world.fires("disk full").status is Status.QUEUED


def test_automations_behind_a_delay_run(world: World) -> None:
    automation = Automation(id=ids.new("atm"), name="mend", handle="mend", method="POST", url="https://example.com/")
    manage.create(world.ports, automation, SYSTEM)
    world.person("nina")
    world.router("second", rules("{type: automate, ids: [mend]}", assigns("user:nina")))
    world.integration("webhook", world.router("first", rules(assigns("router:second", "5m"))))
    world.fires("disk full")
    assert world.website.asked == []
    world.passes(minutes=5)
    world.expect_sms("nina", "disk full")
    assert [each.url for each in world.website.asked] == ["https://example.com/"]


def test_what_is_gathered_for_two_goes_to_both(world: World) -> None:
    world.person("nina"), world.person("otto")
    gathers = "{type: aggregate, by: [data.cluster], timeout: %s, receiver: user:%s}"
    router = world.router("gather", rules(gathers % ("5m", "nina"), gathers % ("10m", "otto")))
    world.integration("webhook", router)
    world.fires("disk full")
    world.passes(minutes=5)
    world.expect_sms("nina", "disk full")
    world.passes(minutes=5)
    world.expect_sms("otto", "disk full")


def test_what_is_gathered_goes_on_though_others_were_paged_at_once(world: World) -> None:
    world.person("nina"), world.person("otto")
    gathers = "{type: aggregate, by: [data.cluster], timeout: 10m, receiver: user:otto}"
    world.integration("webhook", world.router("gather", rules(assigns("user:nina"), gathers)))
    world.fires("disk full")
    world.expect_sms("nina", "disk full")
    world.passes(minutes=10)
    world.expect_sms("otto", "disk full")


def test_who_is_known_already_is_somewhere_to_go(world: World) -> None:
    ops = world.team("ops", ("alice", 60))
    nina = world.person("nina")
    router = world.router("ops", rules(assigns("team:ops")), default=user_receiver(nina))
    world.integration("webhook", team_receiver(ops), router)
    world.fires("disk full")
    world.expect_sms("alice", "disk full")


# --- Routers that an escalation hands over to ---------------------------------------------------------------------


def climbs(*steps: str) -> str:
    said = ", ".join(f"{{receivers: [{step}], timeout: 5m}}" for step in steps)
    return rules(f"{{type: escalate, rules: [{said}]}}")


def test_an_escalation_hands_over_to_a_router(world: World) -> None:
    world.person("alice"), world.person("nina")
    world.router("night", rules(assigns("user:nina")))
    world.integration("webhook", world.router("first", climbs("user:alice", "router:night")))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=5)
    world.expect_sms("nina", "disk full")
    assert "Handed over to router:night." in world.said(alert)


def test_escalating_at_once_reaches_the_router_too(world: World) -> None:
    world.person("alice"), world.person("nina")
    world.router("night", rules(assigns("user:nina")))
    world.integration("webhook", world.router("first", climbs("user:alice", "router:night")))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    assert world.escalates("alice", alert) == f"#{alert.number} is escalated: router:night decides who is paged."
    world.expect_sms("nina", "disk full")


def test_routers_that_hand_over_in_a_circle_end_and_the_admins_hear_of_it(world: World) -> None:
    world.person("ada", role=Role.ADMIN)
    first = world.router("first", "rules: []")
    world.router("other", climbs("router:first"))
    router = world.ports.store.directory().routers[first.id]
    with world.ports.store.begin() as uow:  # saving it as everybody does refuses the circle
        uow.put(replace(router, yaml=climbs("router:other")), SYSTEM, world.clock.now(), seen=1)
    world.integration("webhook", first)
    world.fires("disk full")
    world.expect("ada", "sms", NoticeKind.DROPPED, "disk full")
    assert world.alert("disk full").status is Status.DROPPED
