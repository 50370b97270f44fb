"""An alert's card as a Slack message: the page in a direct message, the team's card, and the notices."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from bot.engine.alerts.lifecycle import Verb, allows, can_be_handed_off
from bot.engine.delivery import card_text
from bot.engine.delivery.card import Asked, Card
from bot.engine.delivery.card_text import NOTICES, appeal, flapping, left_out, worse
from bot.engine.model import Answer, Status, Urgency
from bot.slack.blocks import (
    FIELDS,
    Block,
    Message,
    actions,
    button,
    code,
    context,
    escape,
    fields,
    header,
    line,
    link_button,
    markup,
    mention,
    menu_of_verbs,
    message,
    prose,
    section,
    web_address,
    when,
)

ACKNOWLEDGE, REJECT, RESOLVE, ESCALATE = "alert.acknowledge", "alert.reject", "alert.resolve", "alert.escalate"
OPEN_LINK, OPEN_RUNBOOK, MORE = "alert.link", "alert.runbook", "alert.more"
_RUN = "run."
"""Begins the ids of buttons that run a command; `handlers/buttons.py` takes them."""

# What each part may take, so that all of them together stay under what Slack takes of a message.
_TITLE, _DESCRIPTION, _FIELD, _LINE, _SPOKEN, _SAID = 300, 2_000, 500, 1_200, 180, 600

DOT: Mapping[Urgency, str] = {
    Urgency.SILENT: "⚪",
    Urgency.LOW: "🔵",
    Urgency.MEDIUM: "🟡",
    Urgency.HIGH: "🟠",
    Urgency.CRITICAL: "🔴",
}
_SIGN: Mapping[Status, str] = {
    Status.QUEUED: "⏳",
    Status.ACKNOWLEDGED: "✋",
    Status.RESOLVED: "✅",
    Status.DROPPED: "❗",
    Status.SUPPRESSED: "🔕",
}


def draw(card: Card, reader: str | None = None, foot: str = "", zone: str = "Etc/UTC") -> Message:
    """Draw a card. `reader` is the Slack id of the one person who sees it, None in a conversation.

    `foot` stands below the buttons of a card that asks for an answer; `zone` is the reader's, for what their phone
    shows: it knows no times that change with the reader.
    """
    blocks = _brief(card) if card.is_news else _whole(card, reader)
    return message(spoken(card, zone), [*blocks, *([context(foot)] if foot and card.asks and not card.is_news else [])])


def spoken(card: Card, zone: str = "Etc/UTC") -> str:
    """What a phone shows on its lock screen: how bad, what and where first. Words only: it may not read markup."""
    told = (escape(card_text.lead(card, _SPOKEN)), escape(card_text.deadline(card, zone)))
    return " · ".join(part for part in told if part)


def _brief(card: Card) -> list[Block]:
    headline = f"{_sign(card)} *#{card.number}* {line(card.title, _TITLE)}"
    return [section(headline), context(_capital(_state(card)), NOTICES[card.kind])]


def _sign(card: Card) -> str:
    return _SIGN.get(card.status, DOT[card.urgency])


def _whole(card: Card, reader: str | None) -> list[Block]:
    return [
        header(f"{_sign(card)} #{card.number} {card.title}"),
        *_notice(card),
        section(f"*{_capital(_state(card))}*\n{_facts(card)}"),
        *([prose(card.description, _DESCRIPTION)] if card.description.strip() else []),
        *_fields(card),
        *_small_print(card),
        *_buttons(card, reader),
    ]


def _fields(card: Card) -> Iterator[Block]:
    if card.fields:
        yield fields(card.fields[:FIELDS], _FIELD)
    if left := left_out(card, FIELDS):
        yield context(f"{left}: {code(f'/pagertree alert show #{card.number}')}")


def _notice(card: Card) -> Iterator[Block]:
    for sign, said in (("", NOTICES.get(card.kind)), ("⬆️ ", worse(card)), ("🔁 ", flapping(card))):
        if said:
            yield section(f"{sign}{said}")
    if said := appeal(card, _SAID):
        yield section(f"🤝 {line(said, _SAID + _SPOKEN)}")
    if card.maintenance and card.maintenance_until:
        window, until = line(card.maintenance, 100), when(card.maintenance_until)
        held = f"maintenance hold #{card.number}"
        stop = button(f"{_RUN}{held}", "Stop it until then", held)
        yield section(f"🛠️ Maintenance *{window}* is on until {until}. This alert goes on all the same.", stop)


def _state(card: Card) -> str:
    if card.status is Status.OPEN:
        return "open, waiting for an answer"
    by = f" by {mention(card.settled_by.slack_id, card.settled_by.name)}" if card.settled_by else ""
    at = f" {when(card.settled_at)}" if card.settled_at else ""
    why = f". {line(card.why_dropped, _TITLE)}" if card.why_dropped else ""
    helped = ", others are asked to help" if card.asks_help and card.status is Status.ACKNOWLEDGED else ""
    return f"{card.status}{by}{_via(card)}{at}{helped}{why}"


def _via(card: Card) -> str:
    return f" over {line(card.settled_via, 40)}" if card.settled_via and card.settled_via != "slack" else ""


def _capital(state: str) -> str:
    return state[:1].upper() + state[1:]


def _facts(card: Card) -> str:
    told = (
        f"{card.urgency} urgency",
        f"🚨 incident {line(card.incident, 200)}" if card.incident else "",
        f"from {line(card.integration, 80)}" if card.integration else "",
        when(card.created_at),
        f"seen {card.count} times" if card.count > 1 else "",
        " ".join(f"`{line(tag.replace('`', ''), 40)}`" for tag in card.tags[:10]),
    )
    return " · ".join(part for part in told if part)


def _small_print(card: Card) -> Iterator[Block]:
    for text in (*_ladder(card), *_next(card), *_gathered(card), *_unopened(card), *_outcomes(card)):
        yield {"type": "context", "elements": [markup(text, _LINE)]}


def _ladder(card: Card) -> Iterator[str]:
    """One line for each of the last three layers that were asked."""
    in_order = sorted(card.asked, key=lambda each: each.layer)
    layers = [list(asked) for _, asked in groupby(in_order, key=lambda each: each.layer)]
    for layer in layers[-3:]:
        people = ", ".join(_asked(each) for each in layer[:10])
        more = f" and {len(layer) - 10} more" if len(layer) > 10 else ""
        yield f"Layer {layer[0].layer}: {people}{more}"


def _asked(asked: Asked) -> str:
    who = mention(asked.person.slack_id, asked.person.name)
    over = f" by {line(', '.join(asked.channels), 60)}" if asked.channels else ""
    unpaged = f" (*not paged*: {line(asked.unpaged, 200)})" if asked.unpaged else ""
    return f"{who}{over}{unpaged}{f' ({asked.answer})' if asked.answer else ''}"


def _next(card: Card) -> Iterator[str]:
    if card.next_said:
        at = f", {when(card.next_at, '{ago}')}, at {when(card.next_at, '{time_secs}')}" if card.next_at else ""
        yield f"⏭️ Next: {line(card.next_said, 300)}{at}"


def _gathered(card: Card) -> Iterator[str]:
    """The newest members of the sender's group, and of what an aggregate gathered and is not over."""
    if card.joined:
        yield f"➕ New in the group: {'; '.join(line(each, 120) for each in card.joined)}"
    if card.gathered:
        newest = "; ".join(_child(card, index) for index in range(min(len(card.children), 5)))
        left = card.gathered - card.over - len(card.children)
        more = f" and {left} more" if left > 0 and card.over < card.gathered else ""
        over = f", {card.over} of them over" if card.over else ""
        yield f"🧺 Gathered {card.gathered}{over}: {newest}{more}"


