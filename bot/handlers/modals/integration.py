"""The form of an integration: type, name, urgency, destinations, and the options of its type."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot import ids
from bot.engine.directory import Directory
from bot.engine.durations import read_duration, write_duration
from bot.engine.model import Integration, Role, Router, Team, Urgency
from bot.errors import Invalid, Problem
from bot.handlers.addresses import instructions
from bot.handlers.buttons import run
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.dry_run import trial_inputs
from bot.handlers.modals.preview import impossible, preview
from bot.handlers.modals.saving import ID, SEEN, edited, handle_of, save
from bot.handlers.modals.texts import read_text, relocate, text_blocks, text_inputs
from bot.handlers.renaming import offered
from bot.handlers.table import Modal, Said, Saved, Tool
from bot.handlers.visit import Visit
from bot.ports import Option, Source
from bot.slack.blocks import Block, actions, context, line, section
from bot.slack.forms import Choice, Form, input_block, lines, menu, multi_menu, text
from bot.sources import ready

_FORM, _TYPE, _NAME, _URGENCY, _DESTINATIONS = "integration", "type", "name", "urgency", "destinations"
_OPTION = "option."
_TITLE, _DESCRIPTION, _RULES = "title_template", "description_template", "rules"
_GATHER, _RESOLVE, _KEEP = "auto_aggregate", "auto_resolve", "keeps_first"
_PREVIEW = "integration.preview"
_LONGEST_TEMPLATE = 3_000
_EXAMPLE = "rules:\n  - number: 1\n    match: {data.env: staging}\n    set: {urgency: low, tags: [staging]}"
_RULES_HINT = "All that match apply, in ascending number; what one has set stays."
_LONGEST_NAME = 100
_WORDS = (Choice(value="newest", label="What was said last"), Choice(value="first", label="What was said first"))
_FIELDS = (_NAME, _URGENCY, _DESTINATIONS, _TITLE, _DESCRIPTION, _GATHER, _RESOLVE, _KEEP)
_PLACES: Mapping[str, Sequence[str]] = {each: (each,) for each in _FIELDS}  # each input is called like its field
_YES_NO = (Choice(value="yes", label="Yes"), Choice(value="no", label="No"))


def new_integration(directory: Directory, sources: Mapping[str, Source]) -> Form:
    """A form with nothing but the likely destination."""
    kind = menu(menus.SOURCE, menus.sources(sources), placeholder="Who sends the alerts")
    to = menus.likely(directory, Router, Team)
    empty = Integration(id=ids.new("int"), name="", handle="", type="", key="", destinations=to)
    return _form(empty, 0, directory, [input_block(_TYPE, "Type", kind)])


def edit_integration(visit: Visit, integration: Integration, seen: int) -> Form:
    """The form of an integration as it is. Its type stays; secrets are not shown, and stay when nothing is typed."""
    source = visit.ports.sources.get(integration.type)
    title = source.TITLE if source else integration.type
    options = [_option_input(option, integration) for option in (source.OPTIONS if source else ())]
    last = (*options, *_times(integration), *_wording(integration), *trial_inputs(visit, _PREVIEW, "Preview"))
    return _form(integration, seen, visit.directory(), [context(f"Type: {line(title)}")], last)


def _times(integration: Integration) -> Iterator[Block]:
    """What is done to its alerts by the clock."""
    gathered = "Later ones become part of the first, and page only if they are more urgent. Nothing: each for itself."
    yield _time_input(_GATHER, "Gather alerts with the same title for", integration.auto_aggregate, gathered)
    resolved = "Counted from when the alert was made, whoever has it. Nothing: never."
    yield _time_input(_RESOLVE, "Resolve alerts by themselves after", integration.auto_resolve, resolved)
    kept = menu(_KEEP, _WORDS, "first" if integration.keeps_first else "newest")
    yield input_block(_KEEP, "When it is reported again, an alert says", kept)


def _time_input(name: str, label: str, now: timedelta | None, hint: str) -> Block:
    return input_block(name, label, text(write_duration(now) if now else "", "15m"), hint=hint, optional=True)


def _wording(integration: Integration) -> Iterator[Block]:
    """Templates and rules."""
    title, description = integration.title_template, integration.description_template
    yield from _template_input(_TITLE, "Title template", title, "[{{data.region}}] {{data.name}}")
    yield from _template_input(_DESCRIPTION, "Description template", description, "{{json data}}")
    yield from text_inputs(_RULES, "Rules (YAML)", integration.rules, _EXAMPLE, _RULES_HINT)


def _template_input(name: str, label: str, template: str, example: str) -> Iterator[Block]:
    if len(template) > _LONGEST_TEMPLATE:
        yield context(f"The {label.lower()} has {len(template)} characters, too many for this form. It stays as it is.")
        return
    yield input_block(name, label, lines(template, example), hint="Without one, the type's own words.", optional=True)


def _form(
    integration: Integration, seen: int, directory: Directory, first: Sequence[Block], last: Sequence[Block] = ()
) -> Form:
    chosen = [str(each) for each in integration.destinations]
    to = multi_menu(menus.DESTINATION, menus.destinations(directory), chosen, "Teams, people, schedules or routers")
    return Form(
        title="Edit integration" if seen else "New integration",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: integration.id, SEEN: str(seen)},
        blocks=(
            *first,
            input_block(_NAME, "Name", text(integration.name, "Prometheus production", _LONGEST_NAME)),
            input_block(
                _URGENCY,
                "Urgency",
                menu("urgency", menus.URGENCIES, integration.urgency),
                hint="How loudly its alerts page, unless the sender says otherwise.",
            ),
            input_block(_DESTINATIONS, "Destinations", to),
            *last,
        ),
    )


def _option_input(option: Option, integration: Integration) -> Block:
    label, now = option.label or option.name, integration.options.get(option.name, option.default)
    if isinstance(option.default, bool):
        element = menu(f"{_OPTION}{option.name}", _YES_NO, "yes" if now else "no")
        return input_block(f"{_OPTION}{option.name}", label, element)
    hint = "It is set, and not shown. What you type replaces it." if option.secret and now else ""
    initial = "" if option.secret else str(now)
    if option.long and len(initial) > _LONGEST_TEMPLATE:
        return context(f"{line(label)} has {len(initial)} characters, too many for this form. It stays as it is.")
    element = lines(initial) if option.long else text(initial[:_LONGEST_TEMPLATE])
    return input_block(f"{_OPTION}{option.name}", label, element, hint=hint, optional=True)


def _read(visit: Visit, filled: Filled) -> Integration:
    directory, object_id = visit.directory(), filled.notes[ID]
    known = directory.integrations.get(object_id)
    kind = filled.choice(_TYPE) or filled.notes.get(_TYPE) or (known.type if known else "")
    definition = ready.chosen(kind)
    kind = ready.TYPE if definition else kind
    preset = ready.settings(definition) if definition else {}
    source = visit.ports.sources.get(kind)
    read = Integration(
        id=object_id,
        name=filled.text(_NAME),
        handle=handle_of(directory, Integration, object_id, filled.text(_NAME)),
        type=kind,
        key=known.key if known else ids.secret(),
        urgency=Urgency(filled.choice(_URGENCY)),
        destinations=tuple(menus.read_receiver(value) for value in filled.choices(_DESTINATIONS)),
        options=dict(_options(filled, source, known.options if known else preset)),
        title_template=filled.typed(_TITLE),
        description_template=filled.typed(_DESCRIPTION),
        rules=read_text(visit, filled, _RULES),
        auto_aggregate=_read_time(filled, _GATHER),
        auto_resolve=_read_time(filled, _RESOLVE),
        keeps_first=filled.choice(_KEEP) == "first",
    )
    asked = [each for each in filled.state if each.startswith(_OPTION)]
    return edited(filled, known, read, {**_PLACES, "options": asked, _RULES: text_blocks(_RULES)})


def _read_time(filled: Filled, name: str) -> timedelta | None:
    """The time that was typed; None for none."""
    typed = filled.text(name)
    try:
        return read_duration(typed) if typed else None
    except Invalid as invalid:
        raise Invalid(replace(each, where=(name,)) for each in invalid.problems) from invalid


def _save(visit: Visit, filled: Filled) -> Saved | Form:
    integration = _read(visit, filled)
    before = visit.directory().integrations.get(integration.id)
    try:
        save(visit, [(integration, int(filled.notes[SEEN]))])
    except Invalid as invalid:
        if asked := _ask_options(visit, filled, integration, invalid.problems):
            return asked
        raise relocate(map(_moved, invalid.problems), filled, _RULES) from invalid
    text_ = f"Integration *{line(integration.name, 100)}* is saved."
    test = actions(run("Send an example", f"integration test {integration.handle}"))
    definition = ready.chosen(filled.choice(_TYPE))
    blocks = (section(text_), *instructions(visit, integration, definition), *offered(visit, before, integration), test)
    return Saved(title="Saved", said=Said(text=text_, blocks=blocks))


def _options(filled: Filled, source: Source | None, known: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The options as they were filled in; what the form did not ask for stays as it is."""
    asked = {option.name: option for option in (source.OPTIONS if source else ())}
    yield from ((name, value) for name, value in known.items() if name not in asked)
    for name, option in asked.items():
        block = f"{_OPTION}{name}"
        if not filled.touched(block):
            yield from [(name, known[name])] if name in known else []
            continue
        value = _read_option(filled, block, option)
        kept = known.get(name, option.default) if option.secret and not value else value
        if kept != option.default:
            yield name, kept


