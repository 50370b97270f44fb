"""The plain words of the domain: urgency, status, severity, receivers and actors."""

from dataclasses import dataclass
from enum import StrEnum


class Urgency(StrEnum):
    """How loudly to page. `silent` notifies nobody; `critical` passes every storm limit."""

    SILENT = "silent"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def loudness(self) -> int:
        """0 for silent to 4 for critical."""
        return list(Urgency).index(self)

    @property
    def is_loud(self) -> bool:
        """Whether it is to be heard at once, and not to be overlooked."""
        return self in {Urgency.HIGH, Urgency.CRITICAL}


class Status(StrEnum):
    """Where an alert stands; `lifecycle.py` holds the transitions."""

    QUEUED = "queued"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    DROPPED = "dropped"
    SUPPRESSED = "suppressed"


class Severity(StrEnum):
    """Severity of an alert that is flagged as an incident."""

    SEV1 = "SEV-1"
    SEV2 = "SEV-2"
    SEV3 = "SEV-3"
    SEV4 = "SEV-4"
    SEV5 = "SEV-5"
    UNKNOWN = "SEV-UNKNOWN"


class Role(StrEnum):
    """What a person may change, in the whole installation or in one team."""

    ADMIN = "admin"
    MEMBER = "member"


class ReceiverKind(StrEnum):
    """The kinds of object that an alert can be sent to."""

    TEAM = "team"
    USER = "user"
    SCHEDULE = "schedule"
    ROUTER = "router"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where an alert goes, by id."""

    kind: ReceiverKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class ActorKind(StrEnum):
    """Who can cause a change."""

    USER = "user"
    INTEGRATION = "integration"
    ROUTER = "router"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who caused a change, and over which channel (`slack`, `sms`, …) when a person did."""

    kind: ActorKind
    id: str = ""
    via: str = ""


SYSTEM = Actor(kind=ActorKind.SYSTEM)


def person(user_id: str, via: str) -> Actor:
    """Name a user who acted over a channel."""
    return Actor(kind=ActorKind.USER, id=user_id, via=via)
