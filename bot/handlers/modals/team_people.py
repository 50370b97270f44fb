"""The form of a team's people: its admins, its stakeholders, and who hears of what nobody answered and of handoffs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.engine.directory import Directory
from bot.engine.model import Member, Role, Stakeholder, Team
from bot.errors import NotFound
from bot.handlers.filled import Filled
from bot.handlers.modals.menus import matching, told_apart
from bot.handlers.modals.picking import people_inputs, picked, picking_blocks
from bot.handlers.modals.saving import ID, SEEN, edited, save
from bot.handlers.permits import admit_to_team
from bot.handlers.table import Menu, Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.slack.blocks import Block, code, context, line
from bot.slack.forms import Choice, Form, input_block, multi_menu

_FORM, _ADMINS, _STAKEHOLDERS = "team_people", "admins", "stakeholder_ids"
_DROPS, _HANDOFFS = "told_of_drops", "told_of_handoffs"
MENU = "stakeholders_menu"
_ADMINS_HINT = "They may change the team, its schedule and its escalation, and step in for others."
_DROPS_HINT = "Nobody named: the admins of the team."
_HANDOFFS_HINT = "When somebody hands an alert to this team, or from it to others."
_STAKEHOLDERS_HINT = (
    "Told of every alert of the team: assigned, acknowledged, resolved, dropped. Never asked to answer."
)


def edit_people(team: Team, seen: int, directory: Directory) -> Form:
    """The people of a team as they are."""
    admins = [each.user_id for each in team.members if each.role is Role.ADMIN]
    return Form(
        title="People of the team",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: team.id, SEEN: str(seen)},
        blocks=(
            context(f"{line(team.name, 100)} {code(f'team:{team.handle}')}"),
            *_people_inputs(_ADMINS, "Admins of the team", admins, directory, _ADMINS_HINT),
            *_people_inputs(_DROPS, "Told when nobody answers", team.told_of_drops, directory, _DROPS_HINT),
            *_people_inputs(_HANDOFFS, "Told of handoffs", team.told_of_handoffs, directory, _HANDOFFS_HINT),
            *_stakeholders_input(team, directory),
        ),
    )


def _people_inputs(name: str, label: str, user_ids: Sequence[str], directory: Directory, hint: str) -> Iterator[Block]:
    return people_inputs(name, label, user_ids, directory, hint=hint, optional=True)


def _stakeholders_input(team: Team, directory: Directory) -> Iterator[Block]:
    choices = stakeholder_choices(directory)
    if not choices:
        yield context(f"There are no stakeholders yet: {code('/pagertree stakeholder add')} makes one.")
        return
    chosen = multi_menu(MENU, choices, team.stakeholder_ids, "Nobody")
    yield input_block(_STAKEHOLDERS, "Stakeholders", chosen, hint=_STAKEHOLDERS_HINT, optional=True)


def stakeholder_choices(directory: Directory) -> tuple[Choice, ...]:
    """All stakeholders."""
    return told_apart(directory.all(Stakeholder))


def _save(visit: Visit, filled: Filled) -> Saved:
    directory = visit.directory()
    team = directory.teams.get(filled.notes[ID])
    if team is None:
        raise NotFound("The team was deleted.")
    admit_to_team(visit, team)
    read = replace(
        team,
        members=_members(team, picked(visit, filled, _ADMINS, _admins_of(team))),
        told_of_drops=picked(visit, filled, _DROPS, team.told_of_drops),
        told_of_handoffs=picked(visit, filled, _HANDOFFS, team.told_of_handoffs),
        stakeholder_ids=filled.choices(_STAKEHOLDERS),
    )
    places = {each: picking_blocks(each) for each in (_DROPS, _HANDOFFS, _STAKEHOLDERS)}
    changed = edited(filled, team, read, {**places, "members": picking_blocks(_ADMINS)})
    save(visit, [(changed, int(filled.notes[SEEN]))])
    return Saved(title="Saved", said=Said(text=f"The people of *{line(team.name, 100)}* are saved."))


def _admins_of(team: Team) -> tuple[str, ...]:
    return tuple(each.user_id for each in team.members if each.role is Role.ADMIN)


def _members(team: Team, admins: tuple[str, ...]) -> tuple[Member, ...]:
    """The members with their roles; an admin who was no member becomes one."""
    known = dict.fromkeys((*(each.user_id for each in team.members), *admins))
    return tuple(Member(user_id=each, role=Role.ADMIN if each in admins else Role.MEMBER) for each in known)


def _find_stakeholders(visit: Visit, typed: str) -> Sequence[Choice]:
    return matching(stakeholder_choices(visit.directory()), typed)


MODALS = (Modal(name=_FORM, anchor=_ADMINS, save=_save),)
MENUS = (Menu(action_id=MENU, choices=_find_stakeholders),)
