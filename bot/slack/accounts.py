"""People of the workspace, found by their addresses (https://docs.slack.dev/reference/methods/users.lookupByEmail)."""

from collections.abc import Mapping
from typing import Any

from bot.errors import Rejected
from bot.service.manage import SlackProfile
from bot.slack.person_answers import PersonAnswers
from bot.slack.web import SlackWeb

_APART = ("is_bot", "deleted", "is_restricted", "is_ultra_restricted", "is_stranger")
"""Who may not use the bot."""


class Accounts:
    """Asks whether people still have their account. Safe to share between threads."""

    def __init__(self, web: SlackWeb) -> None:
        self._answers = PersonAnswers(web, "users.info")

    def check_active(self, slack_id: str) -> str:
        """Raise `Rejected` for a deactivated account; otherwise why that is not known, or "".

        Slack takes a message to such an account all the same, and nobody reads it
        (https://github.com/slackapi/python-slack-sdk/issues/1156).
        """
        found = self._answers.of(slack_id)
        if isinstance(found, str):
            return found
        account = found.get("user")
        if isinstance(account, Mapping) and account.get("deleted") is True:
            raise Rejected("This person's Slack account is deactivated.")
        return ""


def find_account(web: SlackWeb, email: str) -> SlackProfile | None:
    """The account of a member of the workspace; None when nobody has the address, or a guest, an app or a stranger.

    That they are an admin of the workspace is left out: nobody becomes ours by being found. Raises `Undelivered` when
    Slack cannot be asked now.
    """
    try:
        account: Mapping[str, Any] = web.ask("users.lookupByEmail", {"email": email})["user"]
    except Rejected:
        return None
    if any(account.get(each) for each in _APART):
        return None
    own = account.get("profile", {})
    return SlackProfile(
        slack_id=account["id"],
        name=own.get("real_name") or account.get("real_name") or account.get("name") or account["id"],
        email=own.get("email") or email,
        zone=account.get("tz") or "Etc/UTC",
        team_id=account.get("team_id", ""),
    )
