"""The table of channels in the documentation: `python -m tests.channel_table docs/channels/README.md`."""

import sys
from collections.abc import Iterable, Iterator
from os.path import relpath
from pathlib import Path

from bot import channels
from bot.engine.model import Account, AddressForm, ChannelKind

START, END = "<!-- channels: start -->", "<!-- channels: end -->"
HEADER = (
    "| channel | | reaches people at | pages | news | teams' cards | answers | by default |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
)
_ACCOUNTS = {Account.SLACK: "their Slack account", Account.EMAIL: "their email address"}
_FORMS = {AddressForm.PHONE: "a verified phone", AddressForm.EMAIL: "verified addresses"}


def table(kinds: Iterable[ChannelKind]) -> str:
    """A Markdown table with a row for each channel, made from what the channels say of themselves."""
    return "\n".join((*HEADER, *map(row, kinds)))


def row(kind: ChannelKind) -> str:
    """A channel's row; its page is named as from within `docs/channels/`."""
    link = f"[{kind.title}]({relpath(kind.manual, 'docs/channels')})"
    pages = ("yes" if kind.sound else "yes, without a sound that wakes") if kind.pages else ""
    cards = ("kept up to date" if kind.repaints else "one for each change") if kind.cards else ""
    told = (kind.tells, kind.answers, kind.by_default)
    news, answers, default = ("yes" if each else "" for each in told)
    cells = (f"`{kind.name}`", link, " and ".join(_addresses(kind)), pages, news, cards, answers, default)
    return f"| {' | '.join(cells)} |"


def _addresses(kind: ChannelKind) -> Iterator[str]:
    if not kind.pages:
        yield kind.place
        return
    if kind.account in _ACCOUNTS:
        yield _ACCOUNTS[kind.account]
    if kind.form in _FORMS:
        yield _FORMS[kind.form]
    elif kind.hidden:
        yield "devices that they register"
    elif kind.example:
        yield f"`{kind.example}`"


def refresh(text: str) -> str:
    """The page with its table made anew."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{table(channels.known().known.values())}\n{END}{after}"


def main(path: Path) -> None:
    """Write the page anew."""
    path.write_text(refresh(path.read_text()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
