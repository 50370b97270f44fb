"""A schedule as a picture: days from top to bottom and layers side by side, so that it is read on a phone.

Pillow draws it (docs/decisions/0014-pictures.md). Its own font has Latin letters only: each letter that it lacks is a
dot, and the name is in full in the words that go with every picture.
"""

import io
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zlib import crc32

from PIL import Image, ImageDraw, ImageFont

from bot.engine.agenda import Agenda, Lane, LanePart

WIDTH, DAY, HEAD, MARGIN, DATES = 720, 66, 96, 16, 118  # pixels; a phone shows 720 of them at its full width
_LETTERS, _SMALL = 24, 20
_PAPER, _INK, _FAINT, _RULE = "#ffffff", "#1d1c1d", "#616061", "#dddddd"
_GAP, _NOW, _BORDER = "#e01e5a", "#b3002d", "#1d1c1d"
COLOURS = ("#cfe3f7", "#d6efd8", "#fbe6c8", "#e6dcf6", "#cdeeee", "#f7d9e6", "#e9e6c6", "#dfe3e8")
_LAST_LATIN = "ſ"
_DAYS = 14

Box = tuple[int, int, int, int]


def draw(agenda: Agenda) -> bytes:
    """The picture as PNG, 720 pixels wide."""
    image = Image.new("RGB", (WIDTH, HEAD + _DAYS * DAY + MARGIN), _PAPER)
    pen = ImageDraw.Draw(image)
    _head(pen, agenda)
    boxes = [each for lane, left, right in _columns(agenda) for each in _boxes(agenda, lane, (left, right))]
    colours = _colours(agenda)
    for block, box in boxes:
        _fill(pen, block, box, colours.get(block.name, _GAP))
    _days(pen, agenda)
    _now(pen, agenda)
    for block, box in boxes:
        _label(pen, block, box)
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return content.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _head(pen: ImageDraw.ImageDraw, agenda: Agenda) -> None:
    more = f", {agenda.left} more layers not shown" if agenda.left else ""
    pen.text((MARGIN, 12), _fitting(pen, _legible(agenda.name), WIDTH - 2 * MARGIN, _LETTERS), _INK, _font(_LETTERS))
    pen.text((MARGIN, 44), f"{agenda.zone.key}{more}", _FAINT, _font(_SMALL))
    for lane, left, _ in _columns(agenda):
        pen.text((left + 6, 70), f"Layer {lane.layer}", _INK, _font(_SMALL))


def _columns(agenda: Agenda) -> Iterator[tuple[Lane, int, int]]:
    room = (WIDTH - DATES - MARGIN) // max(len(agenda.lanes), 1)
    for place, lane in enumerate(agenda.lanes):
        yield lane, DATES + place * room, DATES + (place + 1) * room - 6


def _boxes(agenda: Agenda, lane: Lane, sides: tuple[int, int]) -> Iterator[tuple[LanePart, Box]]:
    """A layer's blocks and where they are; those who are on call together stand side by side."""
    for block in lane.blocks:
        together = [each for each in lane.blocks if _meet(each, block)]
        room = (sides[1] - sides[0]) // len(together)
        left = sides[0] + together.index(block) * room
        top, bottom = _height(block.start_at, agenda), _height(block.end_at, agenda)
        yield block, (left, top, left + room, max(bottom, top + 2))


def _meet(one: LanePart, other: LanePart) -> bool:
    return one.start_at < other.end_at and other.start_at < one.end_at


def _colours(agenda: Agenda) -> Mapping[str, str]:
    """A colour for each person: mostly the same in every picture, and shared only where there are more than colours."""
    found: dict[str, str] = {}
    for name in sorted({block.name for lane in agenda.lanes for block in lane.blocks if block.name}):
        first = crc32(name.encode()) % len(COLOURS)
        wanted = (*COLOURS[first:], *COLOURS[:first])
        found[name] = next((each for each in wanted if each not in found.values()), wanted[0])
    return found


def _fill(pen: ImageDraw.ImageDraw, block: LanePart, box: Box, fill: str) -> None:
    outline, width = (_BORDER, 3) if block.by_override else (_PAPER, 1)
    pen.rectangle(box, fill, outline, width)


def _label(pen: ImageDraw.ImageDraw, block: LanePart, box: Box) -> None:
    left, top, right, bottom = box
    if bottom - top < _LETTERS + 4:
        return
    said = _fitting(pen, _legible(block.name) if block.name else "nobody", right - left - 14, _LETTERS)
    pen.text((left + 8, top + 4), said, _INK if block.name else _PAPER, _font(_LETTERS))
    if block.by_override and bottom - top > 2 * _LETTERS + 8:
        note = _fitting(pen, "override", right - left - 14, _SMALL)
        pen.text((left + 8, top + 6 + _LETTERS), note, _FAINT, _font(_SMALL))


def _days(pen: ImageDraw.ImageDraw, agenda: Agenda) -> None:
    first = agenda.start_at.replace(tzinfo=None)
    for number in range(_DAYS):
        day = (first + timedelta(days=number)).replace(tzinfo=agenda.zone)
        top = _height(day, agenda)
        pen.line((0, top, WIDTH, top), _RULE, 1)
        pen.text((MARGIN, top + 6), f"{day:%a %d}", _INK, _font(_LETTERS))
        if day.day == 1 or number == 0:
            pen.text((MARGIN, top + 36), f"{day:%b}", _FAINT, _font(_SMALL))


def _now(pen: ImageDraw.ImageDraw, agenda: Agenda) -> None:
    top = _height(agenda.now, agenda)
    pen.line((DATES - 10, top, WIDTH, top), _NOW, 3)
    pen.polygon([(DATES - 22, top - 8), (DATES - 22, top + 8), (DATES - 8, top)], _NOW)


def _height(at: datetime, agenda: Agenda) -> int:
    """Where an instant lies: each day on the wall has the same height, also the two that are longer and shorter."""
    passed = at.astimezone(agenda.zone).replace(tzinfo=None) - agenda.start_at.replace(tzinfo=None)
    return HEAD + round(max(min(passed / timedelta(days=1), _DAYS), 0) * DAY)


def _legible(text: str) -> str:
    """The text where the font has its letters; a dot in place of every other letter."""
    return "".join(each if each <= _LAST_LATIN and each.isprintable() else "·" for each in text[:60])


def _fitting(pen: ImageDraw.ImageDraw, text: str, room: int, size: int) -> str:
    font = _font(size)
    while text and pen.textlength(text, font=font) > room:
        text = text[:-2] + "…" if len(text) > 2 else ""
    return text
