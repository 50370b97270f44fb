"""`/pagertree override`: somebody else is on call for a while."""

from bot.engine.schedules import Override, Schedule
from bot.errors import Invalid, Problem, Refused
from bot.handlers.buttons import run
from bot.handlers.lists import PAGE_OPTION, Rows, nothing_yet, page_of, paged
from bot.handlers.lookup import pick
from bot.handlers.modals.override import ask_to_remove, new_override, say_override
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.slack.blocks import Block, line, section
from bot.slack.forms import Form

_SCHEDULE = Argument(name="schedule", required=False)
_OF = Argument(name="schedule")
_OVERRIDE = Argument(name="override")


def _add(visit: Visit, arguments: Arguments) -> Form:
    word = arguments.words.get(_SCHEDULE.name)
    if not visit.directory().schedules:
        raise Refused("There are no schedules yet: /pagertree team add makes a team with one")
    return new_override(visit, pick(visit.directory(), Schedule, word) if word else None)


def _list(visit: Visit, arguments: Arguments) -> Said:
    directory, word = visit.directory(), arguments.words.get(_SCHEDULE.name)
    chosen = (pick(directory, Schedule, word),) if word else tuple(directory.schedules.values())
    found = [(schedule, each) for schedule in chosen for each in schedule.overrides if each.end_at > visit.now]
    if not found:
        return nothing_yet(
            "There are no overrides to come. An override puts somebody else on call for a while.",
            run("New override", f"override add {chosen[0].handle}" if word else "override add", "primary"),
        )
    ordered = sorted(found, key=lambda each: (each[1].start_at, each[1].id))
    rows = Rows(found=ordered, draw=lambda each: _row(visit, *each))
    return paged(
        "Overrides", rows, page_of(arguments), f"override list {chosen[0].handle}" if word else "override list"
    )


def _row(visit: Visit, schedule: Schedule, override: Override) -> Block:
    text = f"*{line(schedule.name, 100)}*: {say_override(override, visit.directory())}"
    return section(text, run("Delete", f"override delete {schedule.handle} {override.id}"))


def _delete(visit: Visit, arguments: Arguments) -> Form:
    directory = visit.directory()
    schedule = pick(directory, Schedule, arguments.words[_OF.name])
    wanted = arguments.words[_OVERRIDE.name].text
    found = next((each for each in schedule.overrides if each.id == wanted), None)
    if found is None:
        mend = f"/pagertree override list {schedule.handle} shows what there is."
        raise Invalid([Problem(message=f"There is no override “{wanted[:60]}”.", mend=mend)])
    return ask_to_remove(schedule, found, directory)


NOUN = Noun(
    name="override",
    summary="Put somebody else on call for a while. Members of a team may step in; its admins may name anybody.",
    commands=(
        Command(
            verb="add",
            summary="Put somebody on call in place of others, beside them, or take them off.",
            run=_add,
            arguments=(_SCHEDULE,),
            opens="New override",
        ),
        Command(
            verb="list",
            summary="List the overrides that are on or still to come.",
            run=_list,
            arguments=(_SCHEDULE,),
            options=(PAGE_OPTION,),
        ),
        Command(
            verb="delete",
            summary="Take an override back, after asking.",
            run=_delete,
            arguments=(_OF, _OVERRIDE),
            opens="Delete override",
        ),
    ),
)
