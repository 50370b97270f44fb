"""Saving that has consequences: the form comes back as it was, with what would follow and a word to type."""

from collections.abc import Mapping
from typing import Any

from bot.errors import PagerError
from bot.handlers.filled import Filled
from bot.slack.blocks import Block, section
from bot.slack.forms import input_block, text

CONFIRM, _WHY = "confirm", "confirm.why"
_KEPT = ("type", "callback_id", "title", "submit", "close", "private_metadata")


class Unconfirmed(PagerError):
    """What a form asks for needs a confirmation; nothing was done. `said` is markup, `word` is what has to be typed."""

    def __init__(self, said: str, word: str) -> None:
        super().__init__(said)
        self.said, self.word = said, word


def is_confirmed(filled: Filled, word: str) -> bool:
    """Whether the word was typed."""
    return filled.text(CONFIRM).strip("\"'“”").upper() == word.upper()


def ask_again(sent: Mapping[str, Any], unconfirmed: Unconfirmed) -> Mapping[str, Any]:
    """The view that was sent, with the question below; what was typed stays, as the inputs keep their names."""
    blocks: list[Block] = [block for block in sent["blocks"] if block.get("block_id") not in {CONFIRM, _WHY}]
    why = section(f"⚠️ {unconfirmed.said}") | {"block_id": _WHY}
    label = f"Type {unconfirmed.word} and send the form again"
    ask = input_block(CONFIRM, label, text("", unconfirmed.word, 40), optional=True)
    return {name: sent[name] for name in _KEPT if name in sent} | {"blocks": [*blocks, why, ask]}
