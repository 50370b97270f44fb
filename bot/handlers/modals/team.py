"""The form of a team, with its rota and its escalation: three objects that are saved as one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot import ids
from bot.engine.directory import Configured, Directory
from bot.engine.model import DEFAULT_LAYERS, ChannelKind, Contact, Member, Policy, Role, Team
from bot.engine.paging import conversations
from bot.engine.schedules import Event, Schedule
from bot.errors import Invalid, Problem, Rejected, Undelivered
from bot.handlers.buttons import NEXT_INTEGRATION, NEXT_ROUTER
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.effective import effective_input, read_effective, say_changed
from bot.handlers.modals.hours import HOURS_BLOCKS, hours_inputs, read_hours
from bot.handlers.modals.layers import read_layers, say_layers
from bot.handlers.modals.picking import people_inputs, picked, picking_blocks
from bot.handlers.modals.rota import Rota, RotaLength, events_of, first_rota, going_on, rota_of
from bot.handlers.modals.saving import ID, SEEN, edited, handle_of, save
from bot.handlers.modals.sharing import is_copied, others_with, policy_for, schedule_for, shared_inputs
from bot.handlers.permits import admit_to_all, admit_to_team
from bot.handlers.renaming import offered
from bot.handlers.table import Modal, Said, Saved, Tool
from bot.handlers.visit import Visit
from bot.ports import UnitOfWork
from bot.service import rotas
from bot.service.rotas import Effective
from bot.service.team_places import read_place, try_place
from bot.slack.blocks import Block, actions, button, code, context, line, mention, section
from bot.slack.forms import Choice, Form, conversation, date, input_block, menu, notice, number, text, time

_UNKNOWN = ("does not exist", "not in")


def is_member(visit: Visit, conversation: str) -> bool:
    """Whether the bot is in a conversation. When Slack does not answer that, it is taken to be: a card will tell."""
    try:
        found = visit.slack.ask("conversations.info", {"channel": conversation})
    except Rejected as error:  # a private channel that the bot is not in is one that it cannot see
        return not any(said in error.reason for said in _UNKNOWN)
    except Undelivered:
        return True
    return bool(found["channel"].get("is_member", True))


T = TypeVar("T")

_FORM, _NAME, _TURNS, _OTHERS, _CHANNEL = "team", "name", "turns", "others", "channel"
_ROTATION, _EVERY, _DAY, _TIME, _ZONE = "rotation", "every", "day", "time", "zone"
_LAYERS, _REPEAT = "layers", "repeat"
_ROTA = (*picking_blocks(_TURNS), _ROTATION, _EVERY, _DAY, _TIME, _ZONE, *HOURS_BLOCKS)
_SCHEDULE, _SCHEDULE_SEEN, _POLICY, _POLICY_SEEN = "schedule", "schedule_seen", "policy", "policy_seen"
_LONGEST_NAME, _MOST_EVERY, _LONGEST_PLACE = 100, 52, 2_000
_TURN_CHOICES = (
    Choice(value="weekly", label="Weekly"),
    Choice(value="daily", label="Daily"),
    Choice(value="half_daily", label="Twice a day"),
    Choice(value="monthly", label="Monthly"),
)
_SCHEDULE_COPY, _POLICY_COPY = "schedule_copy", "policy_copy"  # ids of the copies that the team may get
_PREVIEW = "team.preview"
_REPEATS = tuple(
    Choice(value=str(times), label=label) for times, label in enumerate(("No", "Once", "Twice", "Three times"))
)

# Where the problems of the three objects are shown in the one form.
_PLACES: Mapping[str, str] = {"members": _TURNS, "events": _TURNS, "attendees": _TURNS}


def new_team(visit: Visit) -> Form:
    """An empty form."""
    team = Team(id=ids.new("tem"), name="", handle="", schedule_id=ids.new("sch"), policy_id=ids.new("esc"))
    policy = Policy(id=team.policy_id or "", name="", handle="", layers=DEFAULT_LAYERS)
    notes = {ID: team.id, SEEN: "0", _SCHEDULE: team.schedule_id or "", _POLICY: policy.id}
    return _form(visit.directory(), team, policy, first_rota(visit.now, visit.user.zone), notes)


def edit_team(visit: Visit, uow: UnitOfWork, team: Team) -> Form:
    """The form of a team as it is. A schedule that is more than a rota is left alone."""
    directory = uow.directory()
    schedule = directory.schedules.get(team.schedule_id or "")
    policy = directory.policies.get(team.policy_id or "") or Policy(
        id=ids.new("esc"), name="", handle="", layers=DEFAULT_LAYERS
    )
    rota = rota_of(schedule) if schedule else first_rota(visit.now, visit.user.zone)
    notes = {ID: team.id, SEEN: str(uow.version_of(team.id)), _POLICY: policy.id}
    notes[_POLICY_SEEN] = str(uow.version_of(policy.id))
    notes |= {_SCHEDULE_COPY: ids.new("sch"), _POLICY_COPY: ids.new("esc")}
    if rota:
        notes[_SCHEDULE] = schedule.id if schedule else ids.new("sch")
        notes[_SCHEDULE_SEEN] = str(uow.version_of(notes[_SCHEDULE]))
    return _form(directory, team, policy, rota, notes)


def _form(directory: Directory, team: Team, policy: Policy, rota: Rota | None, notes: Mapping[str, str]) -> Form:
    taking_turns = rota.people if rota else ()
    others = [member.user_id for member in team.members if member.user_id not in taking_turns]
    waits = say_layers(policy.layers)
    return Form(
        title="Edit team" if team.name else "New team",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes=notes,
        blocks=(
            input_block(_NAME, "Name", text(team.name, "Payments DB", _LONGEST_NAME)),
            *_rota_inputs(directory, rota, known=bool(team.name)),
            *people_inputs(_OTHERS, "Members who take no turns", others, directory, optional=rota is not None),
            input_block(
                _CHANNEL, "Slack channel", conversation(team.slack_channel or ""), hint=_CHANNEL_HINT, optional=True
            ),
            *_place_inputs(directory, team),
            input_block(_LAYERS, "Wait for an answer", text(waits, "5m, 10m, 15m", 500), hint=_LAYERS_HINT),
            input_block(_REPEAT, "If nobody answers, begin again", menu(_REPEAT, _REPEATS, str(policy.repeat))),
            *shared_inputs(directory, team, (directory.schedules.get(notes.get(_SCHEDULE, "")), policy)),
        ),
    )


_NO_PLACE = "-"
_PLACE_HINT = "It gets a card for each alert, and a test message now. Empty: as it is. A single - takes it away."
_CHANNEL_HINT = "It gets one card per alert. Invite the bot to it with /invite @PagerTree."
_LAYERS_HINT = "One time for each layer. After it the next layer is paged: whoever has the next turn."


def _place_inputs(directory: Directory, team: Team) -> Iterator[Block]:
    """Where its cards go besides Slack. What is set is a secret, such as a webhook, and is not shown again."""
    for kind in directory.channel_kinds.drawing:
        is_set = bool(conversations.place(team, kind.name))
        shown = "Set: paste another one here to change it" if is_set else kind.example
        yield input_block(
            _place_block(kind), kind.place, text("", shown, _LONGEST_PLACE), hint=_PLACE_HINT, optional=True
        )


def _place_block(kind: ChannelKind) -> str:
    return f"place_{kind.name}"


def _place_blocks(directory: Directory) -> tuple[str, ...]:
    return tuple(_place_block(kind) for kind in directory.channel_kinds.drawing)


_EVERY_HINT = "Every 3 months is a quarter, every 12 a year. Twice a day is every 12 hours, and takes a 1 here."


def _rota_inputs(directory: Directory, rota: Rota | None, *, known: bool) -> Iterator[Block]:
    if rota is None:
        yield context("This team's schedule is more than a simple rota. It stays as it is.")
        return
    label, example = "On call, in the order of their turns", "In the order of their turns"
    optional = known and not rota.people  # a team without a schedule may stay without one
    yield from people_inputs(_TURNS, label, rota.people, directory, placeholder=example, optional=optional)
    yield input_block(_ROTATION, "Hand over", menu(_ROTATION, _TURN_CHOICES, rota.turn))
    every = number(rota.every, 1, max(_MOST_EVERY, rota.every))
    yield input_block(_EVERY, "Every so many days, weeks or months", every, hint=_EVERY_HINT)
    yield input_block(_DAY, "First turn begins on", date(f"{rota.handover:%Y-%m-%d}"))
    yield input_block(_TIME, "Handed over at", time(f"{rota.handover:%H:%M}"))
    yield input_block(_ZONE, "Time zone", menu(menus.ZONE, menus.zones(), rota.zone))
    yield from hours_inputs(rota.hours)
    if known:
        yield effective_input()
        yield actions(button(_PREVIEW, "Show what changes"))


# --- Saving -------------------------------------------------------------------------------------------------------


def _save(visit: Visit, filled: Filled) -> Saved:
    before = visit.directory().teams.get(filled.notes[ID])
    admit_to_team(visit, before)
    team, read_schedule, read_policy = _read(visit, filled)
    schedule, schedule_seen = _apart_schedule(visit, filled, team, read_schedule)
    policy, policy_seen = _apart_policy(visit, filled, team, read_policy)
    team = replace(
        team,
        schedule_id=schedule.id if schedule else team.schedule_id,
        policy_id=policy.id if policy else team.policy_id,
    )
    edits: list[tuple[Configured, int]] = [
        *([(schedule, schedule_seen)] if schedule else []),
        *([(policy, policy_seen)] if policy else []),
        (team, int(filled.notes[SEEN])),
    ]
    schedule_before = visit.directory().schedules.get(read_schedule.id) if read_schedule else None
    try:
        save(visit, edits)
    except Invalid as invalid:
        raise Invalid(_moved(problem) for problem in invalid.problems) from invalid
    said = _said(visit.directory(), team, schedule)
    changed = say_changed(schedule_before, schedule, visit.directory(), visit.now) if schedule else ()
    return Saved(
        title="Saved",
        said=replace(
            said,
            blocks=(
                *said.blocks,
                *offered(visit, before, team),
                *changed,
                *_warning(visit, team),
                *_tested(visit, team, before),
            ),
        ),
    )


def _apart_schedule(visit: Visit, filled: Filled, team: Team, schedule: Schedule | None) -> tuple[Schedule | None, int]:
    """The schedule that is saved, and the version that was edited: a copy, where others use it and keep theirs."""
    directory, notes = visit.directory(), filled.notes
    seen = int(notes.get(_SCHEDULE_SEEN, "0"))
    if schedule is None or not _changes_for_others(directory, team, schedule):
        return schedule, seen
    if is_copied(filled):
        return schedule_for(directory, schedule, notes.get(_SCHEDULE_COPY) or ids.new("sch"), team.name), 0
    admit_to_all(visit, schedule.id)
    return schedule, seen


def _apart_policy(visit: Visit, filled: Filled, team: Team, policy: Policy | None) -> tuple[Policy | None, int]:
    """The policy that is saved, as `_apart_schedule` says of the schedule."""
    directory, notes = visit.directory(), filled.notes
    seen = int(notes.get(_POLICY_SEEN, "0"))
    if policy is None or not _changes_for_others(directory, team, policy):
        return policy, seen
    if is_copied(filled):
        return policy_for(directory, policy, notes.get(_POLICY_COPY) or ids.new("esc"), team.name), 0
    admit_to_all(visit, policy.id)
    return policy, seen


def _changes_for_others(directory: Directory, team: Team, part: Schedule | Policy) -> bool:
    return directory.get(type(part), part.id) != part and bool(others_with(directory, team, part.id))


def _preview(visit: Visit, filled: Filled) -> Form:
    """What saving the form as it is filled in would change of who is on call."""
    directory = visit.directory()
    before = directory.schedules.get(filled.notes.get(_SCHEDULE, ""))
    try:
        _, schedule, _ = _read(visit, filled)
    except Invalid as invalid:
        return notice("What changes", [section(line(str(invalid.problems[0]), 1_000))])
    if schedule is None:
        return notice("What changes", [section("This team's schedule stays as it is.")])
    return notice("What changes", [*say_changed(before, schedule, directory, visit.now)])


def _warning(visit: Visit, team: Team) -> Iterator[Block]:
    """Say that the bot cannot post to the team's channel, while somebody is there who can invite it."""
    if team.slack_channel and not is_member(visit, team.slack_channel):
        shown = f"<#{team.slack_channel}>"
        invite = f"⚠️ The bot is not in {shown}, so its cards cannot go there. Type {code('/invite @PagerTree')} there."
        yield section(invite)


