"""`/pagertree router`: the rules that decide where alerts go."""

from collections.abc import Iterator

from bot.engine.directory import Directory, name_of
from bot.engine.model import Role, Router
from bot.engine.rules.routers import read_router
from bot.errors import Invalid
from bot.handlers import configured_objects, versions
from bot.handlers.buttons import run
from bot.handlers.configured_objects import switching
from bot.handlers.lists import PAGE_OPTION, SEARCH, SORT_OPTION, page_of, text_page
from bot.handlers.lookup import pick, say_receivers
from bot.handlers.modals.router import edit_router, hint_blocks, new_router
from bot.handlers.modals.saving import open_object
from bot.handlers.renaming import handle_command
from bot.handlers.replacing import replace_command
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.service import lint, router_tests
from bot.slack.blocks import Block, actions, code, context, line, listing, section, when
from bot.slack.files import send_file
from bot.slack.forms import Form

_ROUTER = Argument(name="router")


def _add(visit: Visit, _arguments: Arguments) -> Form:
    return new_router(visit)


def _facts(_visit: Visit, router: Router, directory: Directory) -> str:
    facts = [*_rules(router), f"otherwise {line(_default(router, directory), 100)}", *_off(router)]
    return f"*{line(router.name, 100)}* {code(f'router:{router.handle}')}\n{' · '.join(facts)}"


def _rules(router: Router) -> Iterator[str]:
    try:
        count = len(read_router(router.yaml).rules)
        yield f"{count} rule{'' if count == 1 else 's'}"
    except Invalid:
        yield "rules that cannot be read"


def _default(router: Router, directory: Directory) -> str:
    return say_receivers(directory, (router.default_destination,) if router.default_destination else ())


def _off(router: Router) -> tuple[str, ...]:
    return () if router.enabled else ("*disabled*: everything goes to the default destination",)


def _show(visit: Visit, arguments: Arguments) -> Said:
    with visit.ports.store.begin() as uow:
        directory = uow.directory()
        router = pick(directory, Router, arguments.words[_ROUTER.name])
        latest = next(iter(uow.revisions(router.id, limit=1)), None)
    saved = (
        f"Version {latest.version}, {when(latest.at)} by {line(name_of(latest.author, directory), 80)}"
        if latest
        else "–"
    )
    page = page_of(arguments)
    return Said(
        text=f"Router {line(router.name, 100)}",
        blocks=(
            section(_facts(visit, router, directory)),
            *text_page(router.yaml, page, f"router show {router.handle}"),
            *(_doubts(visit, router) if page == 1 else ()),
            context(saved),
            *_verbs(visit, router),
        ),
    )


def _download(visit: Visit, arguments: Arguments) -> Said:
    router = pick(visit.directory(), Router, arguments.words[_ROUTER.name])
    said = f"The rules of router {line(router.name, 100)}, {_lines(router.yaml)}."
    send_file(visit.slack, visit.user.slack_id or "", f"{router.handle}.yaml", router.yaml, said)
    file = code(f"{router.handle}.yaml")
    text = f"The rules of *{line(router.name, 100)}* are in your messages with the bot, as {file}."
    back = "Change them there, and upload them with the form."
    edit = [actions(run("Edit", f"router edit {router.handle}"))] if visit.user.role is Role.ADMIN else []
    return Said(text=text, blocks=(section(f"{text} {back if edit else ''}".strip()), *edit))


def _lines(text: str) -> str:
    count = len(text.splitlines())
    return f"{count} line{'' if count == 1 else 's'}"


def _doubts(visit: Visit, router: Router) -> Iterator[Block]:
    """What is wrong with a router as things stand now, and what looks like a mistake."""
    try:
        yield from hint_blocks(lint.hints_for(visit.ports, router))
    except Invalid as invalid:
        said = "\n".join(f"• {line(str(each), 300)}" for each in invalid.problems[:8])
        yield section(f"⚠️ *It could not be saved like this any more*\n{said}")


