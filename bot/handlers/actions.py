"""The buttons of an alert's card."""

from collections.abc import Callable, Mapping

from bot.engine.model import Actor, Status
from bot.errors import NotFound, Refused
from bot.handlers.buttons import run
from bot.handlers.table import Button, Said
from bot.handlers.visit import Visit
from bot.ports import Ports
from bot.service import answers
from bot.service.desk import Acted
from bot.slack.blocks import actions, line, section
from bot.slack.cards import ACKNOWLEDGE, ESCALATE, OPEN_LINK, OPEN_RUNBOOK, REJECT, RESOLVE, read_ticket

Act = Callable[[Ports, str, Actor, int | None], Acted]


def said_of(acted: Acted) -> Said:
    """Tell the person what their act came to, and let them take it back where that can be done."""
    text = line(acted.said)
    show = run("Show", f"alert show #{acted.alert.number}")
    back = _BACK.get(acted.alert.status)
    if back is None or not acted.undoable:
        return Said(text=text, blocks=(section(text, show),))
    label, verb = back
    return Said(text=text, blocks=(section(text), actions(show, run(label, f"alert {verb} #{acted.alert.number}"))))


_BACK: Mapping[Status, tuple[str, str]] = {
    Status.ACKNOWLEDGED: ("Take it back", "unack"),
    Status.RESOLVED: ("Reopen", "reopen"),
}
"""How an answer is taken back: the label of the button, and the verb."""


def _read(value: str) -> tuple[str, int]:
    try:
        return read_ticket(value)
    except ValueError as error:
        raise Refused("This button is from another time: use /pagertree alert show with the alert's number.") from error


def _pressing(do: Act) -> Callable[[Visit, str], Said]:
    def press(visit: Visit, value: str) -> Said:
        """Act on the version that the person saw."""
        alert_id, seen = _read(value)
        return said_of(do(visit.ports, alert_id, visit.actor, seen))

    return press


def _open_link(_visit: Visit, _value: str) -> Said | None:
    """The reader's browser does it; Slack tells us all the same."""
    return None


def resolve(visit: Visit, reference: str, seen: int | None = None) -> Said:
    """Close an alert; where it gathered others that are not over, ask first whether those are, too."""
    count = answers.gathered_and_not_over(visit.ports, reference)
    return (
        _ask_whether_all(visit, reference, count)
        if count
        else said_of(answers.resolve(visit.ports, reference, visit.actor, seen))
    )


def _ask_whether_all(visit: Visit, reference: str, count: int) -> Said:
    with visit.ports.store.begin() as uow:
        situation = uow.situation(reference)
    if situation is None:
        raise NotFound(f"There is no alert {reference[:30]}.")
    number = situation.alert.number
    others = "another alert that is" if count == 1 else f"{count:,} others that are"
    text = (
        f"#{number} gathered {others} not over. Is all of it over, or only this one? What is not over is asked about."
    )
    everything = run(f"All {count + 1:,}", f"alert resolve #{number} --gathered all")
    only = run("Only this one", f"alert resolve #{number} --gathered keep")
    return Said(text=text, blocks=(section(text), actions(everything, only)))


def _press_resolve(visit: Visit, value: str) -> Said:
    alert_id, seen = _read(value)
    return resolve(visit, alert_id, seen)


BUTTONS = (
    Button(action_id=ACKNOWLEDGE, press=_pressing(answers.acknowledge)),
    Button(action_id=REJECT, press=_pressing(answers.reject)),
    Button(action_id=RESOLVE, press=_press_resolve),
    Button(action_id=ESCALATE, press=_pressing(answers.escalate)),
    Button(action_id=OPEN_LINK, press=_open_link),
    Button(action_id=OPEN_RUNBOOK, press=_open_link),
)