def _child(card: Card, index: int) -> str:
    state = card.child_states[index] if index < len(card.child_states) else ""
    return f"{line(card.children[index], 120)}{f' ({line(state, 60)})' if state else ''}"


def _unopened(card: Card) -> Iterator[str]:
    """What was sent as an address and cannot be a button."""
    for name, given in (("At the source", card.link), ("Runbook", card.runbook)):
        if given.strip() and not web_address(given):
            yield f"🔗 {name}: {code(given, 300)}"


def _outcomes(card: Card) -> Iterator[str]:
    """What became of a test page on each channel; of any other page, where it did not arrive."""
    if card.ledger:
        yield "📒 " + "\n".join(escape(outcome, 200) for outcome in card.ledger[:8])
    elif card.undelivered:
        yield "⚠️ Not delivered: " + "; ".join(escape(reason, 200) for reason in card.undelivered[:5])


def _buttons(card: Card, reader: str | None) -> Iterator[Block]:
    value = ticket(card.alert_id, card.version)
    row: list[Block] = []
    may_reject = _may_reject(card, reader)
    if card.can_be_taken or may_reject:
        row.append(button(ACKNOWLEDGE, "Acknowledge", value, "primary"))
    if may_reject:
        row.append(button(REJECT, "Reject", value))
    if allows(card.status, Verb.RESOLVE):
        row.append(button(RESOLVE, "Resolve", value))
    if link := web_address(card.link):
        row.append(link_button(OPEN_LINK, "Open at the source", link))
    if runbook := web_address(card.runbook):
        row.append(link_button(OPEN_RUNBOOK, "Runbook", runbook))
    yield actions(*row, menu_of_verbs(MORE, _verbs(card)))


def _verbs(card: Card) -> list[tuple[str, str]]:
    """What else can be done to the alert as it stands, at most five lines: the words are commands that can be typed."""
    number = f"#{card.number}"
    verbs = [
        ("Escalate now", f"{ESCALATE} {ticket(card.alert_id, card.stage)}") if card.status is Status.OPEN else None,
        ("Snooze…", f"run. alert snooze {number}") if card.status is Status.ACKNOWLEDGED else None,
        ("Hand off…", f"run. alert handoff {number}") if can_be_handed_off(card.status) else None,
        ("Add note…", f"run. alert note {number}"),
        ("More…", f"run. alert more {number}"),
        ("Why?", f"run. why {number}"),
        ("Timeline", f"run. alert show {number}"),
    ]
    return [verb for verb in verbs if verb]


def _may_reject(card: Card, reader: str | None) -> bool:
    """Rejecting is the answer of somebody who is being asked now; it has no place on the team's card."""
    if reader is None or not card.asks:
        return False
    own = [each for each in card.asked if each.person.slack_id == reader]
    return bool(own) and own[-1].waits and own[-1].answer is not Answer.REJECTED


def ticket(alert_id: str, version: int) -> str:
    """What a button carries: the alert, and the version of it that the person sees."""
    return f"{alert_id}:{version}"


def read_ticket(value: str) -> tuple[str, int]:
    """Read what a button carries; ValueError for anything that we did not write."""
    alert_id, _, version = value.partition(":")
    return alert_id, int(version)
