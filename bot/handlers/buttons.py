"""Buttons that run a command: what they say is what a person could have typed."""

from collections.abc import Iterable

from bot.slack.blocks import VALUE, Block, button, menu_of_verbs

RUN, TURN, MORE = "run.", "turn.", "more"
_ID = 255  # characters of an action_id


def run(label: str, typed: str, style: str = "") -> Block:
    """Run a command and answer below."""
    return button(f"{RUN}{typed}"[:_ID], label, typed[:VALUE], style)


def turn(label: str, typed: str) -> Block:
    """Run a command and put the answer where the button is: the pages of a list."""
    return button(f"{TURN}{typed}"[:_ID], label, typed[:VALUE])


def more(verbs: Iterable[tuple[str, str]]) -> Block:
    """A small menu of commands, each a label and what it types: what would be too many buttons."""
    return menu_of_verbs(MORE, [(label, f"{RUN} {typed}") for label, typed in verbs])


NEXT_TEAM = run("Next: a team", "team add", "primary")
NEXT_ROUTER = run("Next: a router", "router add", "primary")
NEXT_INTEGRATION = run("Next: an integration", "integration add", "primary")
"""What leads somebody who begins from one form to the following one."""