def _tested(visit: Visit, team: Team, before: Team | None) -> Iterator[Block]:
    """Post a test message into each place that is new, and say how that went."""
    known = before.places if before else ()
    for each in (each for each in team.places if each not in known):
        title = visit.directory().channel_kinds.of(each.channel).title
        if trouble := try_place(visit.ports, team, each):
            yield section(f"⚠️ The test message to {line(title)} did not arrive: {line(trouble, 300)}")
        else:
            yield section(f"A test message is on its way to {line(title)}: look whether it is there.")


def _moved(problem: Problem) -> Problem:
    place = _PLACES.get(str(problem.where[0]), "") if problem.where else ""
    return replace(problem, where=(place,)) if place else problem


def _read(visit: Visit, filled: Filled) -> tuple[Team, Schedule | None, Policy | None]:
    """The team, its schedule and its policy; None for one of them that it did not have and that nobody asked for."""
    directory, notes, name = visit.directory(), filled.notes, filled.text(_NAME)
    known = directory.teams.get(notes[ID])
    policy = _read_policy(filled, directory, known)
    schedule = _read_schedule(visit, filled, known)
    read = Team(
        id=notes[ID],
        name=name,
        handle=handle_of(directory, Team, notes[ID], name),
        members=_read_members(visit, filled, known),
        slack_channel=filled.conversation(_CHANNEL),
        places=_places(visit, filled, known.places if known else ()),
    )
    people = (*picking_blocks(_TURNS), *picking_blocks(_OTHERS))
    places = {"name": (_NAME,), "members": people, "slack_channel": (_CHANNEL,), "places": _place_blocks(directory)}
    team = edited(filled, known, read, places)
    schedule_id = schedule.id if schedule else team.schedule_id
    return replace(team, schedule_id=schedule_id, policy_id=policy.id if policy else team.policy_id), schedule, policy


