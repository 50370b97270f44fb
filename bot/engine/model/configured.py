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
class NotificationRule:
    """How one person wants to be reached, as the YAML that they wrote.

    `vouched` are the phone numbers in it that an admin answers for: set by who saves it, see
    `service/allowed_numbers`.
    """

    id: str
    name: str
    handle: str
    yaml: str
    enabled: bool = True
    vouched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """A version of a notification rule, as somebody is paged by it."""

    version: int
    rule: NotificationRule


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who can be paged. `slack_id` links them to the workspace.

    `remind_before` is how long before going on call they want to hear of it, None for not at all; `told_off_duty`
    whether they want to hear that it is over. `feed_key` is the secret part of their calendar's address. `language` is
    that of the fixed words which they hear and read: a code of `READING_LANGUAGES`. `kept_rule` is the version of their
    notification rule that they took, where somebody else has changed the rule since.
    """

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
    remind_before: timedelta | None = None
    told_off_duty: bool = False
    feed_key: str = ""
    language: str = "en"
    kept_rule: RuleVersion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user's place in a team."""

    user_id: str
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who answer together. `slack_channel` is a conversation id, `places` where its cards go on other channels.

    `told_of_drops` are the users who hear of dropped alerts (nobody named: the team's admins), `told_of_handoffs` those
    who hear that an alert was handed to the team or away from it.
    """

    id: str
    name: str
    handle: str
    members: tuple[Member, ...] = ()
    schedule_id: str | None = None
    policy_id: str | None = None
    slack_channel: str | None = None
    stakeholder_ids: tuple[str, ...] = ()
    told_of_drops: tuple[str, ...] = ()
    told_of_handoffs: tuple[str, ...] = ()
    places: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One step of an escalation policy: layer `number` is paged, then `timeout` passes."""

    number: int
    timeout: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """An escalation policy: layers in order, `repeat` further passes (0–3), then `reassign`.

    With `round_robin`, one of those on call in a layer is asked, the next one with each alert and with each pass.
    `remind_after`: whoever acknowledged is asked again after that time, until the alert is resolved.
    """

    id: str
    name: str
    handle: str
    layers: tuple[Layer, ...]
    repeat: int = 0
    reassign: tuple[Receiver, ...] = ()
    round_robin: bool = False
    remind_after: timedelta | None = None


DEFAULT_LAYERS = (
    Layer(number=1, timeout=timedelta(minutes=5)),
    Layer(number=2, timeout=timedelta(minutes=10)),
    Layer(number=3, timeout=timedelta(minutes=15)),
)
USER_TIMEOUT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """A configured sender of payloads. `key` is the secret part of its address; `type` names its source.

    For `auto_aggregate` after an alert, others with its title are gathered under it; `auto_resolve` after it was made,
    an alert resolves by itself. None: never. With `keeps_first`, an alert goes on saying what it said at first when its
    sender repeats it in other words.
    """

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
    auto_aggregate: timedelta | None = None
    auto_resolve: timedelta | None = None
    keeps_first: bool = False


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
class Stakeholder:
    """People told of what happens to an alert without being asked to answer."""

    id: str
    name: str
    handle: str
    user_ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who asks: with a user name by HTTP's basic authentication, without one by a bearer token. Never shown again."""

    secret: str
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """One HTTP request that a router can have made. The URL, the headers' values and the body are templates.

    One that `repeats` is made again when it may have been taken already; else it never is.
    """

    id: str
    name: str
    handle: str
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    auth: Credentials | None = None
    repeats: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """A span in which the integrations' payloads are logged and alert nobody.

    With a `recurrence` (the value of an RFC 5545 RRULE, counted in wall-clock time of `zone`) it is the first of many.
    `ended_at` is when somebody ended it, or the one of many that was on, before its time.
    """

    id: str
    name: str
    handle: str
    integration_ids: tuple[str, ...]
    start_at: datetime
    end_at: datetime
    zone: str = "Etc/UTC"
    recurrence: str | None = None
    ended_at: datetime | None = None
