"""Whether the bot can post to a Slack channel."""

from bot.errors import Rejected, Undelivered
from bot.handlers.visit import Visit

_UNKNOWN = ("does not exist", "not in")


def is_member(visit: Visit, conversation: str) -> bool:
    """Whether the bot is in a conversation. When Slack does not answer that, it is taken to be: a card will tell."""
    try:
        found = visit.slack.ask("conversations.info", {"channel": conversation})
    except Rejected as error:  # a private channel that the bot is not in is one that it cannot see
        return not any(said in error.reason for said in _UNKNOWN)
    except Undelivered:
        return True
    return bool(found["channel"].get("is_member", True))
