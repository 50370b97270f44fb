"""HTML mail as plain text that keeps its structure: what a reader would see, line by line, and nothing that is hidden.

The sanitiser parses and cleans; what it returns is well-formed, has only the tags and attributes below, and is walked
once. Its parser takes time that grows with the square of the open elements, and of ampersands: both are bounded.
"""

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

import nh3

from bot.payloads.appearance import Appearance, appear
from bot.payloads.flow import Flow

MAX_TAGS = 8_000  # a quarter of a second in the worst case; newsletters have some 2,000
MAX_REFERENCES = 8_000  # `&nbsp;` and the like; what is over stays as it was written
MAX_URL = 1_000  # characters
MAX_TABLES = 12  # inside each other
MAX_ALT = 200  # characters

_VOID = frozenset({"br", "hr", "img"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS = frozenset({"td", "th"})
_LISTS = frozenset({"ul", "ol"})
_SPACED = _HEADINGS | {"p", "pre", "blockquote", "hr"}
_BLOCKS = (
    frozenset({"div", "tr", "li", "table", "caption", "dl", "dt", "dd", "address", "center", "form"})
    | frozenset({"article", "aside", "section", "header", "footer", "main", "nav", "figure", "figcaption", "fieldset"})
    | frozenset({"details", "summary"})
    | _LISTS
)
_GROUPS = frozenset({"span", "a", "img", "br", "tbody", "thead", "tfoot"})
_TAGS = _SPACED | _BLOCKS | _CELLS | _GROUPS
_NO_TEXT = frozenset({"script", "style", "head", "title", "template", "iframe", "object", "svg", "audio", "video"})
_ATTRIBUTES = {"*": {"style", "hidden"}, "a": {"href"}, "img": {"alt", "width", "height"}, "ol": {"start"}}
_FORMATTING = re.compile(r"<(/?)(?:big|b|code|em|font|i|nobr|small|strike|strong|s|tt|u)(?=[\s/>])", re.IGNORECASE)


def text_of(markup: str) -> str:
    """The words of an HTML text, laid out: rows, lists, quotes, links with their addresses.

    Formatting becomes `span` first, because a parser opens it anew in each paragraph when it is not closed.
    """
    tags = "<".join(markup.split("<", MAX_TAGS)[:MAX_TAGS])
    *referring, rest = tags.split("&", MAX_REFERENCES)
    bounded = "&".join([*referring, rest.replace("&", "\uff06")])
    clean = nh3.clean(
        _FORMATTING.sub(r"<\1span", bounded),
        tags=set(_TAGS),
        clean_content_tags=set(_NO_TEXT),
        attributes=_ATTRIBUTES,
        link_rel=None,
        url_schemes={"http", "https"},
        url_relative="deny",
    )
    reader = _MarkupReader()
    reader.feed(clean)
    reader.close()
    return reader.text


class _MarkupReader(HTMLParser):
    """Walks clean markup: opens and closes elements on a stack, and lays out the text that is seen."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Appearance] = [Appearance()]
        self._flows = [Flow()]
        self._rows: list[list[tuple[str, str]]] = []
        self._lists: list[int | None] = []
        self._links: list[tuple[str, Flow, int]] = []
        self._last_url = ""
        self._starts: Mapping[str, Callable[[Mapping[str, str]], None]] = {
            "br": lambda _: self._flow.feed_line(),
            "img": self._show_image,
            "a": self._begin_link,
            "ul": lambda _: self._begin_list(None),
            "ol": lambda given: self._begin_list(_number(given.get("start", "")) or 1),
            "li": lambda _: self._begin_item(),
            "blockquote": lambda _: self._flow.indent("> "),
            "tr": lambda _: self._rows.append([]),
            "td": lambda _: self._begin_cell(),
            "th": lambda _: self._begin_cell(),
        }
        self._ends: Mapping[str, Callable[[], None]] = {
            "a": self._end_link,
            "ul": self._end_list,
            "ol": self._end_list,
            "li": lambda: self._flow.point(""),
            "blockquote": self._end_quote,
            "tr": self._end_row,
            "td": lambda: self._end_cell("td"),
            "th": lambda: self._end_cell("th"),
        }

    @property
    def text(self) -> str:
        """All that was said."""
        return self._flows[0].text

    @property
    def _flow(self) -> Flow:
        return self._flows[-1]

    # --- What the parser calls ------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        looks = appear(tag, given, self._open[-1])
        if tag not in _VOID:
            self._open.append(looks)
        elif looks.hidden:
            return
        self._separate(tag, looks)
        if start := self._starts.get(tag):
            start(given)

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) == 1:
            return
        if end := self._ends.get(tag):
            end()
        self._separate(tag, self._open.pop())

    def handle_data(self, data: str) -> None:
        looks = self._open[-1]
        if looks.seen:
            write = self._flow.keep if looks.preformatted else self._flow.say
            write(data)

    def _separate(self, tag: str, looks: Appearance) -> None:
        if looks.hidden or tag in _CELLS:
            return
        if tag in _SPACED:
            self._flow.end_line(2)
        elif tag in _BLOCKS or looks.block:
            self._flow.end_line(1)
        elif looks.apart:
            self._flow.say(" ")

    # --- Images and links -----------------------------------------------------------------------------------------

    def _show_image(self, given: Mapping[str, str]) -> None:
        """Say what an image shows; one of a pixel shows nothing."""
        if not {given.get("width", "")[:3], given.get("height", "")[:3]} & {"0", "1", "0px", "1px"}:
            self._flow.say(given.get("alt", "")[:MAX_ALT])

    def _begin_link(self, given: Mapping[str, str]) -> None:
        self._links.append((given.get("href", ""), self._flow, self._flow.size))

    def _end_link(self) -> None:
        """Say where a link leads, unless its words say it, or those before led there too."""
        url, flow, since = self._links.pop()
        said = flow.since(since) if flow is self._flow else ""
        if not url or not said or len(url) > MAX_URL or url == self._last_url:
            return
        self._last_url = url
        if url.split("://", 1)[-1].rstrip("/") not in said:
            flow.say(f" ({url})")

    # --- Quotes, lists and tables -------------------------------------------------------------------------------------

    def _end_quote(self) -> None:
        self._flow.outdent()

    def _begin_list(self, first: int | None) -> None:
        self._lists.append(first)
        if len(self._lists) > 1:
            self._flow.indent("  ")

    def _end_list(self) -> None:
        self._lists.pop()
        if self._lists:
            self._flow.outdent()

    def _begin_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return self._flow.point("- ")
        self._lists[-1] = number + 1
        return self._flow.point(f"{number}. ")

    def _begin_cell(self) -> None:
        deep = len(self._flows) > MAX_TABLES
        self._flows.append(self._flow if deep else Flow())

    def _end_cell(self, tag: str) -> None:
        flow = self._flows.pop()
        if flow is self._flow:
            flow.end_line(1)
        elif self._rows and flow.text:
            self._rows[-1].append((tag, flow.text))

    def _end_row(self) -> None:
        """Lay out a row: in one line, unless a cell has several."""
        cells = self._rows.pop()
        if any("\n" in text for _, text in cells):
            for _, text in cells:
                self._flow.end_line(1)
                self._flow.keep(text)
        else:
            self._flow.keep(_row(cells))


def _row(cells: list[tuple[str, str]]) -> str:
    """`Host: db1` where the first cell is a heading, else `db1 | down | 3 min`."""
    said = ""
    for number, (tag, text) in enumerate(cells):
        names = tag == "th" and number == 0 and len(cells) == 2 and cells[1][0] == "td"
        last = number == len(cells) - 1
        said += text + ("" if last else " " if text.endswith(":") else ": " if names else " | ")
    return said


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
