"""What looks like a mistake in rules that can be saved all the same, each with a button that changes it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.engine.model import NotificationRule, Router
from bot.engine.rules.rewriting import changed
from bot.errors import NotFound, Problem, Refused
from bot.handlers import router_backtests
from bot.handlers.buttons import run
from bot.handlers.modals.saving import save
from bot.handlers.table import Argument, Arguments, Said
from bot.handlers.visit import Visit
from bot.service import lint
from bot.slack.blocks import Block, line, section

_MOST_HINTS = 8
_LONGEST = 40  # characters of a change that fit on a button
PLACE = Argument(name="place")
TO = Argument(name="change", sentence=True)


def hint_blocks(hints: Iterable[Problem], mended_by: str = "") -> Iterator[Block]:
    """What looks like a mistake. `mended_by` is the command with which the person may change it: `router mend dev`."""
    all_hints = list(hints)
    if not all_hints:
        return
    shown = all_hints[:_MOST_HINTS]
    plain = [f"• {line(str(each), 300)}" for each in shown if not (mended_by and each.change)]
    more = [f"… and {len(all_hints) - _MOST_HINTS} more"] if len(all_hints) > _MOST_HINTS else []
    yield section("\n".join(["💡 *This looks like a mistake*", *plain, *more]))
    for each in shown:
        if mended_by and each.change:
            yield section(f"• {line(str(each), 300)}", run(_label(each), f"{mended_by} {_typed(each)}"))


def _label(hint: Problem) -> str:
    to = hint.change.to if hint.change else ""
    return f"Change to {to}" if len(to) <= _LONGEST else "Change it"


def _typed(hint: Problem) -> str:
    return f"{_place(hint)} {hint.change.to if hint.change else ''}"


def _place(hint: Problem) -> str:
    return f"{hint.line}:{hint.column}"


def mended(visit: Visit, found: Router | NotificationRule, seen: int, arguments: Arguments, mended_by: str) -> Said:
    """Make the change that a hint offers, and save what comes of it.

    Raises `NotFound` when there is no such hint any more, `Invalid` for what cannot be saved, `Refused` where that
    would leave a critical alert to nobody, and `Conflict`.
    """
    place, to = arguments.words[PLACE.name].text, arguments.words[TO.name].text
    offered = lint.hints_for(visit.ports, found)
    hint = next((each for each in offered if each.change and each.change.to == to and _place(each) == place), None)
    if hint is None or hint.change is None:
        raise NotFound(f"Nothing at {place[:20]} is to be changed to {to[:80]} any more: somebody was faster.")
    better = replace(found, yaml=changed(found.yaml, hint.change))
    left = lint.hints_for(visit.ports, better)
    told = _effect(visit, better)
    save(visit, [(better, seen)])
    said = f"*{line(found.name, 100)}*, line {hint.line}: {line(hint.message, 200)} It is changed to {line(to, 200)}."
    return Said(text=said, blocks=(section(said), *told, *hint_blocks(left, mended_by)))


def _effect(visit: Visit, better: Router | NotificationRule) -> tuple[Block, ...]:
    if not isinstance(better, Router):
        return ()
    report = router_backtests.known(visit.effects.of(visit.ports, better))
    if router_backtests.objection(report):
        days, lost = router_backtests.DAYS, report.critical_lost
        told = f"{lost} critical alert{'' if lost == 1 else 's'} of the last {days} days would have paged nobody"
        raise Refused(f"It was not changed: {told}. Edit it to confirm that by a word.")
    return (section(router_backtests.say(report)),)