def _places(visit: Visit, filled: Filled, places: tuple[Contact, ...]) -> tuple[Contact, ...]:
    """The places as they are after the form: one whose field is empty stays."""
    for kind in visit.directory().channel_kinds.drawing:
        if typed := filled.text(_place_block(kind)):
            address = "" if typed == _NO_PLACE else read_place(visit.ports, kind, typed, _place_block(kind))
            places = conversations.with_place(places, kind.name, address)
    return places


def _read_members(visit: Visit, filled: Filled, known: Team | None) -> tuple[Member, ...]:
    directory = visit.directory()
    rota = _known_rota(directory, filled)
    turns = picked(visit, filled, _TURNS, rota.people if rota else ())
    had = [each.user_id for each in (known.members if known else ()) if rota is None or each.user_id not in rota.people]
    others = picked(visit, filled, _OTHERS, had)
    return _members(visit, tuple(dict.fromkeys((*turns, *others))), known)


def _read_policy(filled: Filled, directory: Directory, known: Team | None) -> Policy | None:
    object_id, name = filled.notes[_POLICY], f"{filled.text(_NAME)} policy"
    had = directory.policies.get(object_id)
    if known and had is None and not filled.touched(_LAYERS, _REPEAT):
        return None
    layers = read_layers(filled.text(_LAYERS), _LAYERS)
    handle = handle_of(directory, Policy, object_id, name)
    read = Policy(id=object_id, name=name, handle=handle, layers=layers, repeat=int(filled.choice(_REPEAT)))
    return edited(filled, had, read, {"layers": (_LAYERS,), "repeat": (_REPEAT,)})


