"""An alert's card in plain sentences, for channels that show text: each escapes it in its own way, once."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.engine.delivery.card import Asked, Card
from bot.engine.delivery.first_words import first_words, told
from bot.engine.model import NoticeKind, Status
from bot.engine.schedules.walltime import find_zone
from bot.errors import Invalid
from bot.shown_text import clean, clip

NOTICES: Mapping[NoticeKind, str] = {
    NoticeKind.ACKNOWLEDGED: "Somebody has this alert. You need not do anything.",
    NoticeKind.REJECTED: "Somebody who was asked has rejected this alert.",
    NoticeKind.RESOLVED: "This alert is over.",
    NoticeKind.DROPPED: "Nobody is left to ask about this alert: it was dropped.",
    NoticeKind.TIMEOUT: "Nobody answered in time.",
    NoticeKind.HANDOFF: "This alert was handed over.",
    NoticeKind.ASSIGNED: "Somebody is being asked about this alert. You need not do anything.",
    NoticeKind.REMINDER: "This alert was acknowledged and is not resolved. Resolve it, snooze it or hand it off.",
}
"""What a notice tells besides the alert's state."""

MEANINGS: Mapping[str, str] = {
    "acknowledge": "You take it; nobody else is paged.",
    "reject": "You cannot take it; it goes on without you.",
    "resolve": "The problem is over.",
}
"""What each answer does, for who is asked for the first time."""

_LAYERS, _PEOPLE = 3, 10
_THIS_NIGHT = timedelta(hours=12)
_SETTLED = frozenset({Status.ACKNOWLEDGED, Status.RESOLVED, Status.DROPPED, Status.SUPPRESSED})
_OVER = frozenset({Status.RESOLVED, Status.SUPPRESSED})


def line(text: str, most: int) -> str:
    """Foreign text on one line of at most so many characters, without what a reader cannot see."""
    return clip(" ".join(clean(text).split()), most)


def paragraph(text: str, most: int) -> str:
    """Foreign text with its line breaks."""
    return clip(clean(text).strip(), most)


def headline(card: Card, most: int = 200) -> str:
    """Urgency, title and number: `HIGH db-3: disk full · #1042`. A phone shows the beginning, so the number is last."""
    return f"{first_words(card, most)} · #{card.number}"


def lead(card: Card, most: int = 200) -> str:
    """What a lock screen shows: the headline of what asks, what became of anything else.

    `Acknowledged by Jane Doe: disk full · #1042`.
    """
    if card.asks or card.status not in _SETTLED:
        return headline(card, most)
    by = f" by {line(card.settled_by.name, 40)}" if card.settled_by else ""
    return f"{card.status.capitalize()}{by}: {told(card.title, card.urgency, most)} · #{card.number}"


def deadline(card: Card, zone: str) -> str:
    """Who has to answer, and until when: `Payments, answer by 12:05`. The time is the reader's."""
    team = line(", ".join(card.teams), 60)
    if not (card.asks and card.next_at):
        return team
    by = f"answer by {_soon(card.next_at, card.created_at, zone)}"
    return f"{team}, {by}" if team else f"{by[:1].upper()}{by[1:]}"


def coming(card: Card, zone: str) -> str:
    """Who has to answer, and what happens else: `Payments, answer by 12:05, then layer 2: Jane Doe by sms`."""
    then = f", then {line(card.next_said, 200).rstrip('.')}" if card.asks and card.next_at and card.next_said else ""
    return f"{deadline(card, zone)}{then}"


def _soon(at: datetime, since: datetime, zone: str) -> str:
    """A time of this day or night; with its date where it may be another."""
    return f"{at.astimezone(_zone(zone)):%H:%M}" if at - since < _THIS_NIGHT else when(at, zone)


def when(at: datetime, zone: str) -> str:
    """An instant on the reader's clock: `1 Mar 2026, 12:00 UTC`."""
    local = at.astimezone(_zone(zone))
    return f"{local.day} {local:%b %Y, %H:%M %Z}"


def state(card: Card, zone: str) -> str:
    """Where the alert stands, as a sentence: `Acknowledged by Jane Doe over sms, 1 Mar 2026, 12:04 UTC.`"""
    if card.status is Status.OPEN:
        return "Open, waiting for an answer."
    by = f" by {line(card.settled_by.name, 80)}" if card.settled_by else ""
    via = f" over {line(card.settled_via, 40)}" if card.settled_via else ""
    at = f", {when(card.settled_at, zone)}" if card.settled_at else ""
    helped = " Others are asked to help." if card.asks_help and card.status is Status.ACKNOWLEDGED else ""
    why = f" {line(card.why_dropped, 300)}" if card.why_dropped else ""
    return f"{card.status.capitalize()}{by}{via}{at}.{helped}{why}"


def worse(card: Card) -> str:
    """Say that the alert got worse since people heard of it: `It got worse: critical now, medium before.`"""
    if card.was is None or card.status in _OVER:
        return ""
    return f"It got worse: {card.urgency} now, {card.was} before."


