"""Who a Slack account is: known people, people who use the bot for the first time, and strangers."""

from collections.abc import Mapping
from typing import Any

from bot.engine.model import User
from bot.errors import Refused
from bot.ports import Ports
from bot.service import manage
from bot.service.manage import SlackProfile
from bot.slack.web import SlackWeb


class Stranger(Refused):
    """Who may not use the bot. `name` and `why` tell it to others: (Grace) cannot be paged: they are (a guest)."""

    def __init__(self, said: str, name: str, why: str) -> None:
        super().__init__(said)
        self.name, self.why = name, why


def recognise(ports: Ports, slack: SlackWeb, slack_id: str, workspace: str) -> User:
    """Find the user of a Slack account, linking it on first use. Raises `Stranger`, with what to do."""
    known = ports.store.directory().user_in_slack(slack_id)
    if known is None:
        known = manage.link_person(ports, _profile(slack, slack_id, workspace))
    if not known.active:
        raise Stranger(
            "Your account here was deactivated. Ask an admin to activate it.", known.name, "deactivated here"
        )
    return manage.appoint(ports, known)


def _profile(slack: SlackWeb, slack_id: str, workspace: str) -> SlackProfile:
    account = slack.ask("users.info", {"user": slack_id})["user"]
    own = account.get("profile", {})
    name = own.get("real_name") or account.get("real_name") or account.get("name") or slack_id
    if account.get("is_bot"):
        raise Stranger("Only people can use this; bots send alerts to an integration's address.", name, "an app")
    if not _belongs(account, workspace):
        said = "You belong to another workspace. Ask the people of this one to act on their alerts."
        raise Stranger(said, name, "of another workspace")
    if account.get("deleted"):
        raise Stranger("This Slack account is deactivated.", name, "deactivated in Slack")
    if account.get("is_restricted") or account.get("is_ultra_restricted"):
        raise Stranger("Guests cannot use this. Ask a member of the workspace.", name, "a guest")
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


def _belongs(account: Mapping[str, Any], workspace: str) -> bool:
    """Whether an account is of the bot's workspace; in an Enterprise Grid, people are of several.

    `is_stranger` alone does not tell: it is false for people of other workspaces who share a channel with the bot
    (https://docs.slack.dev/reference/objects/user-object).
    """
    of = {account.get("team_id", workspace), *account.get("enterprise_user", {}).get("teams", ())}
    return workspace in of and not account.get("is_stranger")
