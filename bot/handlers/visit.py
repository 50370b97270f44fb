"""Who asks, when, and what they may use."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.directory import Directory
from bot.engine.model import Actor, Role, User, person
from bot.errors import Refused
from bot.handlers.people import Acquaintances
from bot.handlers.router_backtests import Effects
from bot.ports import Ports
from bot.service.credentials import CredentialChecks
from bot.service.health_figures import HealthFigures
from bot.slack.files import Album
from bot.slack.web import SlackWeb


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person's request: `now` is asked once.

    `workspace` is Slack's id of the bot's own workspace, `public_url` where the world reaches the bot. Pictures are
    shown where there is an `album` for them. `is_deaf`: Slack tells the bot nothing of what people
    write to it.
    """

    ports: Ports
    slack: SlackWeb
    user: User
    now: datetime
    workspace: str = ""
    public_url: str = ""
    effects: Effects = field(default_factory=Effects)
    credentials: CredentialChecks = field(default_factory=CredentialChecks)
    figures: HealthFigures = field(default_factory=HealthFigures)
    met: Acquaintances = field(default_factory=Acquaintances)
    album: Album | None = None
    is_deaf: bool = False

    @property
    def actor(self) -> Actor:
        """The person, acting over Slack."""
        return person(self.user.id, "slack")

    def directory(self) -> Directory:
        """The configuration as it stands. Raises `StoreUnavailable`."""
        return self.ports.store.directory()


def admit(visit: Visit, role: Role) -> None:
    """Raise `Refused`, naming who can help, unless the person has the role."""
    if role is Role.MEMBER or visit.user.role is Role.ADMIN:
        return
    admins = [user.name for user in visit.directory().users.values() if user.role is Role.ADMIN and user.active]
    named = ", ".join(sorted(admins)[:5]) + (f" and {len(admins) - 5} more" if len(admins) > 5 else "")
    none = (
        "There is no admin yet. Whoever ADMINS names, else an owner or admin of the workspace, types /pagertree first."
    )
    raise Refused(f"Only admins may do this. {f'Ask {named}.' if admins else none}")
