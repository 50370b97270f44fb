"""`/pagertree alert`: what is wrong, and who has it."""

from collections.abc import Callable

from bot.channels.blocks import code, line
from bot.engine.model import Status
from bot.errors import Invalid, Problem
from bot.handlers import alerts
from bot.handlers.actions import Act, said_of
from bot.handlers.lists import PAGE, PAGE_OPTION, SEARCH, nothing_yet, page_of, paged, searched
from bot.handlers.table import Argument, Arguments, Command, Noun, Option, Said
from bot.handlers.visit import Visit
from bot.ports import AlertFilter
from bot.service import act

_ALERT = Argument(name="alert number")
_STATUS = Option(name="status", value="status", summary=", ".join(Status))


def _list(visit: Visit, arguments: Arguments) -> Said:
    page, text, statuses = page_of(arguments), searched(arguments), _statuses(arguments)
    wanted = AlertFilter(statuses=statuses, text=text, limit=page * PAGE + 1)
    with visit.ports.store.begin() as uow:
        found = uow.alerts(wanted)
    if not found:
        return _none(statuses, text)
    kept = [f"--status {status}" for status in statuses] + ([f'"{text}"'] if text else [])
    title = " ".join((*statuses, "alerts", *([f"with “{text}”"] if text else []))).capitalize()
    return paged(title, [alerts.row(alert, visit.now) for alert in found], page, " ".join(("alert list", *kept)))


def _statuses(arguments: Arguments) -> tuple[Status, ...]:
    typed = arguments.options.get("status", "").lower()
    if typed in {"", "all"}:
        return ()
    if typed not in set(Status):
        raise Invalid([Problem(message=f"“{typed[:30]}” is no status.", mend=f"There are {', '.join(Status)}.")])
    return (Status(typed),)


def _none(statuses: tuple[Status, ...], text: str) -> Said:
    if statuses or text:
        return nothing_yet(" ".join(("No", *statuses, "alerts", *([f"with “{line(text, 60)}”"] if text else []))) + ".")
    return nothing_yet(
        "There are no alerts yet. They come from integrations: "
        f"{code('/pagertree integration add')} makes one and shows the address to send to."
    )


def _show(visit: Visit, arguments: Arguments) -> Said:
    return alerts.shown(visit, arguments.words[_ALERT.name].text)


def _doing(do: Act) -> Callable[[Visit, Arguments], Said]:
    def run(visit: Visit, arguments: Arguments) -> Said:
        """Act on the alert as it is now."""
        return said_of(do(visit.ports, arguments.words[_ALERT.name].text, visit.actor, None))

    return run


NOUN = Noun(
    name="alert",
    summary="What is wrong, who was asked and who has it.",
    commands=(
        Command(
            verb="list",
            summary="List alerts, newest first.",
            run=_list,
            arguments=(SEARCH,),
            options=(_STATUS, PAGE_OPTION),
            example="alert list --status open",
        ),
        Command(
            verb="show",
            summary="Show an alert with its buttons and its timeline.",
            run=_show,
            arguments=(_ALERT,),
            example="alert show #1042",
        ),
        Command(
            verb="ack",
            summary="Acknowledge an alert: you have it, and nobody else is paged.",
            run=_doing(act.acknowledge),
            arguments=(_ALERT,),
        ),
        Command(
            verb="reject",
            summary="Say that you cannot take an alert; when everybody asked says so, the next layer is paged at once.",
            run=_doing(act.reject),
            arguments=(_ALERT,),
        ),
        Command(verb="resolve", summary="Close an alert: it is over.", run=_doing(act.resolve), arguments=(_ALERT,)),
    ),
)
