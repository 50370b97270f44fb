"""What an admin has to look after, as rows: the worst of it in the App Home, all of it in a list."""

from bot.handlers.buttons import run
from bot.service.health import Finding
from bot.service.health_figures import Figures
from bot.slack.blocks import Block, line, section


def row(found: Finding) -> Block:
    """One thing, with what shows more of it."""
    sign = "✅" if found.well else "⚠️"
    return section(f"{sign} {line(found.said, 400)}", run("Look", found.typed) if found.typed else None)


def say_well(figures: Figures) -> str:
    """That nothing needs anybody, as far as everything was looked at."""
    if not figures.unlooked:
        return "✅ Nothing needs you."
    routers = "router is" if figures.unlooked == 1 else "routers are"
    return f"✅ Nothing needs you so far: {figures.unlooked:,} {routers} not looked at yet."