def _test(visit: Visit, arguments: Arguments) -> Said:
    directory = visit.directory()
    router = pick(directory, Router, arguments.words[_ROUTER.name])
    ran = router_tests.run_tests(router, directory)
    name = line(router.name, 100)
    if not ran:
        example = listing(_EXAMPLE_TEST)
        said = f"*{name}* has no tests. Write some below its rules; they run at every save:"
        return Said(text=f"{name} has no tests.", blocks=(section(said), section(example)))
    failed = [each for each in ran if each.failures]
    said = f"*{name}*: {len(ran) - len(failed)} of {len(ran)} tests pass."
    rows = [
        f"{'❌' if each.failures else '✅'} {line('; '.join((each.name, *each.failures)), 400)}" for each in ran[:40]
    ]
    return Said(
        text=said, blocks=(section(said), *(section("\n".join(rows[at : at + 5])) for at in range(0, len(rows), 5)))
    )


_EXAMPLE_TEST = """tests:
  - name: critical alerts page payments
    payload: {title: disk full, urgency: critical}
    expect: {receiver: team:payments}
"""


def _verbs(visit: Visit, router: Router) -> Iterator[Block]:
    if visit.user.role is Role.ADMIN:
        turned = "disable" if router.enabled else "enable"
        yield actions(
            run("Edit and dry run", f"router edit {router.handle}"),
            run("Versions", f"router history {router.handle}"),
            run("Run its tests", f"router test {router.handle}"),
            run("Download", f"router download {router.handle}"),
            run(turned.title(), f"router {turned} {router.handle}"),
            run("Delete", f"router delete {router.handle}"),
        )


def _edit(visit: Visit, arguments: Arguments) -> Form:
    router, seen = open_object(visit, Router, arguments.words[_ROUTER.name])
    return edit_router(visit, router, seen)


_EMPTY = (
    "There are no routers yet. A router decides by rules where an integration's alerts go; without one they "
    "go straight to the integration's destinations."
)

NOUN = Noun(
    name="router",
    summary="Rules that decide where alerts go.",
    commands=(
        Command(verb="add", summary="Make a router.", run=_add, role=Role.ADMIN, opens="New router"),
        Command(
            verb="list",
            summary="List the routers.",
            run=configured_objects.listing(Router, "Routers", _EMPTY, _facts),
            arguments=(SEARCH,),
            options=(SORT_OPTION, PAGE_OPTION),
        ),
        Command(
            verb="show",
            summary="Show a router's rules.",
            run=_show,
            arguments=(_ROUTER,),
            options=(PAGE_OPTION,),
            example="router show dev-alerts",
        ),
        Command(
            verb="download",
            summary="Send a router's rules to you as a file.",
            run=_download,
            arguments=(_ROUTER,),
            example="router download dev-alerts",
        ),
        Command(
            verb="edit",
            summary="Change a router.",
            run=_edit,
            arguments=(_ROUTER,),
            role=Role.ADMIN,
            opens="Edit router",
        ),
        Command(
            verb="test",
            summary="Run the tests that a router brings along.",
            run=_test,
            arguments=(_ROUTER,),
        ),
        *versions.commands(Router, _ROUTER.name),
        Command(
            verb="enable",
            summary="Have a router's rules used.",
            run=switching(Router, True, "is enabled"),
            arguments=(_ROUTER,),
            role=Role.ADMIN,
        ),
        Command(
            verb="disable",
            summary="Send everything to a router's default destination.",
            run=switching(Router, False, "is disabled: everything goes to its default destination"),
            arguments=(_ROUTER,),
            role=Role.ADMIN,
        ),
        handle_command(Router),
        replace_command(Router),
        Command(
            verb="delete",
            summary="Delete a router, after asking.",
            run=configured_objects.deleting(Router),
            arguments=(_ROUTER,),
            role=Role.ADMIN,
            opens="Delete router",
        ),
    ),
)
