"""An explanation as an answer."""

from collections.abc import Iterator

from bot.handlers.buttons import run
from bot.handlers.table import Said
from bot.service.explain import Explanation, Line, Part
from bot.slack.blocks import Block, actions, context, line, section, when

_SECTION = 2_800  # characters of one part: what is longer goes on in the next section
_ALL = 10_000  # of all parts together; a message takes 13,200


def said_of(explanation: Explanation, *buttons: Block) -> Said:
    """Draw an explanation, and what can be done next."""
    headline = section(f"*{line(explanation.title, 200)}*\n{line(explanation.short, 500)}")
    parts: list[Block] = []
    left = _ALL
    for part in explanation.parts:
        for text in _texts(part):
            left -= len(text)
            parts += [section(text)] if left > 0 else []
    cut = [context("The rest does not fit here: the alert's timeline has it.")] if left <= 0 else []
    shown = [run(f"Show #{number}", f"alert show #{number}") for number in explanation.alerts[:5]]
    foot = [actions(*shown, *buttons)] if shown or buttons else []
    return Said(text=line(explanation.short, 500), blocks=(headline, *parts, *cut, *foot))


def _texts(part: Part) -> Iterator[str]:
    text = f"*{line(part.heading, 100)}*"
    for each in part.lines:
        said = _say(each)
        if len(text) + len(said) > _SECTION:
            yield text
            text = ""
        text = f"{text}\n{said}".strip("\n")
    yield text


def _say(said: Line) -> str:
    at = f"{when(said.at, '{date_num} {time_secs}')} " if said.at else ""
    return f"{'      ◦ ' if said.deep else '• '}{at}{line(said.text, 600)}"
