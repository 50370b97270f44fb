"""The processes of an installation: the one table that the Procfile, the recipes and docs/operations.md follow."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.settings import Settings


def _never(_settings: Settings) -> str:
    return ""


def _redis_rests(settings: Settings) -> str:
    return "REDIS_URL is set: no Redis server is started here." if settings.redis_url else ""


def _mail_rests(settings: Settings) -> str:
    return "" if settings.mail_port else "No mail is taken here: set MAIL_PORT, for example to 2525."


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One kind of process. `why_at_rest` says why it has nothing to do with these settings, or nothing."""

    name: str
    command: str
    why_at_rest: Callable[[Settings], str] = _never

    @property
    def words(self) -> tuple[str, ...]:
        """What follows `pagertree`."""
        return tuple(self.command.split()[1:])


REDIS = Process(name="redis", command="pagertree redis", why_at_rest=_redis_rests)
WEB = Process(name="web", command="pagertree web")
WORKER = Process(name="worker", command="pagertree worker")
HOUSEKEEPING = Process(name="housekeeping", command="pagertree worker --housekeeping")
MAIL = Process(name="mail", command="pagertree mail", why_at_rest=_mail_rests)

PROCESSES = (WEB, WORKER, HOUSEKEEPING, MAIL, REDIS)  # honcho gives the first of them PORT as it is set


def procfile() -> str:
    """The table in the format of Heroku's Procfile, which honcho and foreman read."""
    return "".join(f"{process.name}: {process.command}\n" for process in PROCESSES)
