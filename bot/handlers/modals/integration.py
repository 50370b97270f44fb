"""The form of an integration: type, name, urgency, destinations, and the options of its type."""

from collections.abc import Iterator, Mapping, Sequence

from bot import ids
from bot.channels.blocks import Block, context, line, section
from bot.channels.forms import Choice, Form, input_block, menu, multi_menu, text
from bot.engine.directory import Directory
from bot.engine.model import Integration, Role, Urgency
from bot.errors import Invalid, Problem
from bot.handlers.addresses import instructions
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.saving import ID, SEEN, handle_of, save
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.ports import Option, Source

_FORM, _TYPE, _NAME, _URGENCY, _DESTINATIONS = "integration", "type", "name", "urgency", "destinations"
_OPTION = "option."
_LONGEST_NAME = 100
_YES_NO = (Choice(value="yes", label="Yes"), Choice(value="no", label="No"))


def new_integration(directory: Directory, sources: Mapping[str, Source]) -> Form:
    """An empty form."""
    kind = menu(menus.SOURCE, menus.sources(sources), placeholder="Who sends the alerts")
    empty = Integration(id=ids.new("int"), name="", handle="", type="", key="")
    return _form(empty, 0, directory, [input_block(_TYPE, "Type", kind)])


def edit_integration(integration: Integration, seen: int, directory: Directory, source: Source | None) -> Form:
    """The form of an integration as it is. Its type stays; secrets are not shown, and stay when nothing is typed."""
    title = source.TITLE if source else integration.type
    options = [_option_input(option, integration) for option in (source.OPTIONS if source else ())]
    return _form(integration, seen, directory, [context(f"Type: {line(title)}")], options)


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
    element = text("" if option.secret else str(now)[:3_000])
    return input_block(f"{_OPTION}{option.name}", label, element, hint=hint, optional=True)


def _save(visit: Visit, filled: Filled) -> Saved:
    directory, object_id = visit.directory(), filled.notes[ID]
    known = directory.integrations.get(object_id)
    kind = filled.choice(_TYPE) or (known.type if known else "")
    source = visit.ports.sources.get(kind)
    integration = Integration(
        id=object_id,
        name=filled.text(_NAME),
        handle=handle_of(directory, Integration, object_id, filled.text(_NAME)),
        type=kind,
        key=known.key if known else ids.secret(),
        urgency=Urgency(filled.choice(_URGENCY)),
        destinations=tuple(menus.read_receiver(value) for value in filled.choices(_DESTINATIONS)),
        enabled=known.enabled if known else True,
        options=dict(_options(filled, source, known.options if known else {})),
        title_template=known.title_template if known else "",
        description_template=known.description_template if known else "",
        rules=known.rules if known else "",
    )
    save(visit, [(integration, int(filled.notes[SEEN]))])
    text_ = f"Integration *{line(integration.name, 100)}* is saved."
    return Saved(title="Saved", said=Said(text=text_, blocks=(section(text_), *instructions(visit, integration))))


def _options(filled: Filled, source: Source | None, known: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The options as they were filled in; what the form did not ask for stays as it is."""
    asked = {option.name: option for option in (source.OPTIONS if source else ())}
    yield from ((name, value) for name, value in known.items() if name not in asked)
    for name, option in asked.items():
        block = f"{_OPTION}{name}"
        value = _read_option(filled, block, option) if block in filled.state else known.get(name, option.default)
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


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save, role=Role.ADMIN),)
