"""Email: a message to the integration's address makes an alert; its thread counts on the same one."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.engine.model import Signal, SignalKind
from bot.engine.rules.definitions import MAIL_FACTS
from bot.errors import Problem
from bot.payloads import defined, values
from bot.payloads.defined import DEFINITION, DryRun
from bot.payloads.headlines import first_line
from bot.payloads.mail import Mail, read_mail
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, cut, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Example, Option, Request

SPAM = Option(name="allow_spam", default=False, label="Take messages that a filter marked as spam")
THREADS = Option(name="dedup_threads", default=True, label="Answers in a thread count on the thread's alert")

NAME = "email"
TITLE = "Email"
SENDERS = (Sender("Mail of anything", "NAS, UPS, backup, TrueNAS, …"),)
SETUP = """Have the sender write to the last part of {url}, followed by @ and this bot's mail domain: key@example.com.
Whoever runs the bot has to set MAIL_PORT, and point a mail exchanger or a forwarding rule at it. A message that is
posted to {url} as it is (Content-Type: message/rfc822) is read in the same way."""
OPTIONS = (SPAM, THREADS, DEFINITION)
METHODS = ("POST",)
VERIFIED = "real programs in the tests: swaks, Monit and Alertmanager"
PROBLEM = "one thread of messages; without `dedup_threads` each message by itself"
APART: tuple[str, ...] = ()
TITLED_BY = "`Subject`, else the first line"
URGENCY_BY = "as a definition says"
STATES: Mapping[str, SignalKind | None] = {"a message": CREATE, "spam": None, "as a definition says": RESOLVE}
KEYED_BY = "the thread's first message (`References`), else `Message-ID`"
UNTITLED = "Incoming email without a subject"
LONGEST = 18_000  # characters of a text, so that what follows it has room

verify = UNSIGNED


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A message as an alert, or what the definition makes of it. Spam asks for nobody, unless it is allowed."""
    mail = read_mail(request.body)
    if mail.spam and not values.enabled(SPAM, options):
        return ()
    definition = values.setting(DEFINITION, options)
    if definition:
        return defined.read(definition, MAIL_FACTS, facts(mail), request.at)
    thread = mail.references if values.enabled(THREADS, options) else ()
    return (created(mail, values.kept((*thread, mail.id))),)


def why_nothing(request: Request, options: Mapping[str, object]) -> str:
    """Why a message asks for nothing: it is spam, or what the definition says. Raises `Invalid` or `Unreadable`."""
    mail, definition = read_mail(request.body), values.setting(DEFINITION, options)
    if mail.spam and not values.enabled(SPAM, options):
        return "spam"
    return defined.why_nothing(definition, MAIL_FACTS, facts(mail), request.at) if definition else ""


def created(mail: Mail, ids: tuple[str, ...]) -> Signal:
    """The alert of a message, found again by any of these ids."""
    return signal(
        CREATE,
        next(iter(ids), ""),
        mail.subject or titled(mail),
        "\n\n".join(values.kept((cut(mail.text, LONGEST), left_out(mail)))),
        data={
            "from": ", ".join(mail.sender),
            "to": ", ".join(mail.to),
            "cc": ", ".join(mail.cc),
            "attachments": ", ".join(mail.attachments),
        },
        keys=ids[1:],
    )


def titled(mail: Mail) -> str:
    """The title of a message without a subject."""
    said = first_line(mail.text)
    return f"{UNTITLED}: {said}" if said else f"{UNTITLED} from {', '.join(mail.sender)[:200] or 'nobody'}"


def left_out(mail: Mail) -> str:
    """Which attachments the alert lacks."""
    return f"(Left out: {', '.join(mail.attachments)[:1_000]})" if mail.attachments else ""


def facts(mail: Mail) -> dict[str, object]:
    """What a definition can ask for below `log`."""
    return {
        "from": list(mail.sender),
        "to": list(mail.to),
        "subject": mail.subject,
        "body": mail.text,
        "data": {},
    }


