"""People who are picked in a form, and the users that they are."""

from collections.abc import Sequence

from bot.engine.directory import Directory
from bot.errors import Invalid, Problem
from bot.handlers.filled import Filled
from bot.handlers.people import Stranger, recognise
from bot.handlers.visit import Visit


def slack_ids(directory: Directory, user_ids: Sequence[str]) -> list[str]:
    """The Slack accounts of users, for those who have one."""
    found = (directory.users.get(user_id) for user_id in user_ids)
    return [user.slack_id for user in found if user and user.slack_id]


def unlinked(directory: Directory, user_ids: Sequence[str]) -> tuple[str, ...]:
    """Those of the users whom Slack cannot show."""
    found = (directory.users.get(user_id) for user_id in user_ids)
    return tuple(user.id for user in found if user and not user.slack_id)


def linked(visit: Visit, filled: Filled, block: str) -> tuple[str, ...]:
    """The users of the Slack accounts that were picked; who is new here is linked. Raises `Invalid` for strangers."""
    try:
        picked = [
            recognise(visit.ports, visit.slack, each, visit.workspace, visit.met) for each in filled.people(block)
        ]
    except Stranger as stranger:
        message = f"{stranger.name} cannot be paged: they are {stranger.why}."
        raise Invalid([Problem(message=message, mend="Take them out.", where=(block,))]) from stranger
    return tuple(user.id for user in picked)
