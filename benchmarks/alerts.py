"""A set-up with people of the local Slack, and alerts for it in any number."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from types import MappingProxyType

from bot import ids
from bot.engine.decision import Decision, Notify
from bot.engine.directory import Directory
from bot.engine.escalation import climbing
from bot.engine.model import Alert, Integration, Receiver, ReceiverKind, Team, Urgency
from bot.ports import Ports
from bot.service import sample
from bot.service.manage import SlackProfile

_PEOPLE = {"U0ALICE0001": "Alice", "U0BOB000002": "Bob", "U0CAROL0003": "Carol", "U0DAVE00004": "Dave"}
_BATCH = 500


def set_up(ports: Ports, conversations: Mapping[str, str] = MappingProxyType({})) -> Integration:
    """Load the sample set-up and give the webhook. Without conversations (ids by name), an alert is one page."""
    people = [SlackProfile(slack_id=slack_id, name=name) for slack_id, name in _PEOPLE.items()]
    loaded = sample.load(ports, sample.Workspace(people=people, conversations=conversations))
    return next(each for each in loaded if each.type == "webhook")


def open_alerts(ports: Ports, count: int, at: datetime) -> None:
    """Open alerts whose first page is due at an instant."""
    _save(ports, (_opened(number, ports.store.directory(), at) for number in range(count)))


def open_alerts_paged_long_ago(ports: Ports, count: int, at: datetime) -> None:
    """Open alerts that were paged before `at`; the timeout of their first layer is due at that instant."""
    directory = ports.store.directory()
    team = directory.get(Team, "platform")
    policy = directory.policies[team.policy_id or ""] if isinstance(team, Team) else None
    assert policy
    paged_at = at - policy.layers[0].timeout
    _save(ports, (_without_pages(_opened(number, directory, paged_at)) for number in range(count)))


def _opened(number: int, directory: Directory, at: datetime) -> Decision:
    team = directory.get(Team, "platform")
    assert isinstance(team, Team)
    alert = Alert(
        id=ids.new("alt"),
        title=f"Benchmark {number}",
        urgency=Urgency.HIGH,
        created_at=at,
        changed_at=at,
        dedup_key=str(number),
    )
    receivers = (Receiver(kind=ReceiverKind.TEAM, id=team.id),)
    return climbing.settle(climbing.assign(Decision(alert=alert, seen=0), receivers, directory, at), directory, at)


def _without_pages(decision: Decision) -> Decision:
    return replace(decision, effects=tuple(each for each in decision.effects if not isinstance(each, Notify)))


def _save(ports: Ports, decisions: Iterator[Decision]) -> None:
    while batch := list(islice(decisions, _BATCH)):
        with ports.store.begin() as uow:
            uow.save(batch)
