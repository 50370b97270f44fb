"""Receivers and the like as a router names them, for trying it where there is no configuration to look them up in."""

from collections.abc import Iterable

from bot.engine.directory import Configured, Directory, collect
from bot.engine.model import Automation, Integration, Router, Stakeholder, Team, User
from bot.engine.rules.actions import Attach, Automate
from bot.engine.rules.routers import read_router, receivers_of
from bot.engine.schedules import Schedule


def stand_ins(router: Router) -> Directory:
    """Take everything that a router's rules and tests name as if it existed. Raises `Invalid` for its text."""
    rules = read_router(router.yaml)
    texts: list[str] = []
    for action in (action for rule in rules.rules for action in rule.actions):
        texts += [text for _, text in receivers_of(action)]
        texts += [f"stakeholder:{_handle(each)}" for each in action.ids] if isinstance(action, Attach) else []
        texts += [f"automation:{_handle(each)}" for each in action.ids] if isinstance(action, Automate) else []
    for test in rules.tests:
        texts += test.expected.receivers or ()
        texts += [f"integration:{test.integration}"] if test.integration else []
    return collect([router, *_made(dict.fromkeys(texts))])


def _made(texts: Iterable[str]) -> list[Configured]:
    made = (_make(*text.partition(":")[::2]) for text in texts)
    return [each for each in made if each]


def _make(kind: str, handle: str) -> Configured | None:
    if not handle:
        return None
    match kind:
        case "team":
            return Team(id=f"tem_{handle}", name=handle, handle=handle)
        case "user":
            return User(id=f"usr_{handle}", name=handle, handle=handle)
        case "schedule":
            return Schedule(id=f"sch_{handle}", name=handle, handle=handle, zone="Etc/UTC")
        case "router":
            return Router(id=f"rtr_{handle}", name=handle, handle=handle, yaml="rules: []")
        case _:
            return _make_other(kind, handle)


def _make_other(kind: str, handle: str) -> Configured | None:
    match kind:
        case "stakeholder":
            return Stakeholder(id=f"stk_{handle}", name=handle, handle=handle)
        case "automation":
            return Automation(id=f"atm_{handle}", name=handle, handle=handle, method="GET", url="https://example.com")
        case "integration":
            return Integration(id=f"int_{handle}", name=handle, handle=handle, type="webhook", key="")
        case _:
            return None


def _handle(text: str) -> str:
    return text.rpartition(":")[2]
