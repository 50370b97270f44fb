"""One bad night on every channel: twenty titles as senders write them, and what each phone shows, reads and says.

`python -m tests.bad_night docs/channels` writes the page anew, with the phonemes of `espeak-ng` where that is there.
The titles follow public alert rules and monitors (kube-prometheus, node_exporter's mixin, Nagios, RabbitMQ), with hosts
of our own.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from bot.channels.email.text import compose as write_mail
from bot.channels.push.text import payload
from bot.engine.delivery.card import Card
from bot.engine.delivery.first_words import ROOM, told
from bot.engine.model import NoticeKind, Status, Urgency
from bot.slack.cards import spoken as slack_text
from bot.twilio import speech
from bot.twilio.fixed_words import words_in
from bot.twilio.pronunciation import as_written, spoken
from bot.twilio.scripts import latin_part, voice_for
from bot.twilio.text import compose, segments_of

START, END = "<!-- one bad night: start -->", "<!-- one bad night: end -->"
PAGE = "bad-night.md"
KEYS_AT = "https://pager.example.com/twilio/keys/alt_1"
ZONE = "Europe/Berlin"
AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)  # three in the morning there
TITLES: tuple[tuple[str, Urgency], ...] = (
    ("KubePodCrashLooping: Pod payments/api-7d9f8 (api) is in waiting state (reason: CrashLoopBackOff)", Urgency.HIGH),
    (
        "[FIRING:3] NodeFilesystemSpaceFillingUp (node-exporter db-3.eu-west-1.example.com:9100 critical)",
        Urgency.CRITICAL,
    ),
    (
        "Filesystem on /dev/nvme0n1p1, mounted on /, at db-3.example.com:9100 has only 4.31% available space left.",
        Urgency.CRITICAL,
    ),
    ("TargetDown: 12.5% of the node-exporter targets in the monitoring namespace are down", Urgency.MEDIUM),
    ("** PROBLEM Service Alert: web-1.example.com/HTTPS is CRITICAL **", Urgency.CRITICAL),
    ("HTTP 500s on checkout: 5m requests failed in 1h", Urgency.CRITICAL),
    ("CertificateExpiry: *.shop.example.com ends in 3d", Urgency.LOW),
    ("Réplication en retard de 38 s sur base-de-données-2", Urgency.HIGH),
    ("Überlauf im Puffer, Gerät größer-1 meldet 95 %", Urgency.HIGH),
    ("Диск заполнен на 95% на сервере db-3.example.com", Urgency.CRITICAL),
    ("データベース接続数が上限に達しました (orders-db-3)", Urgency.CRITICAL),
    ("磁盘空间不足 prod-cn-7", Urgency.HIGH),
    ("{{ $labels.instance }} of job {{ $labels.job }} has been down for more than 5 minutes.", Urgency.HIGH),
    (
        "etcdHighNumberOfFailedGRPCRequests: 7.2% of requests for Put failed on etcd instance 10.0.0.12:2379",
        Urgency.CRITICAL,
    ),
    (
        "PrometheusRemoteWriteBehind: remote write of prometheus-k8s-0 is 312.4s behind for https://mimir.example/api",
        Urgency.MEDIUM,
    ),
    ("RabbitMQ: 1.2M messages ready in orders.dlq on rabbit-2", Urgency.HIGH),
    ("CPU steal 31% on i-0a1b2c3d4e5f67890 (m5.2xlarge)", Urgency.MEDIUM),
    ("Deploy of v1.28.3 failed: $PATH has no kubectl, commit 3fa9c1d", Urgency.HIGH),
    (
        (
            "The batch that sends the invoices of the month to all customers in Austria, Germany and Switzerland has "
            "not finished within its four hours and holds the lock of the table, so that no order can be paid"
        ),
        Urgency.CRITICAL,
    ),
    ("הדיסק מלא בשרת db-3", Urgency.CRITICAL),
)
"""Latin, accents, Cyrillic, Japanese, Chinese, hosts, braces, 200 letters, Hebrew."""


def card(number: int, title: str, urgency: Urgency) -> Card:
    """A page of that night."""
    return Card(
        kind=NoticeKind.OPEN,
        alert_id=f"alt_01k9night{number:02}",
        number=number,
        version=1,
        title=title,
        status=Status.OPEN,
        urgency=urgency,
        created_at=AT,
        description="See the runbook before anything is restarted.",
        integration="Prometheus",
        teams=("Orders",),
        next_at=AT + timedelta(minutes=5),
        next_said="layer 2: Tom Baker by sms",
    )


def cards() -> tuple[Card, ...]:
    """All pages of the night."""
    return tuple(card(number, title, urgency) for number, (title, urgency) in enumerate(TITLES, start=1))


def pushed(page: Card) -> tuple[str, str]:
    """Title and body of a page's notification."""
    said = msgspec.json.decode(payload(page, ZONE, "https://pager.example.com/answer/x"))
    return said["title"], said["body"]


