"""What a mail says, as text and as HTML: the same words in the same order. Nothing is loaded from anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from bot.engine.alerts.lifecycle import Verb, allows
from bot.engine.delivery import card_text, storms
from bot.engine.delivery.card import Card
from bot.engine.model import NoticeKind, Urgency
from bot.ports import Digest

_DESCRIPTION, _FIELD, _FIELDS, _SUBJECT = 6_000, 500, 10, 150
_ASKED_AGAIN = "Each answer opens a page that asks once more. The links are yours alone: do not forward this mail."
_READ = "A reply is read: A in its first line acknowledges, R rejects, C closes."
UNREAD = "Replies to this mail are not read."
_STORM = (
    "One mail for all, because more came at once than can be read. Whoever has to be paged further still is, and "
    "critical alerts come by themselves."
)
_COLOURS = {
    Urgency.SILENT: "#6b7280",
    Urgency.LOW: "#2563eb",
    Urgency.MEDIUM: "#a16207",
    Urgency.HIGH: "#c2410c",
    Urgency.CRITICAL: "#b91c1c",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailButton:
    """An answer that a mail offers: where it leads, and whether it is the one to look at first."""

    label: str
    url: str
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail's words, unescaped. `hint` says what the buttons do, `closing` how else to answer, or why the mail came.

    `links` are labels and addresses.
    """

    subject: str
    headline: str
    colour: str
    lines: tuple[str, ...]
    buttons: tuple[MailButton, ...]
    hint: str
    description: str
    fields: tuple[tuple[str, str], ...]
    progress: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    closing: str
    leave: str = ""


def compose(card: Card, zone: str, answer: str, leave: str = "", *, is_heard: bool = False) -> Letter:
    """Put a card into words, with times in the reader's zone.

    `answer` is the address of the page on which the reader answers, empty when there is none for them; `leave` the one
    at which they get no more of these mails. `is_heard` says that replies to the mail are read.
    """
    first, buttons = card_text.headline(card), tuple(_buttons(card, answer)) if answer else ()
    notice = card_text.NOTICES.get(card.kind, "")
    told = (
        notice,
        card_text.appeal(card),
        card_text.worse(card),
        card_text.flapping(card),
        *_standing(card, zone),
        card_text.facts(card, zone),
    )
    return Letter(
        subject=f"{'' if card.kind is NoticeKind.OPEN else 'Re: '}{card_text.headline(card, _SUBJECT)}",
        headline=first,
        colour=_COLOURS[card.urgency],
        lines=tuple(each for each in told if each),
        buttons=buttons,
        hint=" ".join(f"{button.label}: {_meaning(button)}" for button in buttons),
        description=card_text.paragraph(card.description, _DESCRIPTION),
        fields=tuple(
            (card_text.line(name, 80), card_text.line(value, _FIELD)) for name, value in card.fields[:_FIELDS]
        ),
        progress=(*_left_out(card), *card_text.progress(card)),
        links=tuple(card_text.links(card)),
        closing=f"{_closing(card, bool(buttons), leave)} {_READ if is_heard else UNREAD}".strip(),
        leave=leave,
    )


def _standing(card: Card, zone: str) -> Iterator[str]:
    """Who has to answer, until when and what comes else; where nothing is known of that, how the alert stands."""
    if card.asks and card.next_at and card.next_said:
        yield f"{card_text.coming(card, zone)}."
    else:
        yield card_text.state(card, zone)
        yield card_text.outlook(card, zone)


def _left_out(card: Card) -> Iterator[str]:
    if left := card_text.left_out(card, _FIELDS):
        yield f"{left}, in Slack: /pagertree alert show #{card.number}"


def compose_storm(digest: Digest, zone: str, answer: str) -> Letter:
    """Put a storm into words. `answer` is the address of the page on which the reader takes all of it, or empty."""
    summary = digest.summary
    first = storms.headline(summary, digest.fresh)
    is_answered = bool(answer and summary.untaken)
    buttons = (MailButton(label="Acknowledge all", url=answer, is_first=True),) if is_answered else ()
    untaken = f"{summary.total:,} since {card_text.when(summary.began_at, zone)}, {summary.untaken:,} that nobody has."
    return Letter(
        subject=first,
        headline=first,
        colour=_COLOURS[max((urgency for urgency, _ in summary.urgencies), default=Urgency.HIGH, key=_loudness)],
        lines=(_STORM, untaken, f"{card_text.counted(summary.statuses)} · {card_text.counted(summary.urgencies)}"),
        buttons=buttons,
        hint="Acknowledge all: you take what nobody has of this storm; nobody else is paged for it." if buttons else "",
        description="",
        fields=tuple(
            (f"#{each.number}", f"{card_text.line(each.title, _FIELD)} · {each.status}") for each in summary.newest
        ),
        progress=(),
        links=(),
        closing=f"{_ASKED_AGAIN if buttons else 'Answer in Slack: /pagertree alert list.'} {UNREAD}",
    )