def appeal(card: Card, most: int = 600) -> str:
    """Say who handed it off, or asks for help, and what they said with it: `Handed off by Jane Doe: half done.`"""
    if not card.appeal_by or card.status in _OVER:
        return ""
    verb = "asks for help" if card.is_help else "handed it off"
    note = f": {line(card.appeal_note, most)}" if card.appeal_note.strip() else "."
    return f"{line(card.appeal_by, 80)} {verb}{note}"


def flapping(card: Card) -> str:
    """Say that the alert comes and goes."""
    if not card.returns:
        return ""
    return f"Flapping: it came back {card.returns:,} times within 15 minutes. It asks once in the time of a layer."


def facts(card: Card, zone: str) -> str:
    """Incident, teams, origin, beginning, count and tags; the urgency stands in the headline."""
    told = (
        f"incident {line(card.incident, 200)}" if card.incident else "",
        f"for {line(', '.join(card.teams), 80)}" if card.teams else "",
        f"from {line(card.integration, 80)}" if card.integration else "",
        f"since {when(card.created_at, zone)}",
        f"seen {card.count} times" if card.count > 1 else "",
        f"tagged {', '.join(line(tag, 40) for tag in card.tags[:_PEOPLE])}" if card.tags else "",
    )
    said = " · ".join(part for part in told if part)
    return f"{said[:1].upper()}{said[1:]}"


def outlook(card: Card, zone: str) -> str:
    """What happens if nobody answers: `If nobody answers by 1 Mar 2026, 12:05 UTC → layer 2: Jane Doe by sms.`"""
    if not card.next_said or not card.asks:
        return ""
    by = f" by {when(card.next_at, zone)}" if card.next_at else ""
    return f"If nobody answers{by} → {line(card.next_said, 300).rstrip('.')}."


def counted(counts: tuple[tuple[str, int], ...]) -> str:
    """How many there are of what: `37 open · 2 resolved`."""
    return " · ".join(f"{count:,} {word}" for word, count in counts)


def links(card: Card) -> Iterator[tuple[str, str]]:
    """Where to read on, as label and address: the runbook first, since it says what to do."""
    for label, url in (("Runbook", card.runbook), ("Open at the source", card.link)):
        if url.startswith(("https://", "http://")) and url.isprintable():
            yield label, url


def left_out(card: Card, shown: int) -> str:
    """Say how many of the alert's fields are not among the first ones, which are shown, and where they are."""
    left = max(len(card.fields) - shown, 0) + card.fields_left
    return f"and {left:,} more {'field' if left == 1 else 'fields'}" if left else ""


def progress(card: Card) -> Iterator[str]:
    """Who was asked, and which messages did not arrive: one sentence each."""
    in_order = sorted(card.asked, key=lambda each: each.layer)
    layers = [list(asked) for _, asked in groupby(in_order, key=lambda each: each.layer)]
    for layer in layers[-_LAYERS:]:
        more = f" and {len(layer) - _PEOPLE} more" if len(layer) > _PEOPLE else ""
        yield f"Asked in layer {layer[0].layer}: {', '.join(_asked(each) for each in layer[:_PEOPLE])}{more}"
    yield from gathered(card)
    if card.maintenance:
        yield f"Maintenance “{line(card.maintenance, 100)}” has begun meanwhile; this goes on."
    if card.undelivered:
        yield "Not delivered: " + "; ".join(line(reason, 200) for reason in card.undelivered[:5])


def gathered(card: Card) -> Iterator[str]:
    """What the alert gathered and is not over, and who joined its sender's group: one sentence each."""
    if card.joined:
        yield f"New in the group: {'; '.join(line(each, 120) for each in card.joined)}"
    if card.gathered:
        listed = "; ".join(child(card, index, 120) for index in range(min(len(card.children), 5)))
        left = card.gathered - card.over - len(card.children)
        more = f" and {left:,} more" if left > 0 and card.over < card.gathered else ""
        over = f", {card.over:,} of them over" if card.over else ""
        yield f"Gathered {card.gathered:,}{over}: {listed}{more}"


def child(card: Card, index: int, most: int) -> str:
    """One of the alerts that were gathered, with its state where it is known."""
    state = card.child_states[index] if index < len(card.child_states) else ""
    return f"{line(card.children[index], most)}{f' ({line(state, 60)})' if state else ''}"


def _zone(name: str) -> ZoneInfo:
    """The reader's zone, or UTC where it is not known: a page is not lost to a misspelt zone."""
    try:
        return find_zone(name)
    except Invalid:
        return find_zone("Etc/UTC")


def _asked(asked: Asked) -> str:
    over = f" by {line(', '.join(asked.channels), 60)}" if asked.channels else ""
    unpaged = f" (not paged: {line(asked.unpaged, 200)})" if asked.unpaged else ""
    return f"{line(asked.person.name, 80)}{over}{unpaged}{f' ({asked.answer})' if asked.answer else ''}"
