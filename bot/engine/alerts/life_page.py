"""The table of an alert's life in the documentation: `python -m bot.engine.alerts.life_page docs/alerts.md`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from bot.engine.alerts.life import TABLE

START, END = "<!-- life: start -->", "<!-- life: end -->"


def lines() -> Iterator[str]:
    """The table in Markdown: one for each place where an alert can stand."""
    for standing, answers in TABLE.items():
        yield f"### {standing.capitalize()}"
        yield ""
        yield "| what happens | it is then | card and timeline show | wakes |"
        yield "| --- | --- | --- | --- |"
        for event, answer in answers.items():
            yield f"| {event} | {answer.becomes or standing} | {answer.shows} | {answer.wakes} |"
        yield ""


def written(page: str) -> str:
    """The page with the table as it is now."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    table = "\n".join(lines())
    return f"{before}{START}\n{table}{END}{after}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(written(path.read_text()))
