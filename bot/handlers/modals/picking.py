"""People who are picked in a form, and the users that they are."""

from collections.abc import Iterator, Sequence

from bot.engine.directory import Directory
from bot.engine.model import User
from bot.errors import Invalid, Problem
from bot.handlers.filled import Filled
from bot.handlers.modals.menus import told_apart
from bot.handlers.people import Stranger, recognise
from bot.handlers.visit import Visit
from bot.slack.blocks import OPTIONS, Block
from bot.slack.forms import input_block, multi_menu, people

_BESIDE = "unlinked"  # the input of those whom Slack's own menu cannot show
_BESIDE_HINT = "Slack's menu above cannot show them. They keep their places; take out who is not to stay."


def slack_ids(directory: Directory, user_ids: Sequence[str]) -> list[str]:
    """The Slack accounts of users, for those who have one."""
    found = (directory.users.get(user_id) for user_id in user_ids)
    return [user.slack_id for user in found if user and user.slack_id]


def unlinked(directory: Directory, user_ids: Sequence[str]) -> tuple[str, ...]:
    """Those of the users whom Slack cannot show."""
    found = (directory.users.get(user_id) for user_id in user_ids)
    return tuple(user.id for user in found if user and not user.slack_id)


def people_inputs(
    name: str,
    label: str,
    user_ids: Sequence[str],
    directory: Directory,
    *,
    placeholder: str = "",
    hint: str = "",
    optional: bool = False,
) -> Iterator[Block]:
    """A menu of people as they are, and where some have no Slack account one more that they can be taken out of.

    The inputs' names are `picking_blocks`; `picked` reads them.
    """
    beside = _beside(directory, user_ids)
    menu = people(slack_ids(directory, user_ids), placeholder)
    yield input_block(name, label, menu, hint=hint, optional=optional or bool(beside))
    if beside:
        choices = told_apart(beside)
        chosen = multi_menu(picking_blocks(name)[1], choices, [user.id for user in beside])
        yield input_block(
            picking_blocks(name)[1], f"{label}: without a Slack account", chosen, hint=_BESIDE_HINT, optional=True
        )


def picking_blocks(name: str) -> tuple[str, str]:
    """The names of the inputs of `people_inputs`."""
    return name, f"{name}.{_BESIDE}"


def _beside(directory: Directory, user_ids: Sequence[str]) -> list[User]:
    return [directory.users[each] for each in dict.fromkeys(unlinked(directory, user_ids))][:OPTIONS]


def picked(visit: Visit, filled: Filled, name: str, had: Sequence[str]) -> tuple[str, ...]:
    """Those who were picked, in their order; whom Slack cannot show keeps their place unless they were taken out.

    As they were, where nothing was touched. Raises `Invalid` for strangers.
    """
    block, beside = picking_blocks(name)
    if not filled.touched(block, beside):
        return tuple(had)
    directory = visit.directory()
    shown = {user.id for user in _beside(directory, had)}
    out = shown - set(filled.choices(beside)) if beside in filled.state else set()
    found = [each for each in linked(visit, filled, block) if each not in out]
    for place, each in enumerate(each for each in had if each not in out):
        if each in unlinked(directory, had) and each not in found:
            found.insert(min(place, len(found)), each)
    return tuple(found)


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
