"""What `pagertree run` says once everything is up: where the local Slack is, who is paged first, and with what."""

import shlex
from dataclasses import dataclass

from bot.cli.samples import address
from bot.engine.model import Integration, User
from bot.errors import PagerError
from bot.ports import Log, Ports
from bot.service import replay
from bot.service.payload_rehearsal import posted

_TRIED = '{"event_type": "create", "id": "disk-%s", "title": "Disk full on db1", "urgency": "high"}'
_NEW_EACH_TIME = "$(date +%s%N)"  # an id that was seen is counted, and pages nobody again


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An integration that takes the first alert, and who is paged first with it, if anybody is."""

    integration: Integration
    first: User | None


def invite(ports: Ports) -> Invitation | None:
    """Find the webhook integration to try, and whom it pages first now. None without such an integration."""
    found = ports.store.directory().integrations.values()
    webhook = next((each for each in found if each.type == "webhook" and each.enabled), None)
    return Invitation(integration=webhook, first=_paged_first(ports, webhook)) if webhook else None


def _paged_first(ports: Ports, integration: Integration) -> User | None:
    now, directory = ports.clock.now(), ports.store.directory()
    request = posted((_TRIED % "1").encode())
    log = Log(id="log_rehearsed", integration_id=integration.id, at=now, request=request, answered=200)
    try:
        played = replay.play(ports, log, integration, directory, now)
    except PagerError:
        return None
    pages = (page for each in played if each.rehearsal for page in each.rehearsal.pages)
    names = (page.to.removeprefix("user:") for page in pages if page.to.startswith("user:"))
    found = directory.get(User, next(names, ""))
    return found if isinstance(found, User) else None


def curl(integration: Integration, host: str) -> str:
    """A line for a shell that makes an alert, a new one each time that it is run."""
    before, after = (shlex.quote(part) for part in (_TRIED % "\n").split("\n"))
    return f"curl -H 'content-type: application/json' -d {before}{_NEW_EACH_TIME}{after} {address(integration, host)}"


def say(invitation: Invitation | None, slack: str, host: str) -> str:
    """The lines that are printed."""
    if invitation is None:
        return f"The local Slack is at {slack}\nNothing is set up yet. Open it and type:\n  /pagertree"
    first = invitation.first
    opens = f", and opens as {first.name}, who is paged first" if first and first.slack_id else ""
    whom = f"Page {first.name} with:" if first else "Send an alert with:"
    return f"The local Slack is at {slack}{opens}\n{whom}\n  {curl(invitation.integration, host)}"
