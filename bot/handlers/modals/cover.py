"""Asking who takes a shift: a question in the team's channel, which the first one to click answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot import ids
from bot.engine.model import Team, User
from bot.engine.schedules import Schedule, Shift, shifts
from bot.engine.staffing import staffed
from bot.errors import NotFound, Refused, Undelivered
from bot.handlers import permits
from bot.handlers.buttons import run
from bot.handlers.filled import Filled
from bot.handlers.modals.effective import say_span
from bot.handlers.modals.override import OUTLOOK, read_shift, shift_choice
from bot.handlers.modals.picking import linked
from bot.handlers.modals.saving import ID
from bot.handlers.table import Button, Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.service import rotas
from bot.slack.blocks import Block, actions, button, context, line, mention, message, section, when
from bot.slack.forms import Form, input_block, menu, people, text

_FORM, _SHIFT, _ASKED, _WORD, TAKE = "cover", "shift", "asked", "word", "cover.take"
_MOST_SHIFTS, _MOST_ASKED = 100, 20


def ask_for_cover(visit: Visit, schedule: Schedule) -> Form:
    """Which shift, and whom to ask. Raises `Refused` for who has none ahead."""
    own = _own(visit, schedule)
    if not own:
        raise Refused(f"You have no shift in {schedule.name} in the next eight weeks that somebody could take")
    choices = [shift_choice(each, visit) for each in own]
    asked = "The team's channel where nobody is named."
    return Form(
        title="Who takes my shift?",
        name=_FORM,
        submit="Ask",
        close="Cancel",
        notes={ID: schedule.id},
        blocks=(
            input_block(_SHIFT, "My shift", menu(_SHIFT, choices, choices[0].value)),
            input_block(_ASKED, "Whom to ask", people(), hint=asked, optional=True),
            input_block(_WORD, "A word to them", text("", "I am on a plane then", 300), optional=True),
            context("It stays yours until somebody takes it. You hear of it when they do."),
        ),
    )


def _own(visit: Visit, schedule: Schedule) -> tuple[Shift, ...]:
    lived = staffed(schedule, visit.directory())
    ahead = shifts(lived, visit.now, visit.now + OUTLOOK)
    return tuple(each for each in ahead if each.user_id == visit.user.id)[:_MOST_SHIFTS]


# --- Asking -------------------------------------------------------------------------------------------------------


def _ask(visit: Visit, filled: Filled) -> Saved:
    schedule, value = _schedule(visit, filled.notes[ID]), filled.choice(_SHIFT)
    shift = read_shift(value)
    if shift.user_id != visit.user.id:
        permits.admit_to(visit, schedule.id)
    named = linked(visit, filled, _ASKED)
    places = tuple(_places(visit, schedule, named))
    request = ids.new("ovr")
    said = _question(visit, schedule, shift, filled.text(_WORD))
    asked = [place for place in places if _post(visit, place, said, f"{schedule.id}|{request}|{value}")]
    if not asked:
        raise Refused("Nobody could be asked: Slack did not take the message. Name somebody, or try again")
    shown = ", ".join(_shown(visit, place) for place in asked)
    return Saved(title="Asked", said=Said(text=f"Asked {shown}. The shift stays yours until somebody takes it."))


def _places(visit: Visit, schedule: Schedule, named: tuple[str, ...]) -> Iterator[str]:
    """Where to ask: those who are named; else the team's channel, or without one each of its members."""
    directory = visit.directory()
    teams = [team for team in directory.teams.values() if team.schedule_id == schedule.id]
    channels = [team.slack_channel for team in teams if team.slack_channel]
    if channels and not named:
        yield channels[0]
        return
    members = named or _members(teams, visit.user)
    found = (directory.users.get(each) for each in members[:_MOST_ASKED])
    yield from (user.slack_id for user in found if user and user.active and user.slack_id)


def _members(teams: list[Team], asking: User) -> tuple[str, ...]:
    found = dict.fromkeys(member.user_id for team in teams for member in team.members)
    return tuple(each for each in found if each != asking.id)


def _question(visit: Visit, schedule: Schedule, shift: Shift, word: str) -> str:
    who = mention(visit.user.slack_id, visit.user.name)
    owner = "" if shift.user_id == visit.user.id else f" of {_name(visit, shift.user_id)}"
    span = f"{when(shift.start_at)} to {when(shift.end_at)}"
    note = f"\n>{line(word, 300)}" if word else ""
    where = f"*{line(schedule.name, 100)}*, layer {shift.layer}"
    return f"{who} asks: who takes the shift{owner} from {span} ({where})?{note}"


def _post(visit: Visit, place: str, said: str, value: str) -> bool:
    """Ask in one place; whether Slack took it. Its button then learns where it is, to change it when it is answered."""
    try:
        posted = visit.slack.call("chat.postMessage", {"channel": place, **_drawn(said, [])})
        where = f"{posted['channel']}|{posted['ts']}"
        taking = [actions(button(TAKE, "I take it", f"{where}|{value}", "primary"))]
        visit.slack.call("chat.update", {"channel": posted["channel"], "ts": posted["ts"], **_drawn(said, taking)})
    except Undelivered:
        return False
    return True


def _drawn(said: str, more: list[Block]) -> Mapping[str, Any]:
    drawn = message(said, (section(said), *more))
    return {"text": drawn.text, "blocks": drawn.blocks}


# --- Taking -------------------------------------------------------------------------------------------------------


def _take(visit: Visit, value: str) -> Said:
    channel, ts, schedule_id, request, shift_value = value.split("|", 4)
    schedule, shift = _schedule(visit, schedule_id), read_shift(shift_value)
    if not permits.is_of(visit, schedule.id):
        permits.admit_to(visit, schedule.id)
    if shift.user_id == visit.user.id:
        raise Refused("It is your own shift: somebody else has to take it")
    after = rotas.take(visit.ports, schedule.id, shift, request, visit.actor)
    _answer(visit, channel, ts, schedule, shift)
    undo = run("Undo", f"override delete {after.handle} {request}")
    said = f"It is yours: {when(shift.start_at)} to {when(shift.end_at)}, layer {shift.layer}."
    then = say_span(after, visit.directory(), shift.start_at, shift.end_at, visit.now)
    return Said(text=said, blocks=(section(said, undo), *then))


def _answer(visit: Visit, channel: str, ts: str, schedule: Schedule, shift: Shift) -> None:
    """Put the answer where the question was. When Slack does not take that, a later click hears who was faster."""
    taker = mention(visit.user.slack_id, visit.user.name)
    span = f"{when(shift.start_at)} to {when(shift.end_at)}"
    said = f"{taker} takes the shift of {_name(visit, shift.user_id)} from {span} (*{line(schedule.name, 100)}*)."
    try:
        visit.slack.call("chat.update", {"channel": channel, "ts": ts, **_drawn(said, [])})
    except Undelivered:
        return


def _name(visit: Visit, user_id: str) -> str:
    user = visit.directory().users.get(user_id)
    return mention(user.slack_id, user.name) if user else "somebody who is gone"


def _shown(visit: Visit, place: str) -> str:
    user = visit.directory().user_in_slack(place)
    return mention(user.slack_id, user.name) if user else f"<#{place}>"


def _schedule(visit: Visit, schedule_id: str) -> Schedule:
    found = visit.directory().schedules.get(schedule_id)
    if found is None:
        raise NotFound("The schedule was deleted.")
    return found


MODALS = (Modal(name=_FORM, anchor=_SHIFT, save=_ask),)
BUTTONS = (Button(action_id=TAKE, press=_take),)