def _loudness(urgency: Urgency) -> int:
    return list(Urgency).index(urgency)


def as_text(letter: Letter) -> str:
    """The plain text part."""
    parts = (
        letter.headline,
        "\n".join(letter.lines),
        letter.description,
        "\n".join(f"{button.label}: {button.url}" for button in letter.buttons),
        letter.hint,
        "\n".join(f"{name}: {value}" for name, value in letter.fields),
        "\n".join(f"{label}: {url}" for label, url in letter.links),
        "\n".join(letter.progress),
        letter.closing,
        f"No more of these mails: {letter.leave}" if letter.leave else "",
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def as_html(letter: Letter) -> str:
    """The HTML part: one column, styles inline, since mail programs drop style sheets."""
    body = "".join(_html_parts(letter))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark"></head>\n'
        '<body style="margin:0;padding:16px;font:16px/1.5 system-ui,-apple-system,Segoe UI,Helvetica,Arial,sans-serif">'
        f'\n<div style="max-width:600px;margin:0 auto">\n{body}</div></body></html>\n'
    )


def _buttons(card: Card, answer: str) -> Iterator[MailButton]:
    if card.is_news:
        return
    is_first = True
    if card.can_be_taken or (card.kind is NoticeKind.OPEN and card.asks):
        yield MailButton(label="Acknowledge", url=f"{answer}?do=acknowledge", is_first=True)
        is_first = False
    if card.kind is NoticeKind.OPEN and card.asks:
        yield MailButton(label="Reject", url=f"{answer}?do=reject")
    elif allows(card.status, Verb.RESOLVE):
        yield MailButton(label="Resolve", url=f"{answer}?do=resolve", is_first=is_first)


def _meaning(button: MailButton) -> str:
    said = card_text.MEANINGS[button.label.lower()]
    return f"{said[:1].lower()}{said[1:]}"


def _closing(card: Card, has_buttons: bool, leave: str) -> str:
    if leave:
        return "You get this mail because you are listed as a stakeholder of this alert."
    if card.is_news:
        return ""
    if has_buttons:
        return _ASKED_AGAIN
    return f"Answer in Slack: /pagertree alert ack #{card.number}."


def _html_parts(letter: Letter) -> Iterator[str]:
    yield (
        f'<h1 style="font-size:20px;line-height:1.3;margin:0 0 12px;padding:0 0 0 12px;'
        f'border-left:6px solid {letter.colour};overflow-wrap:break-word">{escape(letter.headline)}</h1>\n'
    )
    yield "".join(f'<p style="margin:0 0 6px">{escape(each)}</p>\n' for each in letter.lines)
    if letter.buttons:
        yield f'<p style="margin:18px 0 4px">{"".join(map(_html_button, letter.buttons))}</p>\n'
        yield _html_small(escape(letter.hint), "0 0 18px")
    if letter.description:
        yield (
            '<div style="margin:0 0 16px;padding:12px;border:1px solid #9ca3af;border-radius:6px;'
            f'white-space:pre-wrap;overflow-wrap:anywhere">{escape(letter.description)}</div>\n'
        )
    if letter.fields:
        rows = "".join(_html_row(name, value) for name, value in letter.fields)
        yield f'<table style="border-collapse:collapse;margin:0 0 16px;width:100%">\n{rows}</table>\n'
    if letter.links:
        yield f'<p style="margin:0 0 12px">{"".join(_html_link(label, url) for label, url in letter.links)}</p>\n'
    yield "".join(_html_small(escape(each)) for each in (*letter.progress, letter.closing) if each)
    if letter.leave:
        yield _html_small(f'<a href="{escape(letter.leave)}">No more of these mails</a>')


def _html_button(button: MailButton) -> str:
    paint = "background:#15803d;color:#ffffff" if button.is_first else "background:#e5e7eb;color:#111827"
    return (
        f'<a href="{escape(button.url)}" style="display:inline-block;margin:0 10px 8px 0;padding:14px 24px;'
        f'border-radius:6px;font-weight:600;text-decoration:none;{paint}">{escape(button.label)}</a>'
    )


def _html_link(label: str, url: str) -> str:
    return f'<a href="{escape(url)}" style="display:inline-block;margin:0 24px 0 0;padding:10px 0">{escape(label)}</a>'


def _html_row(name: str, value: str) -> str:
    cell = "padding:4px 12px 4px 0;vertical-align:top;text-align:left"
    return (  # a name keeps its words whole on a phone, a value is broken where it does not fit
        f'<tr><th style="{cell};font-weight:600;overflow-wrap:break-word">{escape(name)}</th>'
        f'<td style="{cell};overflow-wrap:anywhere">{escape(value)}</td></tr>\n'
    )


def _html_small(markup: str, margin: str = "0 0 6px") -> str:
    return f'<p style="margin:{margin};font-size:14px;opacity:.8;overflow-wrap:anywhere">{markup}</p>\n'
