"""Writes `.env.example` and the table of settings: `python -m tests.settings_pages .env.example docs/operations.md`."""

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from bot.settings import groups
from bot.variables import Group, Variable

START, END = "<!-- settings: start -->", "<!-- settings: end -->"
_HEAD = (
    "# Everything that can be set; what is commented out shows its default. Copy this to `.env`.\n"
    "# Written from the code by `make docs`; docs/operations.md says more.\n"
)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def example() -> str:
    """The file `.env.example`."""
    return "\n".join([_HEAD, *("\n".join(_lines(group)) for group in groups())])


def refresh(page: str) -> str:
    """The page with the table between its marks made anew."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    rows = "\n".join(_row(each) for group in groups() for each in group.variables)
    return f"{before}{START}\n| variable | default | |\n| --- | --- | --- |\n{rows}\n{END}{after}"


def _lines(group: Group) -> Iterator[str]:
    yield f"# --- {_plain(group.heading)}"
    for each in group.variables:
        yield from textwrap.wrap(_plain(each.about), 118, initial_indent="# ", subsequent_indent="#   ")
        yield f"{each.name}=" if each.needed else f"# {each.name}={each.default or each.example}"
    yield ""


def _row(variable: Variable) -> str:
    default = f"`{variable.default}`" if variable.default else ""
    return f"| `{variable.name}` | {default} | {variable.about} |"


def _plain(text: str) -> str:
    return _LINK.sub(r"\1", text).replace("`", "")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(example(), encoding="utf-8")
    operations = Path(sys.argv[2])
    operations.write_text(refresh(operations.read_text(encoding="utf-8")), encoding="utf-8")
