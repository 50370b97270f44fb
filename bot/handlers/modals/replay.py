"""The form of a replay: what would become of the payload now, and whether to do it."""

from collections.abc import Iterable, Iterator

from bot import ids
from bot.engine.directory import Directory
from bot.engine.model import Integration, Role, SignalKind
from bot.errors import Unreadable
from bot.handlers.actions import said_of
from bot.handlers.buttons import run
from bot.handlers.confirming import Unconfirmed, is_confirmed
from bot.handlers.filled import Filled
from bot.handlers.modals.saving import ID
from bot.handlers.rehearsal_blocks import draw
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit, admit
from bot.ports import Log
from bot.service import replay
from bot.service.replay import Played, Replayed
from bot.slack.blocks import Block, context, line, section, when
from bot.slack.forms import Choice, Form, input_block, menu

_FORM, _HOW = "replay", "how"
_LOG, _NUMBER = "log", "number"
_DRY, _ME, _LIVE = "dry", "me", "live"
_WORD = "LIVE"
_CHOICES = (
    Choice(value=_DRY, label="Nothing: this was enough"),
    Choice(value=_ME, label="Page me, and nobody else"),
    Choice(value=_LIVE, label="Take it in for real"),
)


def ask_how(visit: Visit, log_id: str) -> Form:
    """Rehearse a payload now, and ask whether to replay it. Raises `NotFound`."""
    with visit.ports.store.begin() as uow:
        log, integration = replay.find(uow, log_id)
        directory = uow.directory()
        earlier = replay.replays(uow, log.id)
    return Form(
        title="Replay",
        name=_FORM,
        submit="Go on",
        close="Close",
        notes={_LOG: log.id, ID: ids.new("alt"), _NUMBER: str(len(earlier) + 1)},
        blocks=(
            section(f"{line(log.id)} of *{line(integration.name, 100)}*, {when(log.at)}\nIf it came now:"),
            *_warning(earlier),
            *rehearsal_of(visit, log, integration, directory),
            context("Nothing was stored and nobody was paged so far."),
            input_block(_HOW, "Then", menu(_HOW, _CHOICES, _DRY)),
        ),
    )


def _warning(earlier: Iterable[Replayed]) -> Iterator[Block]:
    for each in earlier:
        yield section(f"⚠️ It was replayed already: {when(each.at)} by {line(each.by, 80)} ({line(each.log_id)}).")


def rehearsal_of(visit: Visit, log: Log, integration: Integration, directory: Directory) -> Iterator[Block]:
    """What would become of a payload now, signal by signal."""
    try:
        played = replay.play(visit.ports, log, integration, directory, visit.now)
    except Unreadable as error:
        yield section(f"Its type does not take it: {line(str(error), 1_000)}")
        yield context("Live, the integration's own destinations would be paged about that.")
        return
    if not played:
        yield section("Its type reads nothing in it: nothing would happen.")
    for each in played[:3]:
        yield from _signal(each, directory)
    if len(played) > 3:
        yield context(f"{len(played) - 3} more events are in it.")


def _signal(played: Played, directory: Directory) -> Iterator[Block]:
    if played.kind is not SignalKind.CREATE or played.rehearsal is None:
        key = line(repr(played.dedup_key), 120)
        yield section(f"It asks to *{played.kind}* the alert with the key {key}, if there is one.")
        return
    if not played.dedup_key:
        yield context("It has no key: each replay makes an alert of its own.")
    yield from draw(played.rehearsal, directory)


def _go_on(visit: Visit, filled: Filled) -> Saved:
    """Do what was chosen. Live, it has to be confirmed: raises `Unconfirmed`."""
    with visit.ports.store.begin() as uow:
        log, integration = replay.find(uow, filled.notes[_LOG])
    match filled.choice(_HOW):
        case "me":
            acted = replay.to_one(visit.ports, log, integration, visit.actor, filled.notes[ID])
            return Saved(title="Replayed", said=said_of(acted))
        case "live":
            return _take_in(visit, log, integration, filled)
        case _:
            said = "Nothing was stored and nobody was paged."
            return Saved(title="Dry", said=Said(text=said, blocks=(section(said),)))


def _take_in(visit: Visit, log: Log, integration: Integration, filled: Filled) -> Saved:
    admit(visit, Role.ADMIN)
    if not is_confirmed(filled, _WORD):
        said = (
            f"*{line(integration.name, 100)}* gets this payload as if it came now, and people are paged for it. An "
            "alert with the same key that is still being answered for is only counted."
        )
        raise Unconfirmed(said, _WORD)
    log_id = replay.live(visit.ports, log, visit.actor, int(filled.notes[_NUMBER]))
    said = f"It was taken in as {line(log_id)}."
    why = section(said, run("What became of it", f"why {log_id}"))
    return Saved(title="Replayed", said=Said(text=said, blocks=(why,)))


MODALS = (Modal(name=_FORM, anchor=_HOW, save=_go_on),)
