"""Forms as people fill them in: teams, routers, integrations."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine import teams_on_call
from bot.engine.model import Actor, Integration, Role, Router, Team, Urgency, person
from bot.errors import NotFound
from bot.service import manage
from bot.sources import ready
from sandbox.server import Running
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World

ALICE, BOB, CAROL, GRACE = "U0ALICE0001", "U0BOB000002", "U0CAROL0003", "U0GRACE0007"
RULES = "rules:\n  - match: {always: true}\n    actions:\n      - {type: assign, receiver: team:payments}\n"


@pytest.fixture
def team(world: World, alice: Person) -> Team:
    """A team made in Slack."""
    alice.opens("/pagertree team add", showing="Name")
    answer = alice.submits(
        name="Payments", turns=[ALICE, BOB, CAROL], zone="Europe/London", layers="5m, 10m", repeat="1"
    )
    assert answer["ok"], answer
    found = world.ports.store.directory().get(Team, "payments")
    assert isinstance(found, Team)
    return found


def _names(world: World, user_ids: tuple[str, ...]) -> list[str]:
    users = world.ports.store.directory().users
    return [users[each].name.split()[0] for each in user_ids]


# --- Teams --------------------------------------------------------------------------------------------------------


def test_a_team_comes_with_its_schedule_and_policy(world: World, team: Team) -> None:
    directory = world.ports.store.directory()
    schedule, policy = directory.schedules[team.schedule_id or ""], directory.policies[team.policy_id or ""]

    assert _names(world, tuple(member.user_id for member in team.members)) == ["Alice", "Bob", "Carol"]
    assert [member.role for member in team.members] == [Role.ADMIN, Role.MEMBER, Role.MEMBER]
    assert [layer.timeout for layer in policy.layers] == [timedelta(minutes=5), timedelta(minutes=10)]
    assert policy.repeat == 1
    assert schedule.zone == "Europe/London"
    assert [_names(world, event.attendees) for event in schedule.events] == [
        ["Alice", "Bob", "Carol"],
        ["Bob", "Carol", "Alice"],
    ]
    assert schedule.events[0].start == datetime(2026, 1, 5, 9)  # noqa: DTZ001  # this week's Monday


def test_whoever_has_the_next_turn_is_in_the_next_layer(world: World, team: Team) -> None:
    [on_call] = teams_on_call.on_call_now(world.ports.store.directory(), datetime(2026, 1, 13, tzinfo=UTC))

    assert [_names(world, (shift.user_id,)) for shift in on_call.shifts] == [["Bob"], ["Carol"]]


def test_a_team_is_edited_with_what_it_was_made_of(world: World, team: Team, alice: Person) -> None:
    form = alice.opens("/pagertree team edit payments", showing="Name")
    values = form["state"]["values"]
    assert values["turns"]["value"]["selected_users"] == [ALICE, BOB, CAROL]
    assert values["layers"]["value"]["value"] == "5m, 10m"

    answer = alice.submits(turns=[CAROL, BOB], others=[ALICE], rotation="daily", every="2", layers="1m")

    assert answer["ok"], answer
    directory = world.ports.store.directory()
    [event] = directory.schedules[team.schedule_id or ""].events
    assert _names(world, event.attendees) == ["Carol", "Bob"]
    assert event.recurrence == "FREQ=DAILY;INTERVAL=2"
    assert [member.role for member in directory.teams[team.id].members] == [Role.MEMBER, Role.MEMBER, Role.ADMIN]


def test_a_schedule_that_is_more_than_a_rota_is_left_alone(world: World, team: Team, alice: Person) -> None:
    schedule = world.ports.store.directory().schedules[team.schedule_id or ""]
    shifted = replace(schedule.events[1], start=schedule.events[1].start + timedelta(hours=1))
    richer = replace(schedule, events=(schedule.events[0], shifted))
    manage.change(world.ports, richer, _alice(world), 1)

    form = alice.opens("/pagertree team edit payments", showing="Name")
    assert "more than a simple rota" in words_of(form)
    answer = alice.submits(name="Payments 2")

    assert answer["ok"], answer
    directory = world.ports.store.directory()
    assert directory.teams[team.id].name == "Payments 2"
    assert directory.schedules[richer.id].events == richer.events


def _alice(world: World) -> Actor:
    user = world.ports.store.directory().user_in_slack(ALICE)
    assert user
    return person(user.id, "slack")


def test_all_that_is_wrong_with_a_team_is_shown_where_it_is(alice: Person, world: World) -> None:
    alice.opens("/pagertree team add", showing="Name")

    stranger = alice.submits(name="x", turns=[ALICE, GRACE])["errors"]["turns"]
    assert stranger == "Grace Lindqvist cannot be paged: they are a guest. Take them out."
    assert "'10 foo' is not a duration" in alice.submits(turns=[ALICE], layers="5m, 10 foo")["errors"]["layers"]
    assert "Nobody can answer that fast" in alice.submits(layers="1ms")["errors"]["layers"]
    assert "1 to 20 layers" in alice.submits(layers=",")["errors"]["layers"]
    assert not world.ports.store.directory().teams


def test_deleting_a_team_takes_what_only_it_used(world: World, team: Team, alice: Person) -> None:
    asked = words_of(alice.opens("/pagertree team delete payments", showing="Delete the team"))
    assert "schedule payments-on-call, policy payments-policy" in asked

    assert alice.submits()["ok"]

    directory = world.ports.store.directory()
    assert [directory.teams, directory.schedules, directory.policies] == [{}, {}, {}]


def test_deleting_twice_is_said(world: World, team: Team, alice: Person) -> None:
    alice.opens("/pagertree team delete payments", showing="Delete the team")
    manage.remove(world.ports, team.id, _alice(world))

    assert "deleted already" in words_of(alice.submits()["view"])


# --- Routers ------------------------------------------------------------------------------------------------------


def test_a_router_is_made_listed_and_shown(world: World, team: Team, alice: Person) -> None:
    alice.opens("/pagertree router add", showing="Rules")
    answer = alice.submits(name="Dev alerts", yaml=RULES, default_destination=f"team:{team.id}")

    assert "saved with 1 rule." in words_of(answer["view"])
    assert "1 rule · otherwise team:payments" in alice.asks("/pagertree router list")
    assert "always: true" in alice.asks("/pagertree router show dev-alerts")


def test_mistakes_in_yaml_are_shown_under_it_all_at_once(world: World, alice: Person) -> None:
    alice.opens("/pagertree router add", showing="Rules")
    typed = "rules:\n  - match: {always: true}\n    actions:\n      - {type: asign}\n      - {typ: ignore}\n"

    answer = alice.submits(name="Dev alerts", yaml=typed)

    assert "Line 4, column" in answer["errors"]["yaml"]
    assert "Line 5, column" in answer["errors"]["yaml"]
    assert answer["view"]["state"]["values"]["yaml"]["value"]["value"] == typed
    assert not world.ports.store.directory().all(Router)


def test_more_mistakes_than_fit_are_counted(alice: Person) -> None:
    alice.opens("/pagertree router add", showing="Rules")

    said = alice.submits(name="x", yaml="rules:\n" + "  - {mtch: 1, actions: 2}\n" * 100)["errors"]["yaml"]

    assert said.endswith("more.")
    assert "… and " in said


def test_a_long_router_is_uploaded_and_edited_in_parts(world: World, team: Team, alice: Person) -> None:
    rules = RULES + "".join(f"  # a remark of some length, number {number}\n" for number in range(200))
    uploaded = alice.workspace.post("files", **{"as": "alice", "name": "router.yaml", "content": rules})
    alice.opens("/pagertree router add", showing="Rules")

    answer = alice.submits(name="Long", file=[uploaded["file"]])

    assert answer["ok"], answer
    router = world.ports.store.directory().get(Router, "long")
    assert isinstance(router, Router)
    assert router.yaml == rules

    form = alice.opens("/pagertree router edit long", showing="part 3 of")
    parts = [block["block_id"] for block in form["blocks"] if block["block_id"].startswith("yaml")]
    answer = alice.submits(**{parts[-1]: "  - broken: [\n"})
    assert list(answer["errors"]) == [parts[-1]]
    assert answer["errors"][parts[-1]].startswith(("Line 1,", "Line 2,"))
    assert alice.submits(**{parts[-1]: "  # the end"})["ok"]
    changed = world.ports.store.directory().routers[router.id]
    assert changed.yaml.startswith(RULES)
    assert changed.yaml.endswith("  # the end")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("rules: [", "This is not YAML"),
        ("x" * 1_000_001, "longer than 1000000 bytes"),
        ("rules:\n  - {a: 1}", "Line 2"),
    ],
)
def test_mistakes_in_a_file_are_shown_under_it(alice: Person, content: str, said: str) -> None:
    uploaded = alice.workspace.post("files", **{"as": "alice", "name": "router.yaml", "content": content})
    alice.opens("/pagertree router add", showing="Rules")

    assert said in alice.submits(name="x", file=[uploaded["file"]])["errors"]["file"]


def test_a_file_that_is_only_linked_in_slack_is_refused_in_words(server: Running, alice: Person) -> None:
    uploaded = alice.workspace.post("files", **{"as": "alice", "name": "router.yaml", "content": "rules: []"})["file"]
    del server.slack.workspace.files[uploaded["id"]]["url_private_download"]
    alice.opens("/pagertree router add", showing="Rules")

    said = alice.submits(name="x", file=uploaded["id"])["errors"]["file"]

    assert said == "The file is not kept at Slack. Upload it again."


def test_two_editors_do_not_overwrite_each_other(world: World, workspace: Workspace, alice: Person) -> None:
    alice.asks("/pagertree")
    world.router("dev", "rules: []\n")
    router = world.ports.store.directory().get(Router, "dev")
    assert isinstance(router, Router)
    alice.opens("/pagertree router edit dev", showing="Rules")
    world.clock.move_to(world.clock.now() + timedelta(minutes=1))
    manage.change(world.ports, replace(router, yaml="rules: [] # mine\n"), _alice(world), 1)

    answer = alice.submits(yaml="rules: [] # yours\n")

    assert "Alice Moreau changed “dev”" in answer["errors"]["name"]
    assert "version 2" in answer["errors"]["name"]
    assert answer["view"]["state"]["values"]["yaml"]["value"]["value"] == "rules: [] # yours\n"
    assert world.ports.store.directory().routers[router.id].yaml == "rules: [] # mine\n"


def test_a_router_is_switched_off_and_on(world: World, alice: Person) -> None:
    alice.asks("/pagertree")
    world.router("dev", "rules: []\n")

    assert "is disabled" in alice.asks("/pagertree router disable dev")
    assert not world.ports.store.directory().all(Router)[0].enabled  # type: ignore[union-attr]
    assert "is enabled" in alice.asks("/pagertree router enable router:dev")
    assert world.ports.store.directory().all(Router)[0].enabled  # type: ignore[union-attr]


# --- Integrations -------------------------------------------------------------------------------------------------


def test_an_integration_comes_with_its_address_and_a_line_to_try(world: World, team: Team, alice: Person) -> None:
    alice.opens("/pagertree integration add", showing="Type")
    answer = alice.submits(type="webhook", name="Scripts", urgency="high", destinations=[f"team:{team.id}"])

    found = world.ports.store.directory().get(Integration, "scripts")
    assert isinstance(found, Integration)
    assert (found.type, found.urgency, [each.id for each in found.destinations]) == (
        "webhook",
        Urgency.HIGH,
        [team.id],
    )
    assert f"https://pager.example/integrations/{found.key}" in words_of(answer["view"])
    assert "curl -X POST" in words_of(answer["view"])


def test_only_admins_see_the_address(world: World, alice: Person, bob: Person) -> None:
    alice.asks("/pagertree")
    key = world.integration("hook").key

    assert key in alice.asks("/pagertree integration show hook")
    assert key not in bob.asks("/pagertree integration show hook")


def test_the_options_of_a_type_are_edited_and_secrets_not_shown(world: World, team: Team, alice: Person) -> None:
    world.integration("hook")
    alice.opens("/pagertree integration edit hook", showing="Token")
    assert alice.submits(
        destinations=[f"team:{team.id}"], **{"option.token": "s3cret", "option.capture_additional_data": "yes"}
    )["ok"]
    assert _options(world) == {"token": "s3cret", "capture_additional_data": True}

    form = alice.opens("/pagertree integration edit hook", showing="It is set")
    assert "s3cret" not in str(form)
    assert alice.submits(**{"option.capture_additional_data": "no"})["ok"]
    assert _options(world) == {"token": "s3cret"}


def test_an_integrations_times_are_set_shown_and_taken_away(world: World, team: Team, alice: Person) -> None:
    world.integration("hook")
    alice.opens("/pagertree integration edit hook", showing="Gather alerts")
    refused = alice.submits(destinations=[f"team:{team.id}"], auto_aggregate="soon", auto_resolve="1d")
    assert "is not a duration" in refused["errors"]["auto_aggregate"]
    assert "Use" in alice.submits(auto_aggregate="1ms")["errors"]["auto_aggregate"]
    assert alice.submits(auto_aggregate="15m")["ok"]
    assert _times(world) == (timedelta(minutes=15), timedelta(days=1))

    values = alice.opens("/pagertree integration edit hook", showing="Gather alerts")["state"]["values"]
    assert values["auto_aggregate"]["value"]["value"] == "15m"
    assert alice.submits(auto_aggregate="")["ok"]
    assert _times(world) == (None, timedelta(days=1))


def _times(world: World) -> tuple[timedelta | None, timedelta | None]:
    [integration] = world.ports.store.directory().integrations.values()
    return integration.auto_aggregate, integration.auto_resolve


def _options(world: World) -> dict[str, object]:
    found = world.ports.store.directory().get(Integration, "hook")
    assert isinstance(found, Integration)
    return found.options


def test_what_still_uses_an_object_is_named_before_it_is_deleted(world: World, team: Team, alice: Person) -> None:
    alice.opens("/pagertree integration add", showing="Type")
    alice.submits(type="webhook", name="Scripts", destinations=[f"team:{team.id}"])

    assert "integration scripts (destination)" in words_of(
        alice.opens("/pagertree team delete payments", showing="Delete the team")
    )


def test_more_destinations_than_a_menu_holds_are_searched(world: World, alice: Person) -> None:
    alice.asks("/pagertree")
    for number in range(110):
        world.person(f"person-{number}")
    form = alice.opens("/pagertree integration add", showing="Type")
    kinds = {block["block_id"]: block["element"]["type"] for block in form["blocks"]}

    assert kinds["destinations"] == "multi_external_select"
    found = alice.searches("destination", "person-10")
    assert len(found) == 11
    assert all(value.startswith("user:usr_") for value in found)


def test_a_handle_is_made_of_the_name_and_stays(world: World, alice: Person) -> None:
    alice.asks("/pagertree")
    world.router("dev", "rules: []\n")
    alice.opens("/pagertree router edit dev", showing="Rules")
    assert alice.submits(name="Something else")["ok"]

    [router] = world.ports.store.directory().all(Router)
    assert (router.name, router.handle) == ("Something else", "dev")


def test_a_channel_that_the_bot_is_not_in_is_said_while_somebody_can_invite_it(
    world: World, alice: Person, workspace: Workspace
) -> None:
    channels = {each["name"]: each["id"] for each in workspace.get("conversations")["conversations"]}
    alice.opens("/pagertree team add", showing="Name")
    said = words_of(alice.submits(name="Money", turns=[ALICE], channel=channels["finance"])["view"])
    assert f"The bot is not in <#{channels['finance']}>" in said

    alice.opens("/pagertree team edit money", showing="Name")
    assert "The bot is not in" not in words_of(alice.submits(channel=channels["payments"])["view"])


def test_a_team_is_deleted_with_its_parts_or_not_at_all(world: World, team: Team, alice: Person) -> None:
    manage.remove(world.ports, team.policy_id or "", _alice(world))
    with pytest.raises(NotFound):
        manage.remove_all(world.ports, [team.id, team.policy_id or ""], _alice(world))

    assert team.id in world.ports.store.directory().teams


def test_lists_are_sorted(world: World, team: Team, alice: Person) -> None:
    for number, name in enumerate(("alpha", "beta")):
        body = Integration(id=f"int_{number:020}", name=name, handle=name, type="webhook", key=name)
        manage.create(world.ports, body, _alice(world))

    assert _order(alice.asks("/pagertree integration list")) == ["alpha", "beta"]
    assert _order(alice.asks("/pagertree integration list --sort newest")) == ["beta", "alpha"]
    assert "is no order" in alice.asks("/pagertree integration list --sort odd")


def _order(text: str) -> list[str]:
    return [each.strip("*") for each in text.split() if each in {"*alpha*", "*beta*"}]


def test_a_type_that_needs_options_asks_for_them_and_keeps_what_was_typed(
    world: World, team: Team, alice: Person
) -> None:
    alice.opens("/pagertree integration add", showing="Name")

    asked = alice.submits(type="custom_webhook", name="Odd one", destinations=[f"team:{team.id}"], urgency="low")
    assert "Custom webhook* needs these" in words_of(asked["view"])
    assert asked["view"]["state"]["values"]["name"]["value"]["value"] == "Odd one"
    wrong = alice.submits(**{"option.definition": "rules: 1"})
    assert wrong["errors"]["option.definition"]
    rules = "rules:\n  - match: {always: true}\n    actions: [{type: create, dedup_key: odd, title: odd}]"
    assert "is saved" in words_of(alice.submits(**{"option.definition": rules})["view"])

    found = world.ports.store.directory().get(Integration, "odd-one")
    assert isinstance(found, Integration)
    assert (found.type, found.urgency, found.options["definition"]) == ("custom_webhook", Urgency.LOW, rules)


def test_a_ready_definition_is_chosen_like_a_type(world: World, team: Team, alice: Person) -> None:
    alice.opens("/pagertree integration add", showing="Type")

    answer = alice.submits(
        type="custom_webhook:buildkite", name="Builds", destinations=[f"team:{team.id}"], urgency="high"
    )

    found = world.ports.store.directory().get(Integration, "builds")
    assert isinstance(found, Integration)
    assert found.type == "custom_webhook"
    assert found.options == ready.settings(ready.discover()["buildkite"])
    assert "Notification Services" in words_of(answer["view"])
    assert "build.finished" in words_of(answer["view"])
