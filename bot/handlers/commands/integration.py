"""`/pagertree integration`: who sends alerts, and where to."""

from collections.abc import Iterable, Iterator

from bot.engine.directory import Directory
from bot.engine.model import Integration, Role
from bot.errors import Invalid, Problem
from bot.handlers import configured_objects, payload_rows, versions
from bot.handlers.addresses import instructions
from bot.handlers.buttons import run
from bot.handlers.configured_objects import switching
from bot.handlers.lists import PAGE_OPTION, SEARCH, SORT_OPTION, page_of, searched
from bot.handlers.lookup import pick, say_receivers
from bot.handlers.modals.example import ask_to_send
from bot.handlers.modals.integration import edit_integration, new_integration
from bot.handlers.modals.saving import open_object
from bot.handlers.renaming import handle_command
from bot.handlers.table import Argument, Arguments, Command, CommandOption, Noun, Said
from bot.handlers.visit import Visit
from bot.ports import Log, LogState, Situation
from bot.service import ignored_events, notices, refusals
from bot.service.payload_search import Wanted
from bot.slack.blocks import Block, actions, code, context, line, section, when
from bot.slack.forms import Form

_INTEGRATION = Argument(name="integration")
_LOG = Argument(name="payload")
_STATE = CommandOption(name="state", value="state", summary=", ".join(LogState))
_LOOKED_AT = 20  # payloads, for what was heard last and what was ignored
_PART_OPTION = CommandOption(name="part", value="number", summary="which part of a long payload")


def _add(visit: Visit, _arguments: Arguments) -> Form:
    return new_integration(visit.directory(), visit.ports.sources)


def _facts(visit: Visit, integration: Integration, directory: Directory) -> str:
    source = visit.ports.sources.get(integration.type)
    facts = (
        line(source.TITLE if source else integration.type),
        f"{integration.urgency} urgency",
        f"to {line(say_receivers(directory, integration.destinations), 300)}",
        *(() if integration.enabled else ("*disabled*: what it sends is refused",)),
    )
    return f"*{line(integration.name, 100)}* {code(integration.handle)}\n{' · '.join(facts)}"


def _show(visit: Visit, arguments: Arguments) -> Said:
    with visit.ports.store.begin() as uow:
        directory = uow.directory()
        integration = pick(directory, Integration, arguments.words[_INTEGRATION.name])
        logs = uow.logs(integration.id, limit=_LOOKED_AT)
        refused = uow.live_alerts(integration.id, refusals.KEYS).values()
    latest = next((log for log in logs if not notices.is_notice(log)), None)
    heard = f"Last payload {when(latest.at)}, answered {latest.answered}." if latest else "Nothing was received yet."
    facts = section(_facts(visit, integration, directory))
    told = (*_refused(refused), *_ignored(visit, integration, logs), *_silence(visit, integration, directory))
    blocks = (facts, context(heard), *told, *_for_admins(visit, integration))
    return Said(text=f"Integration {line(integration.name, 100)}", blocks=blocks)


def _refused(found: Iterable[Situation]) -> Iterator[Block]:
    """Say that payloads are refused, while that goes on."""
    for alert in (each.alert for each in found):
        said = f"🚫 *Payloads are refused* since {when(alert.created_at)}: {line(alert.title, 200)}"
        yield section(said, run("Show", f"alert show {alert.number}"))


def _ignored(visit: Visit, integration: Integration, logs: Iterable[Log]) -> Iterator[Block]:
    """Say which kinds of events its type has no use for, once some came."""
    said = ignored_events.say_kinds(visit.ports.sources.get(integration.type), logs)
    if said:
        yield context(line(said, 600))


def _silence(visit: Visit, integration: Integration, directory: Directory) -> Iterator[Block]:
    """Say that it alerts nobody, while that is so."""
    if window := directory.in_maintenance(integration.id, visit.now):
        said = f"⏸️ In maintenance: what it sends alerts nobody. *{line(window.name, 100)}*"
        yield section(said, run("Show", f"maintenance show {window.handle}"))


