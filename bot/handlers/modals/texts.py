"""Texts that may be longer than one of Slack's inputs: taken in parts or as a file, and never cut."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.errors import Invalid, Problem, Rejected
from bot.handlers.filled import Filled
from bot.handlers.visit import Visit
from bot.slack.blocks import Block
from bot.slack.forms import file, input_block, lines

_PART = 2_900  # characters, under Slack's 3,000
_MOST_PARTS = 8
_MOST_BYTES = 1_000_000

FILE = "file"


def text_inputs(name: str, label: str, text: str, placeholder: str, hint: str) -> tuple[Block, ...]:
    """Inputs for a text, and one for a file in its place.

    Of a text that is too long to be typed there is a file alone; without a new one the text stays as it is.
    """
    parts = split(text)
    used = "Used in place of what is typed." if parts else f"Without a file they stay as they are: {_size(text)}."
    upload = input_block(FILE, f"{label} as a file", file("yaml", "yml", "text"), hint=used, optional=True)
    if parts is None:
        return (upload,)
    labels = [label if len(parts) == 1 else f"{label}, part {number} of {len(parts)}" for number in _numbers(parts)]
    typed = [
        input_block(part_name(name, number), labels[number - 1], lines(part, placeholder), hint=hint, optional=True)
        for number, part in enumerate(parts, start=1)
    ]
    return (*typed, upload)


def _size(text: str) -> str:
    return f"{len(text):,} characters, too many to be typed here"


def split(text: str) -> tuple[str, ...] | None:
    """Split a text at line ends into parts that fit; None when it is too long for that."""
    first, *rest = text.split("\n")
    parts = [first]
    for line in rest:
        longer = f"{parts[-1]}\n{line}"
        if len(longer.encode("utf-16-le")) // 2 <= _PART:
            parts[-1] = longer
        else:
            parts.append(line)
    fits = len(parts) <= _MOST_PARTS and all(len(part.encode("utf-16-le")) // 2 <= _PART for part in parts)
    return tuple(parts) if fits else None


def part_name(name: str, number: int) -> str:
    """The input of a part: the first has the text's own name."""
    return name if number == 1 else f"{name}.{number}"


def read_text(visit: Visit, filled: Filled, name: str) -> str:
    """The text that was uploaded, or else typed. Raises `Invalid` for a file that cannot be read."""
    if uploaded := filled.file(FILE):
        return _download(visit, uploaded)
    return "\n".join(typed_parts(filled, name))


def text_blocks(name: str) -> tuple[str, ...]:
    """The inputs that a text may come from."""
    return (*(part_name(name, number) for number in range(1, _MOST_PARTS + 1)), FILE)


def typed_parts(filled: Filled, name: str) -> tuple[str, ...]:
    """What was typed into the parts of a text."""
    return tuple(filled.typed(each) for each in text_blocks(name)[:-1] if each in filled.state)


def relocate(problems: Iterable[Problem], filled: Filled, name: str) -> Invalid:
    """Put the problems of a text under the part, or the file, that they are in."""
    if filled.file(FILE):
        return Invalid(replace(each, where=(FILE,)) if each.where[:1] == (name,) else each for each in problems)
    parts = typed_parts(filled, name)
    return Invalid(_in_part(each, parts, name) if each.where[:1] == (name,) else each for each in problems)


def _in_part(problem: Problem, parts: Sequence[str], name: str) -> Problem:
    """Count a problem's line from the beginning of the part that it is in, as the person sees it."""
    line = problem.line or 1
    for number, part in enumerate(parts, start=1):
        lines = part.count("\n") + 1
        if line <= lines or number == len(parts):
            return replace(problem, where=(part_name(name, number),), line=line if problem.line else None)
        line -= lines
    return problem


def _download(visit: Visit, file_id: str) -> str:
    try:
        found = visit.slack.ask("files.info", {"file": file_id})["file"]
        content = visit.slack.fetch(str(found.get("url_private_download") or ""), _MOST_BYTES)
        return content.decode("utf-8-sig")
    except Rejected as error:
        raise Invalid([Problem(message=error.reason, mend="Upload it again.", where=(FILE,))]) from error
    except UnicodeDecodeError as error:
        message = f"The file is not UTF-8 text (byte {error.start})."
        raise Invalid([Problem(message=message, mend="Save it as UTF-8.", where=(FILE,))]) from error


def _numbers(parts: Sequence[str]) -> range:
    return range(1, len(parts) + 1)
