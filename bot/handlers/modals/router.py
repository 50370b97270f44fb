"""The form of a router: name, default destination, the rules as YAML, and a dry run of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot import ids
from bot.engine.directory import Directory
from bot.engine.model import Role, Router, Team
from bot.engine.rules.routers import read_router
from bot.errors import Invalid, Problem
from bot.handlers import error_answers, router_backtests
from bot.handlers.buttons import NEXT_INTEGRATION, run
from bot.handlers.confirming import is_confirmed
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.dry_run import Sample, read_sample, trial_inputs
from bot.handlers.modals.saving import ID, SEEN, edited, handle_of, save
from bot.handlers.modals.texts import read_text, relocate, text_blocks, text_inputs
from bot.handlers.rehearsal_blocks import draw, say_rehearsed
from bot.handlers.renaming import offered
from bot.handlers.table import Modal, Said, Saved, Tool
from bot.handlers.visit import Visit
from bot.service import lint
from bot.service.backtest import BacktestReport, leading_to
from bot.service.payload_rehearsal import Rehearsed, Scene, rehearse, rehearse_sent
from bot.slack.blocks import Block, actions, code, line, prose, section
from bot.slack.forms import Form, input_block, menu, notice, text

_FORM, _NAME, _YAML, _DEFAULT = "router", "name", "yaml", "default_destination"
_DRY_RUN = "router.dry_run"
_EXAMPLE = "rules:\n  - match: {alert.urgency: critical}\n    actions:\n      - {type: assign, receiver: team:payments}"
_HINT = "The first rule that matches decides. Problems are shown here, with line and column."
_LONGEST_NAME = 100
_MOST_HINTS = 8


def new_router(visit: Visit) -> Form:
    """A form with nothing but the likely default destination."""
    to = next(iter(menus.likely(visit.directory(), Team)), None)
    return _form(visit, Router(id=ids.new("rtr"), name="", handle="", yaml="", default_destination=to), 0)


def edit_router(visit: Visit, router: Router, seen: int) -> Form:
    """The form of a router as it is."""
    return _form(visit, router, seen)


def _form(visit: Visit, router: Router, seen: int) -> Form:
    choices = menus.destinations(visit.directory(), router.id)
    chosen = str(router.default_destination or "")
    default = menu(menus.DESTINATION, choices, chosen, "Where to when no rule matches")
    return Form(
        title="Edit router" if seen else "New router",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: router.id, SEEN: str(seen)},
        blocks=(
            input_block(_NAME, "Name", text(router.name, "Dev alerts", _LONGEST_NAME)),
            input_block(_DEFAULT, "Default destination", default, optional=True),
            *text_inputs(_YAML, "Rules (YAML)", router.yaml, _EXAMPLE, _HINT),
            *trial_inputs(visit, _DRY_RUN),
        ),
    )


def _read(visit: Visit, filled: Filled) -> Router:
    """The router as it is filled in. Raises `Invalid` for a file that cannot be read."""
    directory, object_id = visit.directory(), filled.notes[ID]
    known = directory.routers.get(object_id)
    read = Router(
        id=object_id,
        name=filled.text(_NAME),
        handle=handle_of(directory, Router, object_id, filled.text(_NAME)),
        yaml=read_text(visit, filled, _YAML),
        default_destination=menus.read_receiver(filled.choice(_DEFAULT)) if filled.choice(_DEFAULT) else None,
    )
    places = {"name": (_NAME,), "yaml": text_blocks(_YAML), "default_destination": (_DEFAULT,)}
    return edited(filled, known, read, places)


# --- Trying it ----------------------------------------------------------------------------------------------------


def _dry_run(visit: Visit, filled: Filled) -> Form:
    """What would become of a payload with the rules as they are typed."""
    router = _read(visit, filled)
    if not router.name:
        router = replace(router, name="This router")
    try:
        hints = lint.hints_for(visit.ports, router)
        sample = read_sample(visit, filled, leading_to(router.id, visit.directory()))
    except Invalid as invalid:
        said = error_answers.say_problems(invalid.problems, 2_500)
        return notice("Dry run", [section("*This cannot be tried yet:*"), prose(said)])
    directory = visit.directory().including([router])
    return notice("Dry run", [*_from(sample), *_played(visit, router, sample, directory), *hint_blocks(hints)])


def _from(sample: Sample) -> Iterator[Block]:
    if sample.log and sample.integration:
        yield section(f"With {code(sample.log.id)} of *{line(sample.integration.name, 100)}*:")


def _played(visit: Visit, router: Router, sample: Sample, directory: Directory) -> Iterator[Block]:
    scene = Scene(router=router, directory=directory, at=sample.at)
    for each in _rehearsed(visit, scene, sample):
        if each.rehearsal is None:
            yield section(f"It asks to *{each.signal}* an alert: no router is asked about that.")
            continue
        rule = each.rehearsal.rule_in(router.id)
        yield section(f"*Rule:* {line(rule, 200) if rule else 'none matches, the default destination is used'}")
        yield from draw(each.rehearsal, directory)
        yield say_rehearsed()


def _rehearsed(visit: Visit, scene: Scene, sample: Sample) -> tuple[Rehearsed, ...]:
    if sample.log and sample.integration:
        return rehearse_sent(sample.log.request, sample.integration, scene, visit.ports.sources)
    return (rehearse(sample.pasted, scene),)


def hint_blocks(hints: Iterable[Problem]) -> Iterator[Block]:
    """What looks like a mistake, though it can be saved."""
    said = [f"• {line(str(each), 300)}" for each in hints]
    if said:
        more = [f"… and {len(said) - _MOST_HINTS} more"] if len(said) > _MOST_HINTS else []
        yield section("\n".join(["💡 *This looks like a mistake*", *said[:_MOST_HINTS], *more]))


# --- Saving it ----------------------------------------------------------------------------------------------------


def _save(visit: Visit, filled: Filled) -> Saved:
    router = _read(visit, filled)
    before = visit.directory().routers.get(router.id)
    try:
        hints = lint.hints_for(visit.ports, router)
        report = router_backtests.known(visit.effects.of(visit.ports, router))
        if (objection := router_backtests.objection(report)) and not is_confirmed(filled, router_backtests.WORD):
            raise objection
        save(visit, [(router, int(filled.notes[SEEN]))])
    except Invalid as invalid:
        raise relocate(invalid.problems, filled, _YAML) from invalid
    is_used = bool(leading_to(router.id, visit.directory()))
    said = _said(router, report, hints, () if is_used else (NEXT_INTEGRATION,))
    return Saved(title="Saved", said=replace(said, blocks=(*said.blocks, *offered(visit, before, router))))


def _said(router: Router, report: BacktestReport, hints: Iterable[Problem], then: tuple[Block, ...]) -> Said:
    count = len(read_router(router.yaml).rules)
    text_ = f"Router *{line(router.name, 100)}* is saved with {count} rule{'' if count == 1 else 's'}."
    use = f"Send an integration's alerts to it: choose {code(f'router:{router.handle}')} as its destination."
    changed = section(router_backtests.say(report))
    shown = run("Show", f"router show {router.handle}"), run("Versions", f"router history {router.handle}")
    buttons = actions(*then, *shown)
    return Said(text=text_, blocks=(section(text_), changed, *hint_blocks(hints), section(use), buttons))


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save, role=Role.ADMIN),)
TOOLS = (Tool(action_id=_DRY_RUN, opens="Dry run", use=_dry_run, role=Role.ADMIN),)
