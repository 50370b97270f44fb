"""Texts and calls as people meet them, recorded in the documentation: `python -m tests.recordings docs/channels`.

They are taken from phones of the Twilio stand-in while the real service runs; a test holds the pages to it.
"""

import re
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.store import open_store
from bot.twilio.pronunciation import spoken
from tests import night
from tests.fakes.phoning import ALICE, BOB, STRANGER, Phoning, phoning
from tests.fakes.twilio_lines import Line, said
from tests.surroundings import KINDS

START, END = "<!-- recorded by tests/recordings.py -->", "<!-- end of the recording -->"
_JANE, _TOM = ALICE, BOB
_SECOND = {"event_type": "create", "id": "lag", "title": "Replica orders-db-4 is 38s behind", "urgency": "high"}
_WRITTEN = (
    "CPU 93.5% on db-3.example.com",
    "10.0.0.1:5432 refused, 3 tries in 20s",
    "p99 >= 2s for 5m (payments_api)",
    "-18 °C in rack 12, see https://grafana.example/d/x",
    "KubePodCrashLooping: build 1234567",
)


def refresh(page: str, text: str) -> str:
    """A page of the documentation (by its name) with what was recorded for it made anew."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    recorded = "\n".join((START, *PAGES[page](), END))
    return f"{before}{recorded}{after}"


def texts() -> Iterator[str]:
    """What is written and answered, as a table."""
    yield from ("| what happens | text |", "| --- | --- |")
    with _phones("sms") as phones:
        phones.world.sends(night.PAYLOAD)
        yield _row("Jane and Tom are on call and are paged", _arrived(phones, _JANE))
        yield from (_answered(phones, "Jane mistypes", "akc"), _answered(phones, "Jane has it", "A"))
        yield _row("Tom, who was paged as well, is told", _arrived(phones, _TOM))
        phones.world.passes(seconds=40)
        yield _answered(phones, "Tom answers too late", "a", _TOM)
        yield _answered(phones, "Jane is done", "C")
        phones.world.sends(night.PAYLOAD | {"id": "again"})
        phones.world.sends(_SECOND)
        yield _row("Two alerts come at once", _arrived(phones, _JANE))
        yield _answered(phones, "Which one is not said", "A")
        yield _answered(phones, "Jane passes one on", "R #3")
        yield _answered(phones, "Somebody asks", "help")
        yield _answered(phones, "A number that nobody has", "A", STRANGER)
        yield _answered(phones, "Jane wants no texts", "STOP")
    yield from _storm_by_text()


def _storm_by_text() -> Iterator[str]:
    with _phones("sms") as phones:
        phones.world.limits_storms(1)
        for number in range(2, 9):
            phones.world.sends(_SECOND | {"id": str(number), "title": f"Replica orders-db-{number} is 38s behind"})
        phones.world.passes(seconds=15)
        yield _row("More come within a minute than can be read", _arrived(phones, _JANE))
        yield _answered(phones, "Jane has them all", "ALL")


def calls() -> Iterator[str]:
    """What is heard and pressed, the TwiML that says it, and how titles are read."""
    with _phones("voice") as phones:
        phones.world.sends(night.PAYLOAD)
        jane, tom = (_line(phones, each) for each in (_JANE, _TOM))
        yield from ("| what happens | what is heard |", "| --- | --- |")
        yield f"| Jane picks up | {dict.fromkeys(said(jane.answers(by='human'))).popitem()[0]} |"
        tom.answers(by="human")
        yield f"| Jane presses **1** | {' '.join(said(jane.presses('1')))} |"
        said(tom)
        phones.world.passes(seconds=4)
        yield f"| Tom, who was called as well, presses **1** | {' '.join(said(tom.presses('1')))} |"
        yield from ("", "The call as it is handed to Twilio:", "", "```xml", _laid_out(jane.asked["Twiml"]), "```", "")
    yield from _storm_by_call()
    yield from ("| a title | as it is spoken |", "| --- | --- |")
    yield from (f"| `{each}` | {spoken(each)} |" for each in _WRITTEN)


def _storm_by_call() -> Iterator[str]:
    with _phones("voice") as phones:
        phones.world.limits_storms(1)
        for number in range(2, 5):
            phones.world.sends(_SECOND | {"id": str(number), "title": f"Replica orders-db-{number} is 38s behind"})
        phones.world.passes(seconds=15)
        line = next(each for each in reversed(phones.twilio.lines) if each.called == _JANE)
        yield from ("| in a storm | what is heard |", "| --- | --- |")
        yield f"| Jane picks up | {dict.fromkeys(said(line.answers(by='human'))).popitem()[0]} |"
        yield f"| Jane presses **1** | {' '.join(said(line.presses('1')))} |"
    yield ""


PAGES: Mapping[str, Callable[[], Iterator[str]]] = {"sms.md": texts, "voice.md": calls}


@contextmanager
def _phones(channel: str) -> Iterator[Phoning]:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(f"sqlite:///{Path(folder) / 'recordings.db'}", channel_kinds=KINDS) as store,
        phoning(store) as phones,
    ):
        for name, number in (("jane", _JANE), ("tom", _TOM)):
            phones.person(name, number, reached_by=(channel,))
        phones.team(("jane+tom", 5))
        night.name(phones.world)
        yield phones


def _arrived(phones: Phoning, number: str) -> str:
    """The latest text that a phone got."""
    return next(each.body for each in reversed(phones.twilio.messages) if each.to == number)


def _answered(phones: Phoning, what: str, typed: str, number: str = _JANE) -> str:
    answer = phones.texts(number, typed)
    return _row(f"{what}: **{typed}**", answer or "(Twilio answers this by itself)")


def _line(phones: Phoning, number: str) -> Line:
    return next(each for each in phones.twilio.lines if each.called == number)


def _row(what: str, text: str) -> str:
    shown = text.replace("|", "\\|").replace("\n", "`<br>`")
    return f"| {what} | `{shown}` |"


def _laid_out(twiml: str) -> str:
    """TwiML in lines, without the ids in its addresses, which are others each time."""
    root = ET.fromstring(re.sub(r"(/twilio/keys/)[^\"]+", r"\1…", twiml))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")


def main(folder: Path) -> None:
    """Record everything anew."""
    for page in PAGES:
        path = folder / page
        path.write_text(refresh(page, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