def _known_rota(directory: Directory, filled: Filled) -> Rota | None:
    """The rota that the form was opened with."""
    had = directory.schedules.get(filled.notes.get(_SCHEDULE, ""))
    return rota_of(had) if had else None


def _read_schedule(visit: Visit, filled: Filled, known: Team | None) -> Schedule | None:
    directory, object_id = visit.directory(), filled.notes.get(_SCHEDULE)
    if object_id is None:
        return None
    before, was = directory.schedules.get(object_id), _known_rota(directory, filled)
    if known and not filled.touched(*_ROTA, _LAYERS):
        return before
    rota = _read_rota(visit, filled, was)
    layers = len(read_layers(filled.text(_LAYERS), _LAYERS))
    if known and before is None and not rota.people:
        return None
    if before is None:
        return _first_schedule(filled, directory, rota, layers)
    if rota == was and min(layers, len(rota.people)) == len(before.events):
        return before
    return _with_rota(visit, filled, before, rota, layers)


def _first_schedule(filled: Filled, directory: Directory, rota: Rota, layers: int) -> Schedule:
    object_id, name = filled.notes[_SCHEDULE], f"{filled.text(_NAME)} on call"
    events = _events_of(rota, object_id, layers)
    handle = handle_of(directory, Schedule, object_id, name)
    return Schedule(id=object_id, name=name, handle=handle, zone=rota.zone, events=events)


