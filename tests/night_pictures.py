"""Drawings of a bad night: lock screens, texts and a mail: `python -m tests.night_pictures docs/images`.

They are drawings of ours by the rules that the vendors publish (a title of one line, a body of four lines at most), not
photographs of phones.
"""

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright

from bot.channels.email.text import as_html
from bot.channels.email.text import compose as write_mail
from bot.engine.delivery.card import Card
from bot.slack.cards import spoken as slack_text
from bot.twilio.text import compose, segments_of
from tests.bad_night import ZONE, cards, pushed
from tests.handlers.test_journey import CHROMIUM, SWITCHES
from tests.page_pictures import PHONE, Easel

_SHOWN = (2, 6, 10, 11, 19)  # numbers of titles: a host, statuses, Cyrillic, Japanese, 200 letters
_WIDE = 1_560
_STYLE = """
body{margin:0;padding:24px;background:#d4d4d8;display:flex;gap:24px;
font:15px/1.3 system-ui,'Noto Sans','Noto Sans CJK JP',sans-serif}
.phone{width:340px;background:linear-gradient(#1e293b,#475569);border-radius:36px;padding:20px 12px;color:#fff}
.clock{text-align:center;font-size:54px;font-weight:300;margin:4px 0 12px}
.note{background:rgba(255,255,255,.86);color:#111;border-radius:18px;padding:10px 14px;margin:0 0 8px}
.app{font-size:12px;color:#52525b;display:flex;justify-content:space-between}
.title{font-weight:600;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.body{display:-webkit-box;-webkit-line-clamp:4;-webkit-box-orient:vertical;overflow:hidden;white-space:pre-line;overflow-wrap:anywhere}
h2{font-size:14px;text-align:center;margin:0 0 8px;font-weight:600}
"""


def lock_screens() -> str:
    """Four phones beside one another: the same five pages as Slack, push, SMS and mail."""
    pages = [each for each in cards() if each.number in _SHOWN]
    phones = (
        ("Slack", [("Slack", "PagerTree", slack_text(each, ZONE)) for each in pages]),
        ("Push", [("pager.example.com", *pushed(each)) for each in pages]),
        (
            "SMS",
            [
                (f"Messages · segments: {_segments(each)}", "+1 500 555 0006", compose(each, can_reply=True))
                for each in pages
            ],
        ),
        ("Mail", [("Mail", "PagerTree", _mail(each)) for each in pages]),
    )
    return f"<!doctype html><meta charset='utf-8'><style>{_STYLE}</style>{''.join(_phone(*each) for each in phones)}"


def _segments(page: Card) -> int:
    return segments_of(compose(page, can_reply=True))


def _mail(page: Card) -> str:
    letter = write_mail(page, ZONE, "https://pager.example.com/answer/x")
    return f"{letter.subject}\n{' '.join(letter.lines)}"


def _phone(name: str, notes: list[tuple[str, str, str]]) -> str:
    return f"<div class='phone'><h2>{name}</h2><div class='clock'>03:00</div>{''.join(_notes(notes))}</div>"


def _notes(notes: list[tuple[str, str, str]]) -> Iterator[str]:
    for app, title, body in notes:
        yield (
            f"<div class='note'><div class='app'><span>{escape(app)}</span><span>now</span></div>"
            f"<div class='title'>{escape(title)}</div><div class='body'>{escape(body)}</div></div>"
        )


def main(folder: Path) -> None:
    """Draw all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    third = next(each for each in cards() if each.number == 3)
    mail = as_html(write_mail(third, ZONE, "https://pager.example.com/answer/x"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        easel = Easel(browser, folder)
        with easel.on(_WIDE) as page:
            page.set_content(lock_screens())
            easel.takes(page, "lock-screens")
        with easel.on(PHONE, color_scheme="dark", java_script_enabled=False) as page:
            page.set_content(mail)
            easel.takes(page, "night-mail-dark")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
