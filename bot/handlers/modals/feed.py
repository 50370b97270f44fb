"""The form that makes a schedule of a calendar feed: its address, or its text as a file."""

from dataclasses import replace

from bot import ids
from bot.engine.model import Role
from bot.engine.schedules import Schedule
from bot.errors import Invalid, Problem
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.effective import say_changed
from bot.handlers.modals.saving import ID
from bot.handlers.modals.texts import FILE, read_text
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.service import calendars, manage
from bot.service.calendars import Imported
from bot.slack.blocks import code, context, line, section
from bot.slack.forms import Form, file, input_block, menu, text

_FORM, _NAME, _ZONE, _URL = "schedule_import", "name", "zone", "url"
_LONGEST_NAME, _MOST_SAID = 100, 15
_WHO = (
    "On call in an event are the people who attend it, by their email addresses here or in Slack; else those whom its "
    "title names by address, handle or full name."
)
_URL_HINT = "https://…; read again every hour. Or give a file below, which is read once."


def import_form(visit: Visit) -> Form:
    """An empty form."""
    return Form(
        title="Import schedule",
        name=_FORM,
        submit="Import",
        close="Cancel",
        notes={ID: ids.new("sch")},
        blocks=(
            input_block(_NAME, "Name", text("", "Payments on call", _LONGEST_NAME)),
            input_block(_ZONE, "Time zone", menu(menus.ZONE, menus.zones(), visit.user.zone)),
            input_block(_URL, "Address of the feed", text("", "https://…/calendar.ics"), hint=_URL_HINT, optional=True),
            input_block(FILE, "or the feed as a file", file("ics", "text"), optional=True),
            context(_WHO),
        ),
    )


def _save(visit: Visit, filled: Filled) -> Saved:
    url, uploaded = filled.text(_URL), bool(filled.file(FILE))
    if bool(url) == uploaded:
        mend = "Give an address or a file, and not both."
        raise Invalid([Problem(message="It is not said where the calendar is.", mend=mend, where=(_URL,))])
    name = filled.text(_NAME)
    wanted = Schedule(
        id=filled.notes[ID],
        name=name,
        handle=manage.handle_for(visit.directory(), Schedule, name),
        zone=filled.choice(_ZONE),
        feed_url=url,
    )
    content = read_text(visit, filled, "") if uploaded else ""
    try:
        return _told(visit, calendars.import_feed(visit.ports, wanted, content, visit.actor))
    except Invalid as invalid:
        raise Invalid(_placed(each, FILE if uploaded else _URL) for each in invalid.problems) from invalid


def _placed(problem: Problem, where: str) -> Problem:
    """What is wrong with a feed is shown where it was given."""
    return replace(problem, where=(where,)) if problem.where[:1] == ("feed",) else problem


def _told(visit: Visit, imported: Imported) -> Saved:
    schedule, left_out = imported.schedule, imported.left_out
    count = len(schedule.events)
    events = "1 event" if count == 1 else f"{count} events"
    said = f"*{line(schedule.name, 100)}* {code(f'schedule:{schedule.handle}')} is made of {events} of the calendar."
    problems = [line(str(each), 200) for each in left_out[:_MOST_SAID]]
    more = [f"… and {len(left_out) - _MOST_SAID} more"] if len(left_out) > _MOST_SAID else []
    missing = [section("*Not taken over*\n" + "\n".join([*problems, *more]))] if problems else []
    now = say_changed(None, schedule, visit.directory(), visit.now)
    return Saved(title="Imported", said=Said(text=said, blocks=(section(said), *missing, *now)))


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save, role=Role.ADMIN),)