def document(request: Request) -> object:
    """The message as `data` for rules and templates."""
    mail = read_mail(request.body)
    return {
        "from": ", ".join(mail.sender),
        "to": ", ".join(mail.to),
        "cc": ", ".join(mail.cc),
        "subject": mail.subject,
        "message": mail.text,
        "attachments": list(mail.attachments),
    }


def dry_run(request: Request, definition: str, at: datetime) -> DryRun:
    """Try a definition on a message. Raises `Invalid` or `Unreadable`."""
    return defined.dry_run(definition, MAIL_FACTS, facts(read_mail(request.body)), at)


def problems(options: Mapping[str, object]) -> Iterable[Problem]:
    """What is wrong with the definition, if there is one."""
    return defined.problems(options, MAIL_FACTS, needed=False)


def mailed(name: str, lines: str, *signals: Signal, options: Mapping[str, object] | None = None) -> Example:
    """An example of a message."""
    raw = lines.replace("\n", "\r\n").encode()
    request = Request(method="POST", path="/integrations/key", body=raw, headers={"content-type": "message/rfc822"})
    return Example(name=name, request=request, signals=signals, options=options or {})


MONIT = """From: monit@vm
To: oncall@example.org
Subject: monit alert --  Connection failed web
Date: Sat, 21 Nov 2026 19:02:33 GMT
X-Mailer: Monit 5.33.0
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit
Message-Id: <1795287753.528efeb9e7b6c2ab@vm>

Connection failed Service web

	Action:      exec
	Host:        vm
"""
TOLD = "Connection failed Service web\n\n\tAction:      exec\n\tHost:        vm"
MARKED_UP = """From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
To: a@example.org, B <b@example.org>
Cc: c@example.org
Subject: =?utf-8?b?UmU6IPCflKUgZGlzaw==?=
Message-ID: <2@example.org>
In-Reply-To: <1@example.org>
References: <0@example.org> <1@example.org>
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=iso-8859-1

<style>b{}</style><p>db1 is <b>full</b> &amp; slow</p><script>alert(1)</script><p>{{x}}</p>
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename="report.pdf"

%PDF
--x--
"""
RESOLVING = """
rules:
  - match: {log.subject: {$regex: "^monit alert"}, log.body: {$regex: failed}}
    actions: [{type: create, dedup_key: "{{log.from.[0]}}", title: "{{log.subject}}"}]
default: {actions: [{type: resolve, dedup_key: "{{log.from.[0]}}"}]}
"""
EXAMPLES = (
    mailed(
        "monit tells of a failure",
        MONIT,
        signal(
            CREATE,
            "<1795287753.528efeb9e7b6c2ab@vm>",
            "monit alert -- Connection failed web",
            TOLD,
            data={"from": "monit@vm", "to": "oncall@example.org"},
        ),
    ),
    mailed(
        "an answer in a thread, as HTML, with an attachment",
        MARKED_UP,
        signal(
            CREATE,
            "<0@example.org>",
            "Re: 🔥 disk",
            "db1 is full & slow\n\n{{x}}\n\n(Left out: report.pdf)",
            data={
                "from": "j@example.org",
                "to": "a@example.org, b@example.org",
                "cc": "c@example.org",
                "attachments": "report.pdf",
            },
            keys=("<1@example.org>", "<2@example.org>"),
        ),
    ),
    mailed("spam", f"X-Spam-Flag: YES\n{MONIT}"),
    mailed(
        "a definition creates",
        MONIT,
        signal(CREATE, "monit@vm", "monit alert -- Connection failed web"),
        options={"definition": RESOLVING},
    ),
    mailed(
        "a definition resolves",
        MONIT.replace("failed", "succeeded"),
        signal(RESOLVE, "monit@vm"),
        options={"definition": RESOLVING},
    ),
)