def _read_option(filled: Filled, block: str, option: Option) -> str | int | bool:
    if isinstance(option.default, bool):
        return filled.choice(block) == "yes"
    typed = filled.text(block)
    if not isinstance(option.default, int):
        return typed
    if not typed:
        return option.default
    if not typed.lstrip("-").isdecimal():
        raise Invalid([Problem(message=f"“{typed[:40]}” is not a whole number.", where=(block,))])
    return int(typed)


def _ask_options(visit: Visit, filled: Filled, integration: Integration, problems: Sequence[Problem]) -> Form | None:
    """The form once more, with the options of the type, when it is new and cannot do without them."""
    source = visit.ports.sources.get(integration.type)
    asked = any(block.startswith(_OPTION) for block in filled.state)
    if asked or source is None or not all(each.where[:1] == ("options",) for each in problems):
        return None
    options = [_option_input(option, integration) for option in source.OPTIONS]
    told = [
        context(f"Type: {line(source.TITLE)}"),
        section(f"*{line(source.TITLE)}* needs these, at the end of the form:"),
    ]
    form = _form(integration, 0, visit.directory(), told, options)
    return replace(form, notes={**form.notes, _TYPE: integration.type})


def _moved(problem: Problem) -> Problem:
    """A problem of an option goes under that option's own input."""
    if problem.where[:1] == ("options",) and len(problem.where) > 1:
        return replace(problem, where=(f"{_OPTION}{problem.where[1]}",))
    return problem


# --- Trying it ----------------------------------------------------------------------------------------------------


def _preview(visit: Visit, filled: Filled) -> Form:
    try:
        integration = _read(visit, filled)
    except Invalid as invalid:
        return impossible(invalid)
    return preview(visit, integration, filled)


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save, role=Role.ADMIN),)
TOOLS = (Tool(action_id=_PREVIEW, opens="Preview", use=_preview, role=Role.ADMIN),)
