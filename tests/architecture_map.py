"""The map in `docs/architecture.md`: each file with a line from its docstring.

`python -m tests.architecture_map docs/architecture.md` writes it anew.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

START, END = "<!-- map: start -->", "<!-- map: end -->"
ROOT = Path(__file__).parents[1]
_LEFT_OUT = ("migrations",)


def refresh(text: str) -> str:
    """The document with the map between its marks made anew."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    drawn = "\n".join(_rooms())
    return f"{before}{START}\n{drawn}\n{END}{after}"


def first_line(file: Path) -> str:
    """What a module says of itself, up to the end of the first line or sentence; empty when it says nothing."""
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0]


def files() -> Iterator[Path]:
    """Every module of the bot."""
    for file in sorted((ROOT / "bot").rglob("*.py")):
        if not set(_LEFT_OUT).intersection(file.parts):
            yield file


def _rooms() -> Iterator[str]:
    rooms: dict[Path, list[Path]] = {}
    for file in files():
        rooms.setdefault(file.parent, []).append(file)
    for room, inside in sorted(rooms.items()):
        head = first_line(room / "__init__.py")
        yield f"\n### `{room.relative_to(ROOT)}/`\n\n{head}\n\n| file | holds |\n| --- | --- |"
        for file in inside:
            if file.name != "__init__.py":
                yield f"| `{file.stem}` | {first_line(file).replace('|', '/')} |"


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(refresh(document.read_text(encoding="utf-8")), encoding="utf-8")
