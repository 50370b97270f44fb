"""`/pagertree automation`: the requests that a router can have made."""

from bot.engine.directory import Directory
from bot.engine.intake.automation_requests import Outgoing, outgoing
from bot.engine.model import Automation, Role
from bot.errors import NotFound
from bot.handlers import configured_objects
from bot.handlers.buttons import run
from bot.handlers.lists import PAGE_OPTION, SEARCH, SORT_OPTION
from bot.handlers.lookup import pick
from bot.handlers.modals.automation import edit_automation, new_automation
from bot.handlers.modals.saving import open_object
from bot.handlers.renaming import handle_command
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.ports import AlertFilter
from bot.service.log_material import material_for
from bot.service.masking import MASK, mask_text
from bot.service.references import references_to
from bot.slack.blocks import Block, actions, code, context, line, listing, section
from bot.slack.forms import Form

_AUTOMATION = Argument(name="automation")


def _add(_visit: Visit, _arguments: Arguments) -> Form:
    return new_automation()


def _facts(_visit: Visit, automation: Automation, _directory: Directory) -> str:
    handle = code(f"automation:{automation.handle}")
    return (
        f"*{line(automation.name, 100)}* {handle}\n{automation.method.upper()} {code(mask_text(automation.url), 300)}"
    )


def _show(visit: Visit, arguments: Arguments) -> Said:
    directory = visit.directory()
    automation = pick(directory, Automation, arguments.words[_AUTOMATION.name])
    headers = "\n".join(f"{name}: {MASK}" for name in automation.headers)
    sent = [section(f"*Headers* (values are not shown)\n{listing(headers)}")] if headers else []
    sent += [section(f"*Body*\n{listing(automation.body)}")] if automation.body else []
    asks = "with a user name and password" if automation.auth and automation.auth.user else "with a bearer token"
    uses = ", ".join(map(str, references_to(directory, automation.id))) or "nothing"
    again = "It may be made twice." if automation.repeats else "What may have been taken is not made again."
    facts = context(f"Sent {asks if automation.auth else 'without credentials'}. {again} Used by {line(uses, 500)}.")
    said = f"Automation {line(automation.name, 100)}"
    return Said(
        text=said, blocks=(section(_facts(visit, automation, directory)), *sent, facts, *_verbs(visit, automation))
    )


def _verbs(visit: Visit, automation: Automation) -> tuple[Block, ...]:
    if visit.user.role is not Role.ADMIN:
        return ()
    buttons = (
        run("Edit", f"automation edit {automation.handle}"),
        run("Try it dry", f"automation test {automation.handle}"),
        run("Delete", f"automation delete {automation.handle}"),
    )
    return (actions(*buttons),)


def _test(visit: Visit, arguments: Arguments) -> Said:
    """Render the request for the newest alert, say what would stop it, and send nothing."""
    with visit.ports.store.begin() as uow:
        directory = uow.directory()
        automation = pick(directory, Automation, arguments.words[_AUTOMATION.name])
        newest = next(iter(uow.alerts(AlertFilter(limit=1))), None)
        if newest is None:
            raise NotFound("There is no alert yet to try it with.")
        request = outgoing(automation, newest, material_for(visit.ports, uow, newest), directory, visit.now)
    said = f"What *{line(automation.name, 100)}* would send for #{newest.number}. Nothing was sent."
    return Said(text=said, blocks=(section(said), section(listing(_request(request))), _judgement(visit, request)))


def _judgement(visit: Visit, request: Outgoing) -> Block:
    """What the guard says of the request: it is the one that the real one goes through."""
    if visit.ports.requester is None:
        return section("⚠️ It would not be sent: automations are not set up here.")
    objection = visit.ports.requester.objection(request)
    if objection:
        return section(f"⚠️ It would not be sent: {line(objection, 500)}.")
    return context("Nothing stands against sending it. Where it is redirected to is judged when that happens.")


def _request(request: Outgoing) -> str:
    headers = [f"{name}: {value if name == 'Content-Type' else MASK}" for name, value in request.headers.items()]
    return "\n".join([f"{request.method} {request.url}", *headers, "", request.body.decode(errors="replace")])


def _edit(visit: Visit, arguments: Arguments) -> Form:
    return edit_automation(*open_object(visit, Automation, arguments.words[_AUTOMATION.name]))


_EMPTY = (
    "There are no automations yet. An automation is a request that a router's rule has made, for example to "
    "restart a job."
)

NOUN = Noun(
    name="automation",
    summary="Requests that a router's rule has made, once for an alert.",
    commands=(
        Command(verb="add", summary="Make an automation.", run=_add, role=Role.ADMIN, opens="New automation"),
        Command(
            verb="list",
            summary="List the automations.",
            run=configured_objects.listing(Automation, "Automations", _EMPTY, _facts),
            arguments=(SEARCH,),
            options=(SORT_OPTION, PAGE_OPTION),
        ),
        Command(verb="show", summary="Show an automation, without its secrets.", run=_show, arguments=(_AUTOMATION,)),
        Command(
            verb="test",
            summary="Show what would be sent for the newest alert, and send nothing.",
            run=_test,
            arguments=(_AUTOMATION,),
            role=Role.ADMIN,
        ),
        Command(
            verb="edit",
            summary="Change an automation.",
            run=_edit,
            arguments=(_AUTOMATION,),
            role=Role.ADMIN,
            opens="Edit automation",
        ),
        handle_command(Automation),
        Command(
            verb="delete",
            summary="Delete an automation, after asking.",
            run=configured_objects.deleting(Automation),
            arguments=(_AUTOMATION,),
            role=Role.ADMIN,
            opens="Delete automation",
        ),
    ),
)