def _with_rota(visit: Visit, filled: Filled, before: Schedule, rota: Rota, layers: int) -> Schedule:
    """A schedule with another rota: at once, or from the next turn on."""
    if read_effective(filled) is Effective.NOW or not rota.people:
        return replace(before, zone=rota.zone, events=_events_of(rota, before.id, layers))
    rota = _placed(lambda: going_on(rota, before, visit.now)) if before.events else rota
    after = replace(before, zone=rota.zone, events=_events_of(rota, before.id, layers))
    return rotas.keep_present(before, after, visit.directory(), visit.now)


def _read_rota(visit: Visit, filled: Filled, was: Rota | None) -> Rota:
    read = Rota(
        people=picked(visit, filled, _TURNS, was.people if was else ()),
        turn=_turn(filled.choice(_ROTATION)),
        every=int(filled.text(_EVERY)),
        handover=datetime.fromisoformat(f"{filled.date(_DAY)}T{filled.time(_TIME)}"),
        zone=filled.choice(_ZONE),
        hours=read_hours(filled),
    )
    places = {
        "hours": HOURS_BLOCKS,
        "turn": (_ROTATION,),
        _EVERY: (_EVERY,),
        "handover": (_DAY, _TIME),
        _ZONE: (_ZONE,),
    }
    return edited(filled, was, read, {**places, "people": picking_blocks(_TURNS)})


def _events_of(rota: Rota, schedule_id: str, layers: int) -> tuple[Event, ...]:
    return _placed(lambda: events_of(rota, schedule_id, layers))


def _placed(make: Callable[[], T]) -> T:
    """What is wrong with when turns begin is shown under the first day."""
    try:
        return make()
    except Invalid as invalid:
        raise Invalid(replace(each, where=(_DAY,)) for each in invalid.problems) from invalid


def _turn(chosen: str) -> RotaLength:
    known: dict[str, RotaLength] = {"daily": "daily", "half_daily": "half_daily", "monthly": "monthly"}
    return known.get(chosen, "weekly")


def _members(visit: Visit, user_ids: tuple[str, ...], known: Team | None) -> tuple[Member, ...]:
    """Roles stay. Somebody is the team's admin, to be told when nobody answers: who makes it, or else the first."""
    roles = {member.user_id: member.role for member in (known.members if known else ())}
    if not any(roles.get(each) is Role.ADMIN for each in user_ids):
        roles[visit.user.id if visit.user.id in user_ids else user_ids[0] if user_ids else ""] = Role.ADMIN
    return tuple(Member(user_id=each, role=roles.get(each, Role.MEMBER)) for each in user_ids)


def _said(directory: Directory, team: Team, schedule: Schedule | None) -> Said:
    saved = f"Team *{line(team.name, 100)}* is saved. Send alerts to it as {code(f'team:{team.handle}')}."
    layers = (
        [f"Layer {event.layer}: {_named(directory, event.attendees)}" for event in schedule.events] if schedule else []
    )
    is_first = not (directory.integrations or directory.routers)
    then = [actions(NEXT_ROUTER, NEXT_INTEGRATION)] if is_first else []
    return Said(text=saved, blocks=(section(saved), *([section("\n".join(layers))] if layers else []), *then))


def _named(directory: Directory, user_ids: tuple[str, ...]) -> str:
    users = [directory.users[each] for each in user_ids if each in directory.users]
    return " → ".join(mention(user.slack_id, user.name) for user in users[:12])


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save),)
TOOLS = (Tool(action_id=_PREVIEW, opens="What changes", use=_preview),)
