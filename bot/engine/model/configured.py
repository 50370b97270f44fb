"""What people configure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.engine.model.words import Receiver, Role, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One address of a person. `channel` is the channel that uses it (`phone`: SMS and voice); the first of a channel
    is the primary one. `stopped_at` is when the address asked for no more messages (STOP).
    """

    channel: str
    address: str
    verified_at: datetime | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who can be paged. `slack_id` links them to the workspace."""

    id: str
    name: str
    handle: str
    slack_id: str | None = None
    email: str | None = None
    zone: str = "Etc/UTC"
    role: Role = Role.MEMBER
    contacts: tuple[Contact, ...] = ()
    channels: tuple[str, ...] = ("slack",)
    notification_rule_id: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user's place in a team."""

    user_id: str
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who answer together. `slack_channel` is a conversation id."""

    id: str
    name: str
    handle: str
    members: tuple[Member, ...] = ()
    schedule_id: str | None = None
    policy_id: str | None = None
    slack_channel: str | None = None
    stakeholder_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One step of an escalation policy: layer `number` is paged, then `timeout` passes."""

    number: int
    timeout: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """An escalation policy: layers in order, `repeat` further passes (0–3), then `reassign`."""

    id: str
    name: str
    handle: str
    layers: tuple[Layer, ...]
    repeat: int = 0
    reassign: tuple[Receiver, ...] = ()


DEFAULT_LAYERS = (
    Layer(number=1, timeout=timedelta(minutes=5)),
    Layer(number=2, timeout=timedelta(minutes=10)),
    Layer(number=3, timeout=timedelta(minutes=15)),
)
USER_TIMEOUT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """A configured sender of payloads. `key` is the secret part of its address; `type` names its source."""

    id: str
    name: str
    handle: str
    type: str
    key: str
    urgency: Urgency = Urgency.MEDIUM
    destinations: tuple[Receiver, ...] = ()
    enabled: bool = True
    options: dict[str, object] = field(default_factory=dict)
    title_template: str = ""
    description_template: str = ""
    rules: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Ordered rules, as the YAML that a person wrote; the first match decides."""

    id: str
    name: str
    handle: str
    yaml: str
    enabled: bool = True
    default_destination: Receiver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRule:
    """How one person wants to be reached, as the YAML that they wrote."""

    id: str
    name: str
    handle: str
    yaml: str
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakeholder:
    """People told of what happens to an alert without being asked to answer."""

    id: str
    name: str
    handle: str
    user_ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """One HTTP request that a router can have made."""

    id: str
    name: str
    handle: str
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """A span in which the integrations' payloads are logged and alert nobody."""

    id: str
    name: str
    handle: str
    integration_ids: tuple[str, ...]
    start_at: datetime
    end_at: datetime
    zone: str = "Etc/UTC"
