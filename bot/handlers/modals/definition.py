"""What a definition of an integration makes of a payload, and why: its dry run, in blocks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.engine.model import Integration
from bot.errors import Invalid, Unreadable
from bot.payloads.defined import DEFINITION, DryRun
from bot.ports import Log, Request
from bot.slack.blocks import Block, code, line, section

_MOST = 20  # lines


@runtime_checkable
class Defined(Protocol):
    """A type whose definition can be tried."""

    def dry_run(self, request: Request, definition: str, at: datetime) -> DryRun:
        """Try a definition on a request. Raises `Invalid` or `Unreadable`."""


def explain_definition(source: object, integration: Integration, log: Log, at: datetime) -> Iterator[Block]:
    """Which rule takes a payload, why those before it do not, and what it asks for; nothing without a definition."""
    definition = str(integration.options.get(DEFINITION.name) or "")
    if not definition.strip() or not isinstance(source, Defined):
        return
    try:
        told = list(_lines(source.dry_run(log.request, definition, at)))
    except (Invalid, Unreadable):
        return  # which the preview says by itself
    yield section("\n".join(told[:_MOST]))


def _lines(tried: DryRun) -> Iterator[str]:
    yield f"Definition: {f'*{line(tried.rule, 100)}* takes it' if tried.rule else 'no rule takes it'}."
    yield from (f"• not {line(reason, 300)}" for reason in tried.tried)
    yield from (f"• ignored: {line(reason, 300)}" for reason in tried.ignored)
    yield from (f"• a template failed: {line(reason, 300)}" for reason in tried.failed)
    for each in tried.signals:
        yield f"→ {each.kind} {code(each.dedup_key) if each.dedup_key else 'without a key'} {line(each.title, 150)}"
