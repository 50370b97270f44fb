"""`/pagertree maintenance`: when what integrations send alerts nobody."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.engine.directory import Directory
from bot.engine.durations import read_duration, say_duration
from bot.engine.model import Integration, Maintenance, Role
from bot.engine.schedules.maintenance import next_opening
from bot.errors import Invalid, Refused
from bot.handlers.buttons import run
from bot.handlers.lists import PAGE_OPTION, SEARCH, Rows, nothing_yet, page_of, paged, searched
from bot.handlers.lookup import pick, search
from bot.handlers.modals.deletion import admit_deletion, ask_to_delete
from bot.handlers.modals.maintenance import edit_maintenance, new_maintenance
from bot.handlers.modals.saving import open_object
from bot.handlers.permits import admit_leader, admit_to_silence, may_silence
from bot.handlers.recurring import say_recurrence
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.service import maintenances
from bot.slack.blocks import Block, actions, code, line, section, when
from bot.slack.forms import Form

_WINDOW = Argument(name="maintenance")
_INTEGRATION = Argument(name="integration")
_ALERT = Argument(name="alert number")
_DURATION = Argument(name="duration", required=False)


def _add(visit: Visit, _arguments: Arguments) -> Form:
    admit_leader(visit)
    if not visit.directory().integrations:
        raise Refused("There are no integrations yet that could be silenced: /pagertree integration add makes one.")
    return new_maintenance(visit)


def _list(visit: Visit, arguments: Arguments) -> Said:
    directory, text = visit.directory(), searched(arguments)
    found = [each for each in search(directory, Maintenance, text) if text or not _is_over(each, visit)]
    if not found and not text:
        buttons = (run("New maintenance", "maintenance add", "primary"),) if visit.user.role is Role.ADMIN else ()
        return nothing_yet(
            "No maintenance is on or planned. During one, what an integration sends is logged and alerts nobody. "
            f"{code(f'/pagertree maintenance start {_any(visit)} 30m')} begins one at once.",
            *buttons,
        )
    rows = Rows(found=found, draw=lambda each: _row(each, visit, directory))
    return paged("Maintenance", rows, page_of(arguments), f'maintenance list "{text}"' if text else "maintenance list")


def _any(visit: Visit) -> str:
    """An integration to write into an example."""
    return next((each.handle for each in visit.directory().all(Integration)), "<integration>")


def _is_over(window: Maintenance, visit: Visit) -> bool:
    try:
        return next_opening(window, visit.now) is None
    except Invalid:
        return False


def _row(window: Maintenance, visit: Visit, directory: Directory) -> Block:
    verb = "end" if _is_on(window, visit) else "show"
    return section(_said(window, visit, directory), run(verb.title(), f"maintenance {verb} {window.handle}"))


def _said(window: Maintenance, visit: Visit, directory: Directory) -> str:
    return f"*{line(window.name, 100)}* {code(window.handle)}\n" + "\n".join(_facts(window, visit, directory))


def _show(visit: Visit, arguments: Arguments) -> Said:
    directory = visit.directory()
    window = pick(directory, Maintenance, arguments.words[_WINDOW.name])
    verbs = ("end", "edit", "delete") if _is_on(window, visit) else ("edit", "delete")
    buttons = actions(*(run(verb.title(), f"maintenance {verb} {window.handle}") for verb in verbs))
    permitted = may_silence(visit, _integrations(window, directory))
    blocks = (section(_said(window, visit, directory)), *([buttons] if permitted else []))
    return Said(text=f"Maintenance {line(window.name, 100)}", blocks=blocks)


def _integrations(window: Maintenance, directory: Directory) -> list[Integration]:
    return [each for each in map(directory.integrations.get, window.integration_ids) if each]


def _is_on(window: Maintenance, visit: Visit) -> bool:
    opening = next_opening(window, visit.now)
    return opening is not None and opening.start_at <= visit.now


def _facts(window: Maintenance, visit: Visit, directory: Directory) -> Iterator[str]:
    names = ", ".join(each.name for each in _integrations(window, directory))
    yield f"Nobody is alerted by {line(names, 300)}" if names else "Its integrations were deleted"
    opening = next_opening(window, visit.now)
    if opening is None:
        yield f"It was {when(window.start_at)} until {when(_over(window))}, and does not come again"
    elif opening.start_at <= visit.now:
        yield f"⏸️ On now, until {when(opening.end_at)}"
    else:
        yield f"From {when(opening.start_at)} until {when(opening.end_at)}"
    if window.recurrence:
        yield f"Repeats {say_recurrence(window.recurrence)}, on the clock of {line(window.zone)}"


def _over(window: Maintenance) -> datetime:
    return min(window.end_at, window.ended_at or window.end_at)


def _start(visit: Visit, arguments: Arguments) -> Said:
    integration = pick(visit.directory(), Integration, arguments.words[_INTEGRATION.name])
    admit_to_silence(visit, [integration])
    if _DURATION.name not in arguments.words:
        return _ask_how_long(integration)
    duration = read_duration(arguments.words[_DURATION.name].text)
    window = maintenances.begin(visit.ports, (integration.id,), duration, visit.actor)
    said = f"Nobody is alerted by *{line(integration.name, 100)}* until {when(window.end_at)}."
    return Said(text=said, blocks=(section(said, run("End", f"maintenance end {window.handle}")),))


def _ask_how_long(integration: Integration) -> Said:
    said = f"For how long is nobody alerted by *{line(integration.name, 100)}*?"
    quick = [_quick(integration, each) for each in maintenances.QUICK]
    return Said(text=said, blocks=(section(said), actions(*quick)))


def _quick(integration: Integration, duration: timedelta) -> Block:
    span = say_duration(duration)
    return run(span, f"maintenance start {integration.handle} {span}")


def _end(visit: Visit, arguments: Arguments) -> Said:
    window = _permitted(visit, arguments)
    ended = maintenances.end(visit.ports, window.id, visit.actor)
    return Said(text=f"*{line(window.name, 100)}* has ended. {_after(ended, visit)}")


def _hold(visit: Visit, arguments: Arguments) -> Said:
    return Said(text=line(maintenances.hold(visit.ports, arguments.words[_ALERT.name].text, visit.actor).said, 300))


def _after(ended: Maintenance, visit: Visit) -> str:
    """What holds when a window has ended, which is later than the visit began: another one may still be on."""
    directory, at = visit.directory(), ended.ended_at or visit.now
    for each in _integrations(ended, directory):
        if other := directory.in_maintenance(each.id, at):
            still = f"{line(each.name, 100)} alerts nobody all the same: *{line(other.name, 100)}* {code(other.handle)}"
            return f"But {still} is on."
    return "What its integrations send alerts people again."


def _permitted(visit: Visit, arguments: Arguments) -> Maintenance:
    directory = visit.directory()
    window = pick(directory, Maintenance, arguments.words[_WINDOW.name])
    admit_to_silence(visit, _integrations(window, directory))
    return window


def _edit(visit: Visit, arguments: Arguments) -> Form:
    window, seen = open_object(visit, Maintenance, arguments.words[_WINDOW.name])
    admit_to_silence(visit, _integrations(window, visit.directory()))
    return edit_maintenance(window, seen, visit.directory())


def _delete(visit: Visit, arguments: Arguments) -> Form:
    directory = visit.directory()
    found = pick(directory, Maintenance, arguments.words[_WINDOW.name])
    admit_deletion(visit, found)
    return ask_to_delete(visit, found)


NOUN = Noun(
    name="maintenance",
    summary="Spans in which what integrations send is logged and alerts nobody.",
    commands=(
        Command(
            verb="add",
            summary="Plan a maintenance window, once or recurring.",
            run=_add,
            role=Role.ADMIN,
            team_admins=True,
            opens="New maintenance",
        ),
        Command(
            verb="start",
            summary="Begin a maintenance window at once: 30m, 1h, 4h, or any time up to 7d.",
            run=_start,
            arguments=(_INTEGRATION, _DURATION),
            role=Role.ADMIN,
            team_admins=True,
            example="maintenance start prometheus-production 30m",
        ),
        Command(
            verb="list",
            summary="List the windows that are on or planned; with a text, past ones too.",
            run=_list,
            arguments=(SEARCH,),
            options=(PAGE_OPTION,),
        ),
        Command(
            verb="show",
            summary="Show a window: whom it silences, when it is on, and how it repeats.",
            run=_show,
            arguments=(_WINDOW,),
        ),
        Command(
            verb="edit",
            summary="Change a window: longer, at another time, other integrations.",
            run=_edit,
            arguments=(_WINDOW,),
            role=Role.ADMIN,
            team_admins=True,
            opens="Edit maintenance",
        ),
        Command(
            verb="end",
            summary="End a window that is on; one that recurs comes again.",
            run=_end,
            arguments=(_WINDOW,),
            role=Role.ADMIN,
            team_admins=True,
        ),
        Command(
            verb="hold",
            summary="Stop paging about an alert until the maintenance of its integration is over.",
            run=_hold,
            arguments=(_ALERT,),
            example="maintenance hold #1042",
        ),
        Command(
            verb="delete",
            summary="Delete a window, after asking.",
            run=_delete,
            arguments=(_WINDOW,),
            role=Role.ADMIN,
            team_admins=True,
            opens="Delete maintenance",
        ),
    ),
)