def _for_admins(visit: Visit, integration: Integration) -> Iterator[Block]:
    heard = (
        run("Payloads", f"integration logs {integration.handle}"),
        run("Why is it quiet?", f"why {integration.handle}"),
    )
    if visit.user.role is not Role.ADMIN:
        yield context("Its address is a secret: admins see it here.")
        yield actions(*heard)
        return
    yield from instructions(visit, integration)
    turned = "disable" if integration.enabled else "enable"
    yield actions(
        *heard,
        run("Edit", f"integration edit {integration.handle}"),
        run(turned.title(), f"integration {turned} {integration.handle}"),
        run("Send an example", f"integration test {integration.handle}"),
        run("Delete", f"integration delete {integration.handle}"),
    )


def _logs(visit: Visit, arguments: Arguments) -> Said:
    integration = pick(visit.directory(), Integration, arguments.words[_INTEGRATION.name])
    typed = arguments.options.get("state", "").lower()
    if typed and typed not in set(LogState):
        raise Invalid([Problem(message=f"“{typed[:30]}” is no state.", mend=f"There are {', '.join(LogState)}.")])
    states = (LogState(typed),) if typed else ()
    wanted = Wanted(integration_id=integration.id, text=searched(arguments), states=states)
    return payload_rows.listed(visit, integration, wanted, page_of(arguments))


def _log(visit: Visit, arguments: Arguments) -> Said:
    part = page_of(Arguments(options={"page": arguments.options.get("part", "1")}))
    return payload_rows.whole(visit, arguments.words[_LOG.name].text, part)


def _test(visit: Visit, arguments: Arguments) -> Form:
    return ask_to_send(visit, pick(visit.directory(), Integration, arguments.words[_INTEGRATION.name]))


def _edit(visit: Visit, arguments: Arguments) -> Form:
    found, seen = open_object(visit, Integration, arguments.words[_INTEGRATION.name])
    return edit_integration(visit, found, seen)


_EMPTY = "There are no integrations yet. An integration is an address that a monitoring system sends its alerts to."

NOUN = Noun(
    name="integration",
    summary="Who sends alerts, and where they go.",
    commands=(
        Command(
            verb="add",
            summary="Make an integration and get its address.",
            run=_add,
            role=Role.ADMIN,
            opens="New integration",
        ),
        Command(
            verb="list",
            summary="List the integrations.",
            run=configured_objects.listing(Integration, "Integrations", _EMPTY, _facts),
            arguments=(SEARCH,),
            options=(SORT_OPTION, PAGE_OPTION),
        ),
        Command(
            verb="show",
            summary="Show an integration; to admins with its address and a line to try it with.",
            run=_show,
            arguments=(_INTEGRATION,),
            example="integration show prometheus-production",
        ),
        Command(
            verb="logs",
            summary="List what was sent to an integration, newest first, or find it by words.",
            run=_logs,
            arguments=(_INTEGRATION, SEARCH),
            options=(_STATE, PAGE_OPTION),
            example="integration logs prometheus-production --state refused",
        ),
        Command(
            verb="log",
            summary="Show a payload in full: what was sent, without secrets, and what was answered.",
            run=_log,
            arguments=(_LOG,),
            options=(_PART_OPTION,),
        ),
        Command(
            verb="test",
            summary="Send an example as its sender would, after showing whom it pages.",
            run=_test,
            arguments=(_INTEGRATION,),
            role=Role.ADMIN,
            opens="Send an example",
        ),
        *versions.commands(Integration, _INTEGRATION.name),
        Command(
            verb="edit",
            summary="Change an integration.",
            run=_edit,
            arguments=(_INTEGRATION,),
            role=Role.ADMIN,
            opens="Edit integration",
        ),
        Command(
            verb="enable",
            summary="Take what an integration sends.",
            run=switching(Integration, True, "is enabled"),
            arguments=(_INTEGRATION,),
            role=Role.ADMIN,
        ),
        Command(
            verb="disable",
            summary="Refuse what an integration sends.",
            run=switching(Integration, False, "is disabled: what it sends is refused"),
            arguments=(_INTEGRATION,),
            role=Role.ADMIN,
        ),
        handle_command(Integration),
        Command(
            verb="delete",
            summary="Delete an integration, after asking.",
            run=configured_objects.deleting(Integration),
            arguments=(_INTEGRATION,),
            role=Role.ADMIN,
            opens="Delete integration",
        ),
    ),
)
