"""The form of a router: name, default destination, the rules as YAML, and a dry run of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot import ids
from bot.engine.directory import Directory
from bot.engine.model import Integration, Role, Router, Team
from bot.engine.rules.routers import read_router
from bot.engine.translation import Translation, translate
from bot.errors import Invalid, Problem
from bot.handlers import error_answers, router_backtests
from bot.handlers.buttons import NEXT_INTEGRATION, run
from bot.handlers.confirming import is_confirmed
from bot.handlers.filled import Filled
from bot.handlers.hints import hint_blocks
from bot.handlers.modals import menus
from bot.handlers.modals.dry_run import Sample, read_sample, trial_inputs
from bot.handlers.modals.saving import ID, SEEN, edited, handle_of, save
from bot.handlers.modals.texts import read_text, relocate, split, text_blocks, text_inputs
from bot.handlers.rehearsal_blocks import draw, say_rehearsed
from bot.handlers.renaming import offered
from bot.handlers.table import Modal, Said, Saved, Tool
from bot.handlers.visit import Visit
from bot.service import lint
from bot.service.backtest import BacktestReport, leading_to
from bot.service.payload_rehearsal import Rehearsed, Scene, rehearse_pasted, rehearse_sent
from bot.slack.blocks import Block, actions, code, line, prose, section
from bot.slack.forms import Form, input_block, menu, notice, text

_FORM, _NAME, _YAML, _DEFAULT = "router", "name", "yaml", "default_destination"
_TEXT, _TRANSLATED = (
    "text",
    "translated",
)  # the note that names the input of the rules; an input of its own is drawn anew
_DRY_RUN = "router.dry_run"
_EXAMPLE = "rules:\n  - match: {alert.urgency: critical}\n    actions:\n      - {type: assign, receiver: team:payments}"
_HINT = "The first rule that matches decides. Problems are shown here, with line and column."
_LONGEST_NAME = 100
_MOST_LEFT_OUT = 8


def new_router(visit: Visit) -> Form:
    """A form with nothing but the likely default destination."""
    to = next(iter(menus.likely(visit.directory(), Team)), None)
    return _form(visit, Router(id=ids.new("rtr"), name="", handle="", yaml="", default_destination=to), 0)


def edit_router(visit: Visit, router: Router, seen: int) -> Form:
    """The form of a router as it is."""
    return _form(visit, router, seen)


def _form(visit: Visit, router: Router, seen: int, translation: Translation | None = None) -> Form:
    choices = menus.destinations(visit.directory(), router.id)
    chosen = str(router.default_destination or "")
    default = menu(menus.DESTINATION, choices, chosen, "Where to when no rule matches")
    return Form(
        title="Edit router" if seen else "New router",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: router.id, SEEN: str(seen), _TEXT: _TRANSLATED if translation else _YAML},
        blocks=(
            *(_told_of(translation) if translation else ()),
            input_block(_NAME, "Name", text(router.name, "Dev alerts", _LONGEST_NAME)),
            input_block(_DEFAULT, "Default destination", default, optional=True),
            *text_inputs(_TRANSLATED if translation else _YAML, "Rules (YAML)", router.yaml, _EXAMPLE, _HINT),
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
        yaml=read_text(visit, filled, _input(filled)),
        default_destination=menus.read_receiver(filled.choice(_DEFAULT)) if filled.choice(_DEFAULT) else None,
    )
    places = {"name": (_NAME,), "yaml": text_blocks(_YAML), "default_destination": (_DEFAULT,)}
    found = edited(filled, known, read, places)
    return found if _input(filled) == _YAML else replace(found, yaml=read.yaml)


def _input(filled: Filled) -> str:
    """The input that holds the rules."""
    return filled.notes.get(_TEXT, _YAML)


# --- Rules of other products --------------------------------------------------------------------------------------


def _told_of(translation: Translation) -> Iterator[Block]:
    left = [f"• {line(each, 250)}" for each in translation.left_out[:_MOST_LEFT_OUT]]
    more = len(translation.left_out) - _MOST_LEFT_OUT
    count = len(translation.rules)
    rules = f"{count} rule{'' if count == 1 else 's'}"
    yield section(
        f"*These were rules of {line(translation.product, 40)}.* They are translated to {rules}: read them, then save."
    )
    if left:
        rest = [f"… and {more} more, all above the rules"] if more > 0 else []
        yield section("\n".join(["*Not translated*, as nothing here means exactly the same:", *left, *rest]))


def _translated(visit: Visit, filled: Filled, router: Router) -> Form | None:
    """The form with the rules translated, where they are of another product. Raises `Invalid` for too many of them."""
    translation = translate(router.yaml)
    if translation is None:
        return None
    if split(translation.yaml) is None:
        mend = "Run pagertree router translate FILE, and upload what it prints."
        said = f"These are rules of {translation.product}, and more than a form can show."
        raise Invalid([Problem(message=said, mend=mend, where=(_YAML,))])
    return _form(visit, replace(router, yaml=translation.yaml), int(filled.notes[SEEN]), translation)


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
    rehearsed, reader = _rehearsed(visit, scene, sample)
    if reader:
        yield section(f"Read as *{line(reader.name, 100)}* reads it ({code(reader.type)}):")
    for each in rehearsed:
        if each.rehearsal is None:
            yield section(f"It asks to *{each.signal}* an alert: no router is asked about that.")
            continue
        rule = each.rehearsal.rule_in(router.id)
        yield section(f"*Rule:* {line(rule, 200) if rule else 'none matches, the default destination is used'}")
        yield from draw(each.rehearsal, directory)
        yield say_rehearsed()


def _rehearsed(visit: Visit, scene: Scene, sample: Sample) -> tuple[tuple[Rehearsed, ...], Integration | None]:
    """What becomes of a sample, and the integration that reads it where it was pasted."""
    sources = visit.ports.sources
    if sample.log and sample.integration:
        return rehearse_sent(sample.log.request, sample.integration, scene, sources), None
    return rehearse_pasted(sample.pasted, leading_to(scene.router.id, visit.directory()), scene, sources)


# --- Saving it ----------------------------------------------------------------------------------------------------


def _save(visit: Visit, filled: Filled) -> Saved | Form:
    router = _read(visit, filled)
    before = visit.directory().routers.get(router.id)
    try:
        if form := _translated(visit, filled, router):
            return form
        hints = lint.hints_for(visit.ports, router)
        report = router_backtests.known(visit.effects.of(visit.ports, router))
        if (objection := router_backtests.objection(report)) and not is_confirmed(filled, router_backtests.WORD):
            raise objection
        save(visit, [(router, int(filled.notes[SEEN]))])
    except Invalid as invalid:
        raise relocate(_in_input(invalid.problems, _input(filled)), filled, _input(filled)) from invalid
    is_used = bool(leading_to(router.id, visit.directory()))
    said = _said(router, report, hints, () if is_used else (NEXT_INTEGRATION,))
    return Saved(title="Saved", said=replace(said, blocks=(*said.blocks, *offered(visit, before, router))))


def _in_input(problems: Iterable[Problem], name: str) -> Iterator[Problem]:
    for each in problems:
        yield replace(each, where=(name, *each.where[1:])) if each.where[:1] == (_YAML,) else each


def _said(router: Router, report: BacktestReport, hints: Iterable[Problem], then: tuple[Block, ...]) -> Said:
    count = len(read_router(router.yaml).rules)
    text_ = f"Router *{line(router.name, 100)}* is saved with {count} rule{'' if count == 1 else 's'}."
    use = f"Send an integration's alerts to it: choose {code(f'router:{router.handle}')} as its destination."
    changed = section(router_backtests.say(report))
    shown = run("Show", f"router show {router.handle}"), run("Versions", f"router history {router.handle}")
    buttons = actions(*then, *shown)
    return Said(
        text=text_,
        blocks=(section(text_), changed, *hint_blocks(hints, f"router mend {router.handle}"), section(use), buttons),
    )


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save, role=Role.ADMIN),)
TOOLS = (Tool(action_id=_DRY_RUN, opens="Dry run", use=_dry_run, role=Role.ADMIN),)
