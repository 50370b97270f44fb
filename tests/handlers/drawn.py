"""Every form in every state, with any text wherever foreign text can reach."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.engine.model import SYSTEM, Integration, Member, Receiver, ReceiverKind, Role, Router, Team, Urgency, User
from bot.handlers.modals.deletion import drawn as deletion
from bot.handlers.modals.integration import edit_integration, new_integration
from bot.handlers.modals.router import edit_router, new_router
from bot.handlers.modals.team import edit_team, new_team
from bot.handlers.visit import Visit
from bot.service import manage
from bot.service.references import Reference
from bot.service.replacing import Uses
from bot.slack.forms import Form, view
from tests.handlers.drawn_on_call import duty_forms
from tests.handlers.drawn_verbs import verb_forms
from tests.harness import World

_ID = re.compile(r"\b([a-z]{3})_[0-9a-z]{20,21}\b")

FEW_TYPES = ("custom_webhook", "grafana", "webhook")
"""Types among which a form is kept: one more does not change how it looks."""


def visit(world: World) -> Visit:
    """A visit of an admin who has no web to call."""
    user = User(id="usr_1", name="Alice", handle="alice", slack_id="U0ALICE0001", zone="Europe/Paris", role=Role.ADMIN)
    slack = None  # no form may call Slack while it is drawn
    return Visit(ports=world.ports, slack=slack, user=user, now=world.clock.now())  # type: ignore[arg-type]


def forms(world: World, text: str) -> Mapping[str, Form]:
    """The forms by name; objects that they show are called `text`."""
    name = text[:100]
    team = world.team("ops", ("alice+bob", 5), ("bob", 10))
    by_name = [_named(world, each, name, index) for index, each in enumerate(("carol", "dave"))]
    simple = _team(team, name, by_name)
    directory = world.ports.store.directory().including([simple])
    to = (Receiver(kind=ReceiverKind.TEAM, id=simple.id),)
    router = Router(id="rtr_1", name=name, handle="router", yaml=f"# {text}\nrules: []\n", default_destination=to[0])
    long = Router(id="rtr_2", name=name, handle="long", yaml=f"# {text}\n" * 20)
    endless = Router(id="rtr_3", name=name, handle="endless", yaml="# a line that is repeated\n" * 5_000)
    integration = Integration(
        id="int_1", name=name, handle="hook", type="webhook", key="k", urgency=Urgency.HIGH, destinations=to
    )
    used = directory.including([router, integration, long])
    with world.ports.store.begin() as uow:
        team_forms = {
            "team_edit": edit_team(visit(world), uow, team),
            "team_named": edit_team(visit(world), uow, simple),
        }
    return {
        **duty_forms(visit(world), name),
        **verb_forms(world, visit(world), text),
        "team_new": new_team(visit(world)),
        **team_forms,
        "team_delete": deletion(
            used, simple, Uses(replaced=(Reference(noun="integration", handle="hook", part="destination"),))
        ),
        "router_new": new_router(visit(world)),
        "router_edit": edit_router(visit(world), router, 3),
        "router_long": edit_router(visit(world), long, 3),
        "router_endless": edit_router(visit(world), endless, 3),
        "router_delete": deletion(used, router, Uses()),
        "integration_new": new_integration(directory, {name: world.ports.sources[name] for name in FEW_TYPES}),
        "integration_edit": edit_integration(visit(world), integration, 3),
        "integration_of_a_type_that_is_gone": edit_integration(visit(world), replace(integration, type="gone"), 3),
        "integration_delete": deletion(used, integration, Uses()),
    }


def _named(world: World, handle: str, name: str, index: int) -> User:
    user = world.person(handle)
    named = User(id=user.id, name=name, handle=handle, slack_id=f"U0NAMED{index}")
    manage.change(world.ports, named, SYSTEM, 1)
    return named


def _team(like: Team, name: str, users: list[User]) -> Team:
    members = tuple(Member(user_id=user.id) for user in users)
    return Team(id=like.id, name=name, handle=like.handle, members=members, slack_channel="C0OPS")


def as_kept(form: Form) -> Any:
    """A form's view with ids that do not change from run to run."""
    return as_kept_view(view(form))


def as_kept_view(shown: Mapping[str, Any]) -> Any:
    """A view with ids that do not change from run to run."""
    numbers: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], f"{found[1]}_{len(numbers) + 1}")

    def keep(node: Any) -> Any:
        if isinstance(node, str):
            return _ID.sub(number, node)
        if isinstance(node, list):
            return [keep(each) for each in node]
        return {key: keep(value) for key, value in node.items()} if isinstance(node, dict) else node

    return keep(dict(shown))
