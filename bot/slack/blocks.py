"""Block Kit, never larger than Slack takes it. Everything that the bot shows in Slack is put together here.

Foreign text is shown in one of two ways: as `plain_text`, which has no markup, or through `escape`. Sizes are from
https://docs.slack.dev/reference/block-kit and are counted in UTF-16 units, the larger of the two ways to count.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, chain
from typing import Any, TypeAlias
from urllib.parse import quote

import httpx
import re2

from bot.shown_text import clip, shown, utf16_units

Block: TypeAlias = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ALL_TEXT = 12_500  # Slack refuses at about 13,200 characters of all blocks together (`msg_blocks_too_long`)
TEXT = 3_000
ALT_TEXT = 2_000  # what a picture shows, in words
FALLBACK = 3_000  # of 40,000: phones show a line or two of it
HEADER, LABEL, FIELD, BUTTON, OPTION = 150, 2_000, 2_000, 75, 75
VALUE, OPTION_VALUE, URL = 2_000, 150, 3_000
FIELDS, CONTEXT, ACTIONS, OPTIONS, OVERFLOW = 10, 10, 25, 100, 5
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30

_HOST = re2.compile(r"(?i)[a-z0-9_.-]*[a-z0-9][a-z0-9_.-]*|[0-9a-f:.]*:[0-9a-f:.]*")
_LONE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_KEPT_IN_ADDRESSES = "%/:=&?~#+!$,;'@()*[]"
_TORN = re.compile(r"(?:&[a-z]{0,10}|<[^<>]{0,3000})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is posted: `text` is what phones and screen readers get."""

    text: str
    blocks: list[Block]


# --- Text ---------------------------------------------------------------------------------------------------------


def escape(text: str, most: int = TEXT) -> str:
    """Make foreign text harmless inside markup: no mention, no link, and at most `most` characters of it."""
    return shown(text, most).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def line(text: str, most: int = TEXT) -> str:
    """Escape foreign text and keep it on one line."""
    return escape(" ".join(text.split()), most)


def code(text: str, most: int = TEXT) -> str:
    """Show foreign text as it is, in one line of code."""
    return f"`{line(text.replace('`', 'ˋ'), most) or ' '}`"


def listing(text: str, most: int = TEXT - 10) -> str:
    """Show foreign text as it is, in lines of code."""
    escaped = escape(text.replace("```", "ˋˋˋ").rstrip("\n"), most)
    return f"```\n{_clip_markup(escaped, most)}\n```"


def whole_lines(lines: Sequence[str], most: int, room: int = TEXT - 400) -> str:
    """As many lines of markup as fit into a section, at most `most`, and how many more there are: that is never cut."""
    shown, filled = 0, 0
    while shown < min(len(lines), most) and filled + len(lines[shown]) + 1 <= room:
        filled += len(lines[shown]) + 1
        shown += 1
    more = [f"… and {len(lines) - shown:,} more"] if len(lines) > shown else []
    return "\n".join([*lines[:shown], *more])


def link(url: str, label: str) -> str:
    """Link to a web address; anything else is shown as text."""
    if not re.fullmatch(r"https?://[^\s<>|]{1,2000}", url):
        return line(label)
    return f"<{url.replace('&', '&amp;')}|{line(label, 200)}>"


def web_address(text: str) -> str:
    """A foreign address as Slack takes it for a button: whole, of the web, and encoded as a browser would; else "".

    Slack refuses a whole message for one button with less (https://github.com/MacPaw/together-app/issues/4).
    """
    try:
        address = httpx.URL(text[: URL + 1].strip())
    except httpx.InvalidURL:
        return ""
    if address.scheme not in {"http", "https"} or not _HOST.fullmatch(address.raw_host.decode("ascii", "replace")):
        return ""
    encoded = quote(_LONE_PERCENT.sub("%25", str(address)), safe=_KEPT_IN_ADDRESSES)
    return encoded if len(encoded) <= URL else ""


def when(at: datetime, form: str = "{date_short_pretty} {time}") -> str:
    """Show an instant in each reader's own zone (https://docs.slack.dev/messaging/formatting-message-text)."""
    return f"<!date^{int(at.timestamp())}^{form}|{at:%Y-%m-%d %H:%M} UTC>"


def mention(slack_id: str | None, name: str) -> str:
    """Name a person so that their profile opens; by name alone where they have no Slack account."""
    return f"<@{slack_id}>" if slack_id and slack_id.isalnum() else line(name, 80)


def _clip_markup(markup: str, most: int) -> str:
    """Shorten our own markup without tearing an entity or a `<…>` apart."""
    cut = clip(markup, most)
    return cut if cut == markup else f"{_TORN.sub('', cut.removesuffix('…'))}…"


