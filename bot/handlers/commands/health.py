"""`/pagertree health`: all that an admin has to look after."""

from dataclasses import replace

from bot.engine.model import Role
from bot.handlers import health_lines
from bot.handlers.lists import PAGE_OPTION, Rows, page_of, paged
from bot.handlers.table import Arguments, Command, Noun, Said
from bot.handlers.visit import Visit
from bot.slack.blocks import context, when


def _show(visit: Visit, arguments: Arguments) -> Said:
    """List what was found, what is worst first."""
    figures = visit.figures.known(visit.ports, visit.now, visit.credentials)
    visit.credentials.refresh(visit.ports, lambda: None)
    visit.figures.refresh(visit.ports, lambda: None)
    said = paged("Health", Rows(found=figures.findings, draw=health_lines.row), page_of(arguments), "health")
    missing = f" {figures.unlooked:,} routers are not looked at yet: ask again in a moment." if figures.unlooked else ""
    return replace(said, blocks=(*said.blocks, context(f"Looked at {when(figures.at)}, once a minute.{missing}")))


NOUN = Noun(
    name="health",
    summary="What an admin has to look after, the worst first.",
    commands=(
        Command(
            verb="",
            summary="Show what lags behind, what was refused or fell silent, and rules that look like a mistake.",
            run=_show,
            options=(PAGE_OPTION,),
            role=Role.ADMIN,
            example="health --page 2",
        ),
    ),
)
