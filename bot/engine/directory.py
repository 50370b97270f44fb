"""Everything that is configured, as one value: what a decision looks things up in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from bot.engine.model import (
    NO_KINDS,
    Actor,
    ActorKind,
    Automation,
    ChannelKinds,
    Integration,
    Maintenance,
    NotificationRule,
    Policy,
    Receiver,
    ReceiverKind,
    Router,
    RuleVersion,
    Stakeholder,
    Team,
    User,
)
from bot.engine.schedules import Schedule, maintenance

Configured: TypeAlias = (
    User | Team | Schedule | Policy | Integration | Router | NotificationRule | Stakeholder | Automation | Maintenance
)
"""The kinds of object that people configure: each has an `id`, a `name` and a `handle`."""

PREFIXES: Mapping[str, type[Configured]] = {
    "usr": User,
    "tem": Team,
    "sch": Schedule,
    "esc": Policy,
    "int": Integration,
    "rtr": Router,
    "ntr": NotificationRule,
    "stk": Stakeholder,
    "atm": Automation,
    "mnt": Maintenance,
}
"""The prefix of an object's id tells its kind."""

_RECEIVING: Mapping[type[Configured], ReceiverKind] = {
    Team: ReceiverKind.TEAM,
    User: ReceiverKind.USER,
    Schedule: ReceiverKind.SCHEDULE,
    Router: ReceiverKind.ROUTER,
}


@dataclass(frozen=True, kw_only=True)
class Directory:
    """A snapshot of the configuration; `version` grows with every change of any object.

    `versions` are those of the objects, by their ids. `turns` is how many alerts each team has had that asks one person
    at a time, by its id. `channel_kinds` are the channels that there are.
    """

    version: int = 0
    users: Mapping[str, User] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    integrations: Mapping[str, Integration] = field(default_factory=dict)
    routers: Mapping[str, Router] = field(default_factory=dict)
    notification_rules: Mapping[str, NotificationRule] = field(default_factory=dict)
    stakeholders: Mapping[str, Stakeholder] = field(default_factory=dict)
    automations: Mapping[str, Automation] = field(default_factory=dict)
    maintenances: Mapping[str, Maintenance] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    turns: Mapping[str, int] = field(default_factory=dict)
    channel_kinds: ChannelKinds = NO_KINDS
    _by_handle: Mapping[tuple[type[Configured], str], Configured] = field(default_factory=dict)
    _by_alias: Mapping[tuple[type[Configured], str], str] = field(default_factory=dict)
    _by_key: Mapping[str, Integration] = field(default_factory=dict)
    _by_slack_id: Mapping[str, User] = field(default_factory=dict)

    def get(self, kind: type[Configured], reference: str) -> Configured | None:
        """Find an object by id, by handle, or by a handle that it had."""
        shelf, handle = self._shelf(kind), (kind, reference.lower())
        return shelf.get(reference) or self._by_handle.get(handle) or shelf.get(self._by_alias.get(handle, ""))

    def with_aliases(self, aliases: Iterable[tuple[str, str, str]]) -> "Directory":
        """The directory with handles that objects had: prefix of the kind, handle, id of the object."""
        known = {(PREFIXES[kind], alias): object_id for kind, alias, object_id in aliases if kind in PREFIXES}
        return replace(self, _by_alias=known)

    def aliases_of(self, object_id: str) -> Iterator[str]:
        """The handles that an object had, and is found by."""
        yield from (alias for (_, alias), named in self._by_alias.items() if named == object_id)

    def is_named(self, kind: type[Configured], handle: str) -> bool:
        """Whether a handle names an object, or one that had it."""
        return self.get(kind, handle) is not None

    def all(self, kind: type[Configured]) -> tuple[Configured, ...]:
        """List the objects of a kind by name."""
        return tuple(sorted(self._shelf(kind).values(), key=lambda each: (each.name.lower(), each.id)))

    def integration_at(self, key: str) -> Integration | None:
        """Find the integration that an ingest address belongs to."""
        return self._by_key.get(key)

    def user_in_slack(self, slack_id: str) -> User | None:
        """Find the user who is linked to a Slack account."""
        return self._by_slack_id.get(slack_id)

    def receiver(self, text: str) -> Receiver | None:
        """Read `team:payments-db`, `user:usr_…` and the like; None when there is no such object."""
        kind, _, reference = text.partition(":")
        wanted = next((model for model, name in _RECEIVING.items() if name == kind), None)
        found = self.get(wanted, reference) if wanted else self._by_id(text)
        return receiver_of(found) if found else None

    def name(self, receiver: Receiver) -> str:
        """Say a receiver as people type it: `team:payments-db`."""
        found = self._by_id(receiver.id)
        return f"{receiver.kind}:{found.handle}" if found else f"{receiver.kind}:{receiver.id} (deleted)"

    def in_maintenance(self, integration_id: str, at: datetime) -> Maintenance | None:
        """Find a maintenance window that covers the integration at an instant."""
        windows = (each for each in self.maintenances.values() if integration_id in each.integration_ids)
        return next((each for each in windows if maintenance.is_open(each, at)), None)

    def including(self, bodies: Iterable[Configured]) -> "Directory":
        """The directory as it would be with these objects added or changed."""
        objects: dict[str, Configured] = {each.id: each for kind in PREFIXES.values() for each in self.all(kind)}
        found = collect((objects | {each.id: each for each in bodies}).values(), self.version, self.channel_kinds)
        return replace(found, turns=self.turns, versions=self.versions, _by_alias=self._by_alias)

    def rule_of(self, user: User) -> RuleVersion | None:
        """The notification rule by which somebody is paged, in the version that they took; None without one.

        It is called what it is called now, and numbers that admins vouched for since are good for it, too.
        """
        newest = self.notification_rules.get(user.notification_rule_id or "")
        if newest is None:
            return None
        kept = user.kept_rule
        if kept is None or kept.rule.id != newest.id:
            return RuleVersion(version=self.versions.get(newest.id, 0), rule=newest)
        vouched = tuple(dict.fromkeys((*kept.rule.vouched, *newest.vouched)))
        return replace(kept, rule=replace(kept.rule, name=newest.name, handle=newest.handle, vouched=vouched))

    def has_turns(self) -> bool:
        """Whether any policy asks one person at a time."""
        return any(policy.round_robin for policy in self.policies.values())

    def _by_id(self, identity: str) -> Configured | None:
        kind = PREFIXES.get(identity.partition("_")[0])
        return self._shelf(kind).get(identity) if kind else None

    def _shelf(self, kind: type[Configured]) -> Mapping[str, Configured]:
        shelves: Mapping[type[Configured], Mapping[str, Configured]] = {
            User: self.users,
            Team: self.teams,
            Schedule: self.schedules,
            Policy: self.policies,
            Integration: self.integrations,
            Router: self.routers,
            NotificationRule: self.notification_rules,
            Stakeholder: self.stakeholders,
            Automation: self.automations,
            Maintenance: self.maintenances,
        }
        return shelves[kind]


