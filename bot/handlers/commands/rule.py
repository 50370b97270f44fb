"""`/pagertree rule`: how people want to be paged."""

from collections.abc import Iterator
from dataclasses import replace

from bot.engine.directory import Directory
from bot.engine.model import NotificationRule, Role, User
from bot.errors import Invalid, Refused
from bot.handlers import configured_objects, versions
from bot.handlers.buttons import run
from bot.handlers.grammar import WordKind
from bot.handlers.lists import PAGE_OPTION, SEARCH, SORT_OPTION
from bot.handlers.lookup import pick, recognised
from bot.handlers.modals.deletion import ask_to_delete
from bot.handlers.modals.router import hint_blocks
from bot.handlers.modals.rule import edit_rule, new_rule
from bot.handlers.modals.saving import open_object, save
from bot.handlers.modals.texts import split
from bot.handlers.own_overview import warnings
from bot.handlers.permits import admit_to_rule, may_change_rule
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit, admit
from bot.service import lint
from bot.service.rule_news import take_newest
from bot.slack.blocks import Block, actions, code, context, line, listing, section
from bot.slack.forms import Form

_RULE = Argument(name="rule")
_PERSON = Argument(name="person", required=False)
_SHOWN_PARTS = 3


def _add(visit: Visit, _arguments: Arguments) -> Form:
    return new_rule(visit)


def _facts(visit: Visit, rule: NotificationRule, directory: Directory) -> str:
    users = [each.name for each in directory.users.values() if each.notification_rule_id == rule.id]
    mine = _say_mine(visit, rule, directory)
    off = " · *disabled*: its users are paged on their default channels" if not rule.enabled else ""
    used = f"used by {line(', '.join(users[:5]), 200)}" if users else "used by nobody"
    more = f" and {len(users) - 5} more" if len(users) > 5 else ""
    return f"*{line(rule.name, 100)}* {code(rule.handle)}\n{mine}{used}{more}{off}"


def _say_mine(visit: Visit, rule: NotificationRule, directory: Directory) -> str:
    """Whether the person is paged by it, and by which version where that is not the newest."""
    if visit.user.notification_rule_id != rule.id:
        return ""
    kept = visit.user.kept_rule
    newest = directory.versions.get(rule.id, 0)
    return f"*you are paged by version {kept.version}; this is version {newest}* · " if kept else "yours · "


def _show(visit: Visit, arguments: Arguments) -> Said:
    directory = visit.directory()
    rule = _picked(directory, arguments)
    parts = split(rule.yaml) or (rule.yaml,)
    shown = [section(listing(part)) for part in parts[:_SHOWN_PARTS]]
    more = [context(f"{len(parts) - _SHOWN_PARTS} more parts: edit shows all.")] if len(parts) > _SHOWN_PARTS else []
    blocks = (section(_facts(visit, rule, directory)), *shown, *more, *_doubts(visit, rule), _verbs(visit, rule))
    return Said(text=f"Notification rule {line(rule.name, 100)}", blocks=blocks)


def _picked(directory: Directory, arguments: Arguments) -> NotificationRule:
    word = arguments.words[_RULE.name]
    return pick(directory, NotificationRule, replace(word, text=word.text.removeprefix("rule:")))


def _doubts(visit: Visit, rule: NotificationRule) -> Iterator[Block]:
    try:
        yield from hint_blocks(lint.hints_for(visit.ports, rule))
    except Invalid as invalid:
        yield section("⚠️ It cannot be read any more: " + line(str(invalid.problems[0]), 500))


def _verbs(visit: Visit, rule: NotificationRule) -> Block:
    mine = visit.user.notification_rule_id == rule.id
    verb, label = ("detach", "Do not use it for me") if mine else ("attach", "Use it for my pages")
    kept = visit.user.kept_rule if mine else None
    take = [run("Take the new version", f"rule take {rule.handle}", "primary")] if kept else []
    look = [run("What is new", f"rule diff {rule.handle} {kept.version}")] if kept else []
    buttons = [*take, *look, run(label, f"rule {verb} {rule.handle}"), run("Versions", f"rule history {rule.handle}")]
    if may_change_rule(visit, rule.id):
        turned = "disable" if rule.enabled else "enable"
        buttons += [run(turned.title(), f"rule {turned} {rule.handle}")]
        buttons += [run("Edit and dry run", f"rule edit {rule.handle}"), run("Delete", f"rule delete {rule.handle}")]
    return actions(*buttons)


def _edit(visit: Visit, arguments: Arguments) -> Form:
    rule = _picked(visit.directory(), arguments)
    admit_to_rule(visit, rule.id)
    word = arguments.words[_RULE.name]
    return edit_rule(visit, *open_object(visit, NotificationRule, replace(word, text=rule.id)))


def _delete(visit: Visit, arguments: Arguments) -> Form:
    directory = visit.directory()
    rule = _picked(directory, arguments)
    admit_to_rule(visit, rule.id)
    return ask_to_delete(visit, rule)