def plain(text: str, most: int) -> Block:
    """A text object without markup; emoji codes stay as they are written."""
    return {"type": "plain_text", "text": shown(text.strip(), most).strip() or "–", "emoji": False}


def markup(text: str, most: int = TEXT) -> Block:
    """A text object with markup, in which addresses and names do not turn into links by themselves."""
    return {"type": "mrkdwn", "text": _clip_markup(text, most) or "–", "verbatim": True}


# --- Blocks -------------------------------------------------------------------------------------------------------


def header(text: str) -> Block:
    """A large line."""
    return {"type": "header", "text": plain(" ".join(text.split()), HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of markup, with an element beside it."""
    return {"type": "section", "text": markup(text)} | ({"accessory": accessory} if accessory else {})


def prose(text: str, most: int = TEXT) -> Block:
    """A paragraph of foreign text, shown as it is."""
    return {"type": "section", "text": plain(text, most)}


def fields(pairs: Iterable[tuple[str, str]], most: int = FIELD) -> Block:
    """Names with values, both foreign, in two columns; `most` bounds each. At least one pair."""
    told = [markup(f"*{line(name, 80)}*\n{escape(value, most - 200)}", most) for name, value in pairs]
    return {"type": "section", "fields": told[:FIELDS]}


def context(*texts: str) -> Block:
    """Small grey lines of markup."""
    return {"type": "context", "elements": [markup(text, 2_000) for text in texts[:CONTEXT]]}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def actions(*elements: Block) -> Block:
    """A row of buttons and menus."""
    return {"type": "actions", "elements": list(elements[:ACTIONS])}


def image(file_id: str, described: str) -> Block:
    """A picture that was uploaded to Slack, with its content as text for those who do not see it."""
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": clip(described, ALT_TEXT)}


def button(action_id: str, label: str, value: str = "", style: str = "", confirm: Block | None = None) -> Block:
    """A button. `style` is `primary`, `danger` or empty; a value longer than Slack's is a mistake of ours."""
    if len(value) > VALUE:
        raise ValueError(f"the value of {action_id} has {len(value)} characters; store it and send its key")
    made: Block = {"type": "button", "action_id": action_id, "text": plain(label, BUTTON)}
    optional = {"value": value, "style": style, "confirm": confirm}
    return made | {name: given for name, given in optional.items() if given}


def link_button(action_id: str, label: str, url: str) -> Block:
    """A button that opens an address of `web_address` in the reader's browser."""
    return button(action_id, label) | {"url": url}


def menu_of_verbs(action_id: str, verbs: Sequence[tuple[str, str]]) -> Block:
    """A `⋯` menu: each line is a label and `<what is clicked> <what it carries>`, at most five of them."""
    options = [{"text": plain(label, OPTION), "value": value} for label, value in verbs[:OVERFLOW]]
    if long := next((value for _, value in verbs if len(value) > OPTION_VALUE), None):
        raise ValueError(f"a menu's value has {len(long)} characters: {long[:80]}")
    return {"type": "overflow", "action_id": action_id, "options": options}


def confirmation(title: str, text: str, yes: str, no: str = "Cancel") -> Block:
    """Ask before a button does what it says."""
    return {
        "title": plain(title, CONFIRM_TITLE),
        "text": plain(text, CONFIRM_TEXT),
        "confirm": plain(yes, CONFIRM_BUTTON),
        "deny": plain(no, CONFIRM_BUTTON),
    }


# --- Wholes -------------------------------------------------------------------------------------------------------


def message(text: str, blocks: Sequence[Block]) -> Message:
    """A message that Slack takes; `text` is markup. Blocks beyond its sizes are left out, and that is said."""
    return Message(text=_clip_markup(text, FALLBACK), blocks=fit(blocks, MESSAGE_BLOCKS))


def fit(blocks: Sequence[Block], most_blocks: int, most_text: int = ALL_TEXT) -> list[Block]:
    """Keep the blocks that fit and say how many do not."""
    if len(blocks) <= most_blocks and _size(list(blocks)) <= most_text:
        return list(blocks)
    sizes = accumulate(_size(block) for block in blocks)
    kept = min(sum(size <= most_text for size in sizes), most_blocks - 1)
    return [*blocks[:kept], context(f"{len(blocks) - kept} more parts do not fit here.")]


def _size(node: object) -> int:
    """Count the characters of all text in blocks."""
    return utf16_units("".join(_texts(node)))


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        own = node.get("text")
        yield from [own] if isinstance(own, str) else []
        yield from chain.from_iterable(map(_texts, node.values()))
    elif isinstance(node, list):
        yield from chain.from_iterable(map(_texts, node))