def name_of(actor: Actor | None, directory: Directory) -> str:
    """Name an actor for a sentence."""
    if actor is None:
        return "nobody"
    match actor.kind:
        case ActorKind.USER:
            user = directory.users.get(actor.id)
            return user.name if user else actor.id
        case ActorKind.INTEGRATION:
            integration = directory.integrations.get(actor.id)
            return integration.name if integration else actor.id
        case _:
            return "the system"


def receiver_of(found: Configured) -> Receiver | None:
    """Make a receiver of an object that can be one."""
    kind = _RECEIVING.get(type(found))
    return Receiver(kind=kind, id=found.id) if kind else None


def collect(objects: Iterable[Configured], version: int = 0, channel_kinds: ChannelKinds = NO_KINDS) -> Directory:
    """Put objects onto their shelves and build the look-ups."""
    everything = tuple(objects)
    integrations = {each.id: each for each in everything if isinstance(each, Integration)}
    users = {each.id: each for each in everything if isinstance(each, User)}
    return Directory(
        version=version,
        channel_kinds=channel_kinds,
        users=users,
        teams={each.id: each for each in everything if isinstance(each, Team)},
        schedules={each.id: each for each in everything if isinstance(each, Schedule)},
        policies={each.id: each for each in everything if isinstance(each, Policy)},
        integrations=integrations,
        routers={each.id: each for each in everything if isinstance(each, Router)},
        notification_rules={each.id: each for each in everything if isinstance(each, NotificationRule)},
        stakeholders={each.id: each for each in everything if isinstance(each, Stakeholder)},
        automations={each.id: each for each in everything if isinstance(each, Automation)},
        maintenances={each.id: each for each in everything if isinstance(each, Maintenance)},
        _by_handle={(type(each), each.handle): each for each in everything},
        _by_key={each.key: each for each in integrations.values()},
        _by_slack_id={each.slack_id: each for each in users.values() if each.slack_id},
    )