def _attach(visit: Visit, arguments: Arguments) -> Said:
    rule = _picked(visit.directory(), arguments)
    user, whose = _put(visit, arguments, rule.id)
    said = f"*{line(rule.name, 100)}* decides how {whose} paged from now on."
    told = context(f"It is {line(user.name, 80)}'s notification rule.")
    hindered = [section(each) for each in warnings(visit, take_newest(user, rule.id))]
    return Said(text=said, blocks=(section(said), told, *(hindered if user.id == visit.user.id else [])))


def _take(visit: Visit, arguments: Arguments) -> Said:
    """Be paged by the newest version of the rule that one uses already."""
    rule = _picked(visit.directory(), arguments)
    if visit.user.notification_rule_id != rule.id:
        raise Refused(
            f"{rule.name} is not your notification rule: /pagertree rule attach {rule.handle} makes it yours."
        )
    if visit.user.kept_rule is None:
        return Said(text=f"You are paged by the newest version of *{line(rule.name, 100)}* already.")
    return _attach(visit, arguments)


def _switch(visit: Visit, arguments: Arguments, *, enabled: bool) -> Said:
    """Have the rule used, or not; others who use it keep their version."""
    rule = _picked(visit.directory(), arguments)
    admit_to_rule(visit, rule.id)
    word = replace(arguments.words[_RULE.name], text=rule.id)
    found, seen = open_object(visit, NotificationRule, word)
    save(visit, [(replace(found, enabled=enabled), seen)])
    said = f"*{line(rule.name, 100)}* is {'enabled' if enabled else 'disabled: default channels are used'}."
    others = "Others who use it are told, and keep their version until they take this one."
    back = "disable" if enabled else "enable"
    undo = run(back.title(), f"rule {back} {rule.handle}")
    return Said(text=said, blocks=(section(said, undo), context(others)))


def _enable(visit: Visit, arguments: Arguments) -> Said:
    return _switch(visit, arguments, enabled=True)


def _disable(visit: Visit, arguments: Arguments) -> Said:
    return _switch(visit, arguments, enabled=False)


def _detach(visit: Visit, arguments: Arguments) -> Said:
    rule = _picked(visit.directory(), arguments)
    user = _person(visit, arguments)
    if user.notification_rule_id != rule.id:
        raise Refused(f"{rule.name} is not the notification rule of {user.name}.")
    _, whose = _put(visit, arguments, None)
    said = f"Now {whose} paged on all default channels at once."
    return Said(text=said)


def _put(visit: Visit, arguments: Arguments, rule_id: str | None) -> tuple[User, str]:
    """Give somebody a rule, or none. For others than oneself, this is for admins."""
    user = _person(visit, arguments)
    if user.id != visit.user.id:
        admit(visit, Role.ADMIN)
    with visit.ports.store.begin() as uow:
        known, seen = uow.directory().users[user.id], uow.version_of(user.id)
    save(visit, [(replace(known, notification_rule_id=rule_id, kept_rule=None), seen)])
    return user, "you are" if user.id == visit.user.id else f"{line(user.name, 80)} is"


def _person(visit: Visit, arguments: Arguments) -> User:
    word = arguments.words.get(_PERSON.name)
    if word is None:
        return visit.user
    return recognised(visit, word) if word.kind is WordKind.PERSON else pick(visit.directory(), User, word)


_EMPTY = (
    "There are no notification rules yet: everybody is paged on all of their channels at once. A rule says "
    "what comes first, and what after how long."
)

NOUN = Noun(
    name="rule",
    summary="Notification rules: on which channels you are paged, and after how long on which others.",
    commands=(
        Command(verb="add", summary="Write a notification rule.", run=_add, opens="New rule"),
        Command(
            verb="list",
            summary="List the rules.",
            run=configured_objects.listing(NotificationRule, "Notification rules", _EMPTY, _facts, Role.MEMBER),
            arguments=(SEARCH,),
            options=(SORT_OPTION, PAGE_OPTION),
        ),
        Command(verb="show", summary="Show a rule and who uses it.", run=_show, arguments=(_RULE,)),
        Command(
            verb="edit",
            summary="Change a rule that you wrote; admins change any.",
            run=_edit,
            arguments=(_RULE,),
            opens="Edit rule",
        ),
        Command(
            verb="attach",
            summary="Be paged by a rule; admins give one to others.",
            run=_attach,
            arguments=(_RULE, _PERSON),
            example="rule attach nights-by-phone",
        ),
        Command(
            verb="detach",
            summary="Be paged on your default channels again.",
            run=_detach,
            arguments=(_RULE, _PERSON),
        ),
        Command(
            verb="take",
            summary="Be paged by the newest version of your rule, which somebody else changed.",
            run=_take,
            arguments=(_RULE,),
        ),
        Command(verb="enable", summary="Have a rule that you wrote used.", run=_enable, arguments=(_RULE,)),
        Command(
            verb="disable",
            summary="Have default channels used instead of a rule that you wrote.",
            run=_disable,
            arguments=(_RULE,),
        ),
        *versions.commands(NotificationRule, _RULE.name),
        Command(
            verb="delete",
            summary="Delete a rule that you wrote, after asking; admins delete any.",
            run=_delete,
            arguments=(_RULE,),
            opens="Delete rule",
        ),
    ),
)