def refresh(text: str, *, phonemes: bool = False) -> str:
    """The page with the night made anew. The phonemes that it has are kept unless they are made, too."""
    before, _, rest = text.partition(START)
    recorded, _, after = rest.partition(END)
    kept = dict(_kept(recorded))
    night = "\n".join(
        line for page in cards() for line in _of(page, _phonemes(page) if phonemes else kept.get(page.number, ""))
    )
    return f"{before}{START}\n{night}\n{END}{after}"


def _kept(recorded: str) -> Iterator[tuple[int, str]]:
    """The phonemes that a page has, by the number of the title."""
    number = 0
    for line in recorded.splitlines():
        if line.startswith("### "):
            number = int(line.split(".")[0].removeprefix("### "))
        if line.startswith("| phonemes | "):
            yield number, line.removeprefix("| phonemes | ").removesuffix(" |")


def _of(page: Card, phonemes: str) -> Iterator[str]:
    sms, subject = compose(page, can_reply=True), write_mail(page, ZONE, "https://pager.example.com/answer/x").subject
    title, body = pushed(page)
    yield from (f"### {page.number}. {_cell(page.title)}", "", "| | |", "| --- | --- |")
    yield f"| the first {ROOM} letters | **{_cell(slack_text(page, ZONE)[:ROOM])}** |"
    yield f"| Slack | {_cell(slack_text(page, ZONE))} |"
    yield f"| push | {_cell(title)}<br>{_cell(body)} |"
    yield f"| mail | {_cell(subject)} |"
    yield f"| SMS, segments: {segments_of(sms)} | {_cell(sms)} |"
    said = speech.page_parts(page, has_keys=True)
    yield f"| call | {_cell(' '.join(f'*{part.language}:* {part.text}' for part in said))} |"
    german = speech.page_parts(page, has_keys=True, words=words_in("de"))
    yield f"| call in German | {_cell(' '.join(part.text for part in german))} |"
    if phonemes:
        yield f"| phonemes | {phonemes} |"
    yield ""


def _phonemes(page: Card) -> str:
    """How `espeak-ng` says the title."""
    title = told(page.title, page.urgency, 300)
    voice = voice_for(title, speech.LANGUAGE)
    heard = (
        as_written(title, 300) if voice not in {"", speech.LANGUAGE} else spoken(title if voice else latin_part(title))
    )
    return _said_by_espeak(heard, voice or speech.LANGUAGE)


def _said_by_espeak(text: str, language: str) -> str:
    voice = {"zh-CN": "cmn"}.get(language, language.partition("-")[0])
    asked = [shutil.which("espeak-ng") or "espeak-ng", "-q", "--ipa", "-v", voice, text]
    answer = subprocess.run(asked, capture_output=True, check=True, text=True, timeout=20)
    return _cell(" ".join(answer.stdout.split()))


def _cell(text: str) -> str:
    """Text in a cell of a Markdown table, as it stands."""
    plain = text.replace("\\", "\\\\").replace("|", "\\|").replace("**", "\\*\\*").replace("\n", "<br>")
    return plain.replace("$", "\\$")


def main(folder: Path) -> None:
    """Write the page anew."""
    path = folder / PAGE
    text = path.read_text(encoding="utf-8")
    path.write_text(refresh(text, phonemes=bool(shutil.which("espeak-ng"))), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
