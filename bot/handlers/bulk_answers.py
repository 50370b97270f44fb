"""Many alerts taken or closed with one command: a list of them before, with a button, and how many it were after."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.model import Actor, Alert, Integration, Receiver, ReceiverKind, Status, Team
from bot.errors import Invalid, Problem, Refused
from bot.handlers.buttons import run
from bot.handlers.grammar import Word
from bot.handlers.lists import nothing_yet
from bot.handlers.lookup import pick
from bot.handlers.table import Argument, Arguments, CommandOption, Said
from bot.handlers.visit import Visit
from bot.ports import AlertFilter, Ports
from bot.service.bulk import ActedOnAll, acknowledge_all, resolve_all
from bot.slack.blocks import actions, context, line, listing, section

NUMBERS = Argument(name="alert numbers", required=False, rest=True)
TEAM = CommandOption(name="team", value="team", summary="all that a team answers for")
INTEGRATION = CommandOption(name="integration", value="integration", summary="all that an integration sent")
ALL_OPEN = CommandOption(name="all-open", value="", summary="all that are open")
UP_TO = CommandOption(name="up-to", value="number", summary="none that is newer than this one")
SURE = CommandOption(name="sure", value="", summary="at once, without a list before")
OPTIONS = (TEAM, INTEGRATION, ALL_OPEN, UP_TO, SURE)

_NUMBER = re.compile(r"#?([0-9]{1,12})|(alt_\w{1,60})")
_MOST_NAMED, _MOST, _MOST_LISTED, _REASONS = 100, 10_000, 20, 5
_ACKNOWLEDGED = (Status.OPEN, Status.DROPPED)
_RESOLVED = (Status.OPEN, Status.DROPPED, Status.ACKNOWLEDGED, Status.QUEUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkVerb:
    """Something that is done to many alerts: what it is called, and from which statuses it is done by a choice."""

    typed: str
    label: str
    done: str
    statuses: tuple[Status, ...]
    do: Callable[[Ports, Iterable[str], Actor], ActedOnAll]


ACK = BulkVerb(typed="ack", label="Acknowledge", done="acknowledged", statuses=_ACKNOWLEDGED, do=acknowledge_all)
RESOLVE = BulkVerb(typed="resolve", label="Resolve", done="resolved", statuses=_RESOLVED, do=resolve_all)


def only_one(arguments: Arguments) -> str:
    """The one alert that was named, by its number or id; empty where several are, or a choice is made by options."""
    if any(each.name in arguments.options for each in (TEAM, INTEGRATION, ALL_OPEN)):
        return ""
    named = _named(arguments)
    return named[0] if len(named) == 1 else ""


def answer(visit: Visit, arguments: Arguments, verb: BulkVerb) -> Said:
    """Show what would be done, or do it where that is said."""
    found = _found(visit, arguments, verb)
    if not found:
        return nothing_yet(f"None of them can be {verb.done}.", run("All alerts", "alert list"))
    if SURE.name not in arguments.options:
        return _ask(visit, arguments, verb, found)
    return _said(verb.do(visit.ports, [each.id for each in reversed(found)], visit.actor), verb)


def _named(arguments: Arguments) -> tuple[str, ...]:
    typed = arguments.words.get(NUMBERS.name, Word(text="")).text.replace(",", " ").split()
    read = [_NUMBER.fullmatch(each) for each in typed]
    if wrong := next((each for each, number in zip(typed, read, strict=True) if number is None), ""):
        raise _misused(f"“{wrong[:30]}” is no alert's number.")
    if len(typed) > _MOST_NAMED:
        raise _misused(f"Those are {len(typed)} alerts; a command names at most {_MOST_NAMED}.")
    return tuple(dict.fromkeys(each[1] or each[2] for each in read if each))


def _misused(message: str) -> Invalid:
    mend = "Name alerts like #12 #13 #17, or choose them with --team, --integration or --all-open."
    return Invalid([Problem(message=message, mend=mend)])


def _found(visit: Visit, arguments: Arguments, verb: BulkVerb) -> tuple[Alert, ...]:
    """The alerts that are meant, newest first."""
    named, options = _named(arguments), arguments.options
    chosen = [each.name for each in (TEAM, INTEGRATION, ALL_OPEN) if each.name in options]
    if not named and not chosen:
        raise _misused("It does not say which alerts.")
    if named and chosen:
        raise _misused(f"Numbers and --{chosen[0]} do not go together.")
    return _by_number(visit, named) if named else _by_choice(visit, options, verb)


def _by_number(visit: Visit, named: Sequence[str]) -> tuple[Alert, ...]:
    with visit.ports.store.begin() as uow:
        found = [(each, uow.situation(each)) for each in named]
    if missing := [f"#{each}" for each, situation in found if situation is None]:
        raise Refused(f"There is no alert {', '.join(missing[:_REASONS])}. Nothing was changed.")
    return tuple(sorted((each.alert for _, each in found if each), key=lambda each: -each.number))


def _by_choice(visit: Visit, options: Mapping[str, str], verb: BulkVerb) -> tuple[Alert, ...]:
    directory = visit.directory()
    sender = pick(directory, Integration, Word(text=options[INTEGRATION.name])) if INTEGRATION.name in options else None
    team = pick(directory, Team, Word(text=options[TEAM.name])) if TEAM.name in options else None
    wanted = AlertFilter(
        statuses=(Status.OPEN,) if ALL_OPEN.name in options else verb.statuses,
        integration_id=sender.id if sender else "",
        before_number=_bound(options),
        limit=_MOST,
    )
    with visit.ports.store.begin() as uow:
        found = uow.alerts(wanted)
    receiver = Receiver(kind=ReceiverKind.TEAM, id=team.id) if team else None
    return tuple(each for each in found if receiver is None or receiver in (each.in_charge or each.receivers))


def _bound(options: Mapping[str, str]) -> int | None:
    typed = options.get(UP_TO.name, "")
    if not typed:
        return None
    number = _NUMBER.fullmatch(typed)
    if number is None or not number[1]:
        raise _misused(f"“{typed[:30]}” is no alert's number.")
    return int(number[1]) + 1


def _ask(visit: Visit, arguments: Arguments, verb: BulkVerb, found: tuple[Alert, ...]) -> Said:
    """List what would be done; the button does it for these alone, whatever comes in meanwhile."""
    count = f"{len(found):,} {'alert' if len(found) == 1 else 'alerts'}"
    lines = [f"#{each.number} {line(each.title, 80)} · {each.status} · {each.urgency}" for each in found[:_MOST_LISTED]]
    more = [context(f"and {len(found) - _MOST_LISTED:,} more")] if len(found) > _MOST_LISTED else []
    text = f"{verb.label} {count}?"
    button = run(f"{verb.label} {count}", f"alert {verb.typed} {_again(arguments, found)} --{SURE.name}", "primary")
    told = [context(_gathered(visit, found))] if verb is RESOLVE and _gathers(visit, found) else []
    listed = listing("\n".join(lines))
    return Said(text=text, blocks=(section(f"*{text}*\n{listed}"), *more, *told, actions(button)))


def _again(arguments: Arguments, found: tuple[Alert, ...]) -> str:
    if NUMBERS.name in arguments.words:
        return " ".join(f"#{each.number}" for each in reversed(found))
    chosen = [
        f"--{each.name} {arguments.options[each.name]}".rstrip() if each.value else f"--{each.name}"
        for each in (TEAM, INTEGRATION, ALL_OPEN)
        if each.name in arguments.options
    ]
    return f"{' '.join(chosen)} --{UP_TO.name} #{found[0].number}"


def _gathers(visit: Visit, found: tuple[Alert, ...]) -> int:
    with visit.ports.store.begin() as uow:
        gathered = uow.gatherings([each.id for each in found])
    return sum(each.count - each.over for each in gathered.values())


def _gathered(visit: Visit, found: tuple[Alert, ...]) -> str:
    count = _gathers(visit, found)
    if count == 1:
        return "They gathered one alert that is not over: it comes forth and is asked about."
    return f"They gathered {count:,} alerts that are not over: those come forth and are asked about."


def _said(acted: ActedOnAll, verb: BulkVerb) -> Said:
    count = f"{acted.count:,} {'alert is' if acted.count == 1 else 'alerts are'} {verb.done}."
    refused = [line(each, 200) for each in acted.refused[:_REASONS]]
    left = len(acted.refused) - _REASONS
    more = [f"and {left:,} more"] if left > 0 else []
    told = [f"Not {len(acted.refused):,}:", *refused, *more] if acted.refused else []
    return Said(text=count, blocks=(section("\n".join((count, *told))),))
