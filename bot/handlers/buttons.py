"""Buttons that run a command: what they say is what a person could have typed."""

from bot.channels.blocks import VALUE, Block, button

RUN, TURN = "run.", "turn."
_ID = 255  # characters of an action_id


def run(label: str, typed: str, style: str = "") -> Block:
    """Run a command and answer below."""
    return button(f"{RUN}{typed}"[:_ID], label, typed[:VALUE], style)


def turn(label: str, typed: str) -> Block:
    """Run a command and put the answer where the button is: the pages of a list."""
    return button(f"{TURN}{typed}"[:_ID], label, typed[:VALUE])
