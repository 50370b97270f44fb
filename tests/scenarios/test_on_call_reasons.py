"""What put somebody on call is written down when they are paged, and stays true when the schedule changes."""

from dataclasses import replace
from datetime import timedelta

import msgspec

from bot import ids
from bot.engine.model import Alert, Entry, EntryKind, Responder, person
from bot.engine.schedules import Action, Override, Schedule, on_call
from bot.service import explanation, rotas
from tests.harness import World


def schedule(world: World) -> Schedule:
    found = world.ports.store.directory().get(Schedule, "ops")
    assert isinstance(found, Schedule)
    return found


def stands_in(world: World, name: str, maker: str) -> Override:
    now = world.clock.now()
    override = Override(
        id=ids.new("ovr"),
        start_at=now,
        end_at=now + timedelta(hours=5),
        action=Action.REPLACE,
        user_ids=(world.person(name).id,),
        layer=2,
    )
    rotas.add_override(world.ports, schedule(world).id, override, person(world.person(maker).id, "slack"))
    return override


def give_all_to(world: World, name: str) -> None:
    """Change the rota so that nothing of what was true when the alert came is true now."""
    event = replace(schedule(world).events[0], id="evt_new", attendees=(world.person(name).id,))
    author = person(world.person("dave").id, "slack")
    rotas.edit(world.ports, schedule(world).id, author, lambda current: replace(current, events=(event,), overrides=()))


def paged(world: World, alert: Alert) -> list[Entry]:
    return [each for each in world.timeline(alert) if each.kind is EntryKind.PAGED]


def why(world: World, alert: Alert) -> str:
    with world.ports.store.begin() as uow:
        explained = explanation.why_alert(uow, f"#{alert.number}", world.clock.now())
    return "\n".join(line.text for part in explained.parts for line in part.lines)


def test_the_event_and_the_override_behind_a_page_are_kept(world: World) -> None:
    world.policy(("alice", 5), ("bob", 10))
    stands_in(world, "carol", "dave")
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.passes(minutes=5)
    world.expect_sms("carol", "disk full")

    by_event = "on call in schedule:ops by daily shift of @alice (from 2026-01-01 00:00)"
    holds = "from 2026-01-05 09:00 until 2026-01-05 14:00 Etc/UTC"
    by_override = f"on call in schedule:ops by override {holds}, made by @dave"
    assert [each.because for each in world.alert("disk full").responders] == [by_event, by_override]
    first, second = paged(world, alert)
    assert f"@alice: {by_event}." in first.text
    assert f"@carol: {by_override}." in second.text

    give_all_to(world, "eve")
    assert [each.user_id for each in on_call(schedule(world), world.clock.now())] == [world.person("eve").id]
    said = why(world, alert)
    assert f": layer 1, {by_event}" in said
    assert f": layer 2, {by_override}" in said


def test_people_of_one_event_are_named_together_and_a_named_user_needs_no_reason(world: World) -> None:
    world.policy(("alice+bob", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.expect_sms("bob", "disk full")
    (entry,) = paged(world, alert)
    by = "daily shift of @alice, @bob (from 2026-01-01 00:00)"
    assert entry.text.endswith(f"@alice, @bob: on call in schedule:ops by {by}.")


def test_a_responder_of_before_reasons_were_kept_is_read_and_explained_by_the_schedule(world: World) -> None:
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    (asked,) = world.alert("disk full").responders
    stored = msgspec.to_builtins(asked)
    del stored["because"]
    old = msgspec.convert(stored, Responder)
    assert old == replace(asked, because="")

    with world.ports.store.begin() as uow:
        directory = uow.directory()
    by = "daily shift of @alice (from 2026-01-01 00:00)"
    reasons = explanation.reasons(replace(alert, responders=(old,)), directory)
    assert reasons == {asked.user_id: f"layer 1, on call in schedule:ops by {by}"}
