"""A storm's summary as a Slack message: how much there is of what, the newest of it, and one button for all."""

from collections.abc import Iterator

from bot.engine.delivery.storms import Mentioned, Summary
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    confirmation,
    context,
    header,
    line,
    link,
    message,
    section,
    when,
)
from bot.slack.cards import DOT

ACKNOWLEDGE_STORM, SHOW_STORM = "storm.acknowledge", "storm.show"
_TITLE = 150


def draw_summary(summary: Summary) -> Message:
    """Draw a storm as it stands."""
    return message(_spoken(summary), list(_blocks(summary)))


def _blocks(summary: Summary) -> Iterator[Block]:
    yield header(f"{'🌤️ The storm is over' if summary.over_at else '⛈️ Alert storm'}: {_alerts(summary.total)}")
    yield section(f"*{_counts(summary.statuses)}*\n{_counts(summary.urgencies)} · {_span(summary)}")
    if summary.newest:
        yield section("\n".join(_mention(each) for each in summary.newest))
    yield context(
        "One card for all, because more came at once than can be read. It follows what becomes of them; whoever has to "
        "be paged further still is, and critical alerts come by themselves."
    )
    yield actions(*_buttons(summary))


def _buttons(summary: Summary) -> Iterator[Block]:
    if summary.untaken:
        asked = confirmation(
            "Acknowledge all?",
            f"You take every alert of this storm that nobody has, {summary.untaken} at the moment. "
            "Nobody else is paged for them any more.",
            "Acknowledge all",
        )
        label = f"Acknowledge all {summary.untaken:,}"
        yield button(ACKNOWLEDGE_STORM, label, summary.storm_id, "primary", asked)
    yield button(SHOW_STORM, "Show", summary.storm_id)


def _spoken(summary: Summary) -> str:
    newest = f": {line(summary.newest[0].title, _TITLE)} · #{summary.newest[0].number}" if summary.newest else ""
    if summary.over_at:
        return f"The storm of {_alerts(summary.total)} is over · {_counts(summary.statuses)}"
    return f"Alert storm, {_alerts(summary.total)} · {_counts(summary.statuses)}{newest}"


def _span(summary: Summary) -> str:
    since = f"since {when(summary.began_at)}"
    return f"{since}, over {when(summary.over_at)}" if summary.over_at else since


def _mention(alert: Mentioned) -> str:
    title = link(alert.link, alert.title) if alert.link else line(alert.title, _TITLE)
    return f"{DOT[alert.urgency]} *#{alert.number}* {title} · {alert.status}"


def _counts(counts: tuple[tuple[str, int], ...]) -> str:
    return " · ".join(f"{count:,} {word}" for word, count in counts)


def _alerts(count: int) -> str:
    return f"{count:,} {'alert' if count == 1 else 'alerts'}"
