"""`/pagertree` and nothing else: what is mine now."""

from bot.handlers import mine
from bot.handlers.table import Arguments, Command, Noun, Said
from bot.handlers.visit import Visit


def _show(visit: Visit, _arguments: Arguments) -> Said:
    return Said(text="What is yours now", blocks=mine.overview(visit))


NOUN = Noun(
    name="",
    summary="What is yours now: alerts, shifts, and where to go from here.",
    commands=(Command(verb="", summary="Show what is yours now.", run=_show),),
)
