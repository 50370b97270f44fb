"""Who a Slack account is: known people, people who use the bot for the first time, and strangers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.engine.model import SYSTEM, User
from bot.errors import Refused, Undelivered
from bot.ports import Ports
from bot.service import departures, manage
from bot.service.manage import SlackProfile
from bot.slack.membership import DELETED, ELSEWHERE, GUEST, why_gone
from bot.slack.web import SlackWeb

_OLDEST = timedelta(minutes=5)
"""How old what Slack says of somebody may be when they act."""
_MOST_MET = 10_000
_REFUSALS: Mapping[str, str] = {
    ELSEWHERE: "You belong to another workspace. Ask the people of this one to act on their alerts.",
    DELETED: "This Slack account is deactivated.",
    GUEST: "Guests cannot use this. Ask a member of the workspace.",
}


@dataclass(frozen=True, slots=True)
class Acquaintances:
    """When Slack was last asked about each account."""

    _asked: dict[str, datetime] = field(default_factory=dict)

    def is_fresh(self, slack_id: str, now: datetime) -> bool:
        """Whether Slack was asked about an account a short time ago."""
        return slack_id in self._asked and now - self._asked[slack_id] < _OLDEST

    def note(self, slack_id: str, now: datetime) -> None:
        """Slack was asked."""
        if len(self._asked) >= _MOST_MET:
            self._asked.clear()
        self._asked[slack_id] = now


class Stranger(Refused):
    """Who may not use the bot. `name` and `why` tell it to others: (Grace) cannot be paged: they are (a guest)."""

    def __init__(self, said: str, name: str, why: str) -> None:
        super().__init__(said)
        self.name, self.why = name, why


def recognise(ports: Ports, slack: SlackWeb, slack_id: str, workspace: str, met: Acquaintances) -> User:
    """Find the user of a Slack account, linking it on first use. Raises `Stranger`, with what to do.

    Of somebody known, Slack is asked again after five minutes: who is gone is deactivated. Where it does not answer,
    they stay what they were.
    """
    known = ports.store.directory().user_in_slack(slack_id)
    if known is None:
        known = manage.link_person(ports, _profile(_account(slack, slack_id), slack_id, workspace))
        met.note(slack_id, ports.clock.now())
    elif known.active and not met.is_fresh(slack_id, ports.clock.now()):
        ask_again(ports, slack, known, workspace, met)
    if not known.active:
        raise Stranger(
            "Your account here was deactivated. Ask an admin to activate it.", known.name, "deactivated here"
        )
    return manage.appoint(ports, known)


def ask_again(ports: Ports, slack: SlackWeb, known: User, workspace: str, met: Acquaintances) -> None:
    """Ask Slack whether somebody still is a member, and deactivate them when it says no. Raises `Stranger` then."""
    slack_id = known.slack_id or ""
    met.note(slack_id, ports.clock.now())
    try:
        why = why_gone(_account(slack, slack_id), workspace)
    except Undelivered:
        return
    if why:
        departures.leave(ports, known.id, SYSTEM, why)
        raise Stranger(_REFUSALS[why], known.name, why)


def look_again(ports: Ports, slack: SlackWeb, slack_id: str, workspace: str, met: Acquaintances) -> None:
    """Ask Slack about a known account that it says was changed; whom nobody knows here is nobody's concern."""
    known = ports.store.directory().user_in_slack(slack_id)
    if known and known.active:
        try:
            ask_again(ports, slack, known, workspace, met)
        except Stranger:
            return


def _account(slack: SlackWeb, slack_id: str) -> Mapping[str, Any]:
    account: Mapping[str, Any] = slack.ask("users.info", {"user": slack_id})["user"]
    return account


def _profile(account: Mapping[str, Any], slack_id: str, workspace: str) -> SlackProfile:
    own = account.get("profile", {})
    name = own.get("real_name") or account.get("real_name") or account.get("name") or slack_id
    if account.get("is_bot"):
        raise Stranger("Only people can use this; bots send alerts to an integration's address.", name, "an app")
    if why := why_gone(account, workspace):
        raise Stranger(_REFUSALS[why], name, why)
    return SlackProfile(
        slack_id=slack_id,
        name=name,
        email=own.get("email"),
        zone=account.get("tz") or "Etc/UTC",
        is_admin=bool(account.get("is_admin") or account.get("is_owner")),
        is_guest=False,
        is_deleted=False,
        team_id=workspace,
    )
