"""`/pagertree` and nothing else: what is mine now."""

from bot.handlers import alerts, own_overview
from bot.handlers.table import Argument, Arguments, Command, Noun, Said
from bot.handlers.visit import Visit

_ALERT = Argument(name="alert number", required=False)


def _show(visit: Visit, arguments: Arguments) -> Said:
    if word := arguments.words.get(_ALERT.name):
        return alerts.shown(visit, word.text)
    return Said(text="What is yours now", blocks=own_overview.overview(visit))


NOUN = Noun(
    name="",
    summary="What is yours now: alerts, shifts, and where to go from here.",
    commands=(Command(verb="", summary="Show what is yours now, or an alert.", run=_show, arguments=(_ALERT,)),),
)
