"""`/pagertree audit`: who changed what, when, and what was there before."""

from datetime import datetime

from bot.engine.directory import PREFIXES, Configured
from bot.engine.model import Role
from bot.errors import NotFound
from bot.handlers import versions
from bot.handlers.buttons import run
from bot.handlers.grammar import Word
from bot.handlers.lists import PAGE, PAGE_OPTION, SEARCH, Total, nothing_yet, one_page, page_of, searched
from bot.handlers.lookup import noun_of
from bot.handlers.restoring import restored
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.service import audit
from bot.service.audit import Changed
from bot.service.substitution import undo
from bot.slack.blocks import Block, actions, code, line, section, when

_OBJECT = Argument(name="id")
_VERSION = Argument(name="version")
_AT = Argument(name="instant")


def _list(visit: Visit, arguments: Arguments) -> Said:
    page, text = page_of(arguments), searched(arguments)
    found = audit.changes(visit.ports, text, (page - 1) * PAGE, PAGE)
    if not found.total:
        about = f" that has to do with “{line(text, 60)}”" if text else ""
        return nothing_yet(f"Nothing was changed yet{about}.")
    typed = f'audit list "{text}"' if text else "audit list"
    return one_page("Changes", tuple(map(_row, found.changes)), Total(count=found.total), page, typed)


def _row(each: Changed) -> Block:
    what = f"{noun_of(each.kind)} *{line(each.name, 100)}*"
    changed = f": {line(', '.join(each.fields), 200)}" if each.fields else ""
    said = f"{when(each.at)} · {line(each.by, 80)} {each.did} the {what}{changed}"
    return section(
        f"{said}\n{code(each.object_id)} version {each.version}",
        run("What changed", f"audit show {each.object_id} {each.version}"),
    )


def _show(visit: Visit, arguments: Arguments) -> Said:
    number = versions.number_of(arguments.words[_VERSION.name])
    found = _found(visit, arguments.words[_OBJECT.name])
    typed = f"audit show {found.id} {number}"
    said = versions.compared(visit, found, number - 1, number, typed=typed, page=page_of(arguments))
    restore = run("Restore this version", f"audit restore {found.id} {number}")
    return Said(text=said.text, blocks=(*said.blocks, actions(restore)))


def _restore(visit: Visit, arguments: Arguments) -> Said:
    found = _found(visit, arguments.words[_OBJECT.name])
    return restored(visit, found.id, versions.number_of(arguments.words[_VERSION.name]))


def _undo(visit: Visit, arguments: Arguments) -> Said:
    """Take back what the person changed with one form."""
    typed = arguments.words[_AT.name].text
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        at = visit.now.replace(tzinfo=None)
    if at.tzinfo is None:
        raise NotFound(f"“{typed[:40]}” names no change: the button Undo of its answer does.")
    count = undo(visit.ports, at, visit.actor)
    return Said(text=f"Undone: {count:,} {'object is' if count == 1 else 'objects are'} as before.")


def _found(visit: Visit, word: Word) -> Configured:
    """Any object by its id, also one that was deleted. Raises `NotFound`."""
    kind = PREFIXES.get(word.text.partition("_")[0])
    if kind is None:
        raise NotFound(f"“{word.text[:40]}” is no id: /pagertree audit list shows them.")
    found: Configured = versions.object_of(visit, visit.directory(), kind, word)
    return found


NOUN = Noun(
    name="audit",
    summary="Who changed what, when, and what was there before.",
    commands=(
        Command(
            verb="list",
            summary="List the changes of the configuration, newest first, or find those of a person or an object.",
            run=_list,
            arguments=(SEARCH,),
            options=(PAGE_OPTION,),
            role=Role.ADMIN,
            example="audit list router",
        ),
        Command(
            verb="show",
            summary="Show what a change changed.",
            run=_show,
            arguments=(_OBJECT, _VERSION),
            options=(PAGE_OPTION,),
            role=Role.ADMIN,
        ),
        Command(
            verb="undo",
            summary="Take back what you changed everywhere with one form, unless something was changed since.",
            run=_undo,
            arguments=(_AT,),
            role=Role.ADMIN,
        ),
        Command(
            verb="restore",
            summary="Save an old version as the newest; what was deleted comes back.",
            run=_restore,
            arguments=(_OBJECT, _VERSION),
            role=Role.ADMIN,
        ),
    ),
)
