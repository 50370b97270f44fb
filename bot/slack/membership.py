"""What Slack says of an account: whether somebody still is a member of the bot's workspace."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.errors import Unavailable
from bot.ports import SlackAccount
from bot.slack.web import SlackWeb

DELETED, GUEST, ELSEWHERE = "deactivated in Slack", "a guest", "of another workspace"
_PAGE = "200"  # the most that Slack recommends
_MOST_PAGES = 1_000


def why_gone(account: Mapping[str, Any], workspace: str) -> str:
    """Why an account is no member of a workspace; empty when it is. The shape is Slack's user object.

    https://docs.slack.dev/reference/objects/user-object
    """
    if not belongs(account, workspace):
        return ELSEWHERE
    if account.get("deleted") is True:
        return DELETED
    return GUEST if account.get("is_restricted") is True or account.get("is_ultra_restricted") is True else ""


def belongs(account: Mapping[str, Any], workspace: str) -> bool:
    """Whether an account is of the bot's workspace; in an Enterprise Grid, people are of several.

    `is_stranger` alone does not tell: it is false for people of other workspaces who share a channel with the bot.
    """
    of = {account.get("team_id", workspace), *account.get("enterprise_user", {}).get("teams", ())}
    return workspace in of and not account.get("is_stranger")


def accounts(web: SlackWeb) -> tuple[SlackAccount, ...]:
    """Every account of the workspace. Raises `Undelivered`, also when Slack breaks off in the middle."""
    workspace = str(web.call("auth.test", {}).get("team_id", ""))
    return tuple(SlackAccount(id=str(each["id"]), why_gone=why_gone(each, workspace)) for each in _members(web))


def _members(web: SlackWeb) -> Iterator[Mapping[str, Any]]:
    cursor = ""
    for _ in range(_MOST_PAGES):
        answer = web.ask("users.list", {"limit": _PAGE, **({"cursor": cursor} if cursor else {})})
        yield from answer["members"]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
    raise Unavailable("Slack's list of people does not end.")
