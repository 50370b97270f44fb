"""Monit, by a script that it executes."""

import re
from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind
from bot.payloads import reading, values
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

NAME = "monit"
TITLE = "Monit"
SENDERS = (Sender("Monit", also=("email",)),)
SETUP = """In Monit, let checks run `exec "/usr/local/bin/page"` on failure and `else if succeeded then exec` the same.
The script posts Monit's variables as a form: `for v in MONIT_HOST MONIT_SERVICE MONIT_EVENT
MONIT_DESCRIPTION MONIT_DATE; do set -- "$@" --data-urlencode "$v=$(printenv $v)"; done; curl -s "$@" {url}`"""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "real program in the tests: Monit 5.33"
PROBLEM = "one check of a service; of limits one resource"
KEYED_BY = "`MONIT_HOST`/`MONIT_SERVICE`/what is checked (of a limit which resource, by `MONIT_DESCRIPTION`)"
APART = ("MONIT_HOST", "MONIT_SERVICE")
TITLED_BY = "`MONIT_SERVICE`, `MONIT_HOST` and `MONIT_EVENT`"
STATES = {"… succeeded, exists, recovery": RESOLVE, "instance changed, action done": None, "any other event": CREATE}
GOOD = frozenset({"succeeded", "recovery", "exists", "ok", "up"})
RESOURCE = re.compile(r"([a-z][a-z0-9 ()]{0,40}?)\s(?:of\s|check\s|matches\s|\d)")
OUTCOME = re.compile(
    r"\b(not|does|is|failed|succeeded|matched|recovery|error|exceeded|ok|invalid|down|up|changed|quality)\b"
)

verify = UNSIGNED
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """An event. Events that are opposites have one key: `Connection failed`, `Connection succeeded`."""
    data = reading.mapping(request)
    event = values.text(data, "MONIT_EVENT")
    host, service = values.text(data, "MONIT_HOST"), values.text(data, "MONIT_SERVICE")
    if not (event or service):
        reading.refuse("it has neither `MONIT_EVENT` nor `MONIT_SERVICE`, which Monit sets.")
    kind = signal_kind(event.lower())
    if kind is None:
        return ()
    what, former = subject(event.lower()), "/".join((host, service, subject(event.lower())))
    limited = resource(values.text(data, "MONIT_DESCRIPTION").lower()) if what.startswith("resource limit") else ""
    return (
        signal(
            kind,
            f"{former}/{limited}" if limited else former,
            f"{service} on {host}: {f'{limited}, {event.lower()}' if limited else event}",
            values.text(data, "MONIT_DESCRIPTION"),
            data={"time": values.text(data, "MONIT_DATE")},
            keys=(former,) if limited and kind is RESOLVE else (),
        ),
    )


TAKES = ("failures", "recoveries")


def event_kind(request: Request) -> str:
    """The event. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "MONIT_EVENT").lower()


def signal_kind(event: str) -> SignalKind | None:
    """What an event asks for; Monit's own start and stop, and an action done, ask for nothing."""
    if event in {"monit instance changed", "instance changed", "action done"}:
        return None
    return RESOLVE if event.split()[-1:] and event.rsplit(maxsplit=1)[-1] in GOOD else CREATE


def subject(event: str) -> str:
    """What is checked: an event without its outcome."""
    return " ".join(OUTCOME.sub("", event).replace("exists", "exist").split())


def resource(description: str) -> str:
    """Which resource a limit is of: `cpu usage of 97.0% matches …` and `cpu usage check succeeded …` are of one."""
    found = RESOURCE.match(description)
    return " ".join(found[1].split()) if found else ""


BODY = {
    "MONIT_DATE": "Sat, 21 Nov 2026 19:02:33",
    "MONIT_DESCRIPTION": "file doesn't exist",
    "MONIT_EVENT": "Does not exist",
    "MONIT_HOST": "vm",
    "MONIT_SERVICE": "flag",
}
CONNECTION = BODY | {
    "MONIT_DESCRIPTION": "failed protocol test [HTTP] at [127.0.0.1]:9198 [TCP/IP] -- Connection refused",
    "MONIT_EVENT": "Connection failed",
    "MONIT_SERVICE": "web",
}
TIME = {"time": "Sat, 21 Nov 2026 19:02:33"}
EXAMPLES = (
    posted(
        "a file is missing",
        BODY,
        signal(CREATE, "vm/flag/exist", "flag on vm: Does not exist", "file doesn't exist", data=TIME),
    ),
    posted(
        "the file is there",
        BODY | {"MONIT_EVENT": "Exists", "MONIT_DESCRIPTION": "file exists"},
        signal(RESOLVE, "vm/flag/exist", "flag on vm: Exists", "file exists", data=TIME),
    ),
    posted(
        "a connection fails",
        CONNECTION,
        signal(
            CREATE,
            "vm/web/connection",
            "web on vm: Connection failed",
            "failed protocol test [HTTP] at [127.0.0.1]:9198 [TCP/IP] -- Connection refused",
            data=TIME,
        ),
    ),
    posted(
        "the connection works",
        CONNECTION | {"MONIT_EVENT": "Connection succeeded", "MONIT_DESCRIPTION": "connection succeeded"},
        signal(RESOLVE, "vm/web/connection", "web on vm: Connection succeeded", "connection succeeded", data=TIME),
    ),
    posted(
        "the processor is busy, which is another limit than that of memory",
        BODY
        | {
            "MONIT_DESCRIPTION": "cpu usage of 97.1% matches resource limit [cpu usage > 90.0%]",
            "MONIT_EVENT": "Resource limit matched",
            "MONIT_SERVICE": "web1",
        },
        signal(
            CREATE,
            "vm/web1/resource limit/cpu usage",
            "web1 on vm: cpu usage, resource limit matched",
            "cpu usage of 97.1% matches resource limit [cpu usage > 90.0%]",
            data=TIME,
        ),
    ),
    posted(
        "it is no longer busy",
        BODY
        | {
            "MONIT_DESCRIPTION": "cpu usage check succeeded [current cpu usage = 3.0%]",
            "MONIT_EVENT": "Resource limit succeeded",
            "MONIT_SERVICE": "web1",
        },
        signal(
            RESOLVE,
            "vm/web1/resource limit/cpu usage",
            "web1 on vm: cpu usage, resource limit succeeded",
            "cpu usage check succeeded [current cpu usage = 3.0%]",
            data=TIME,
            keys=("vm/web1/resource limit",),
        ),
    ),
    posted("Monit starts", BODY | {"MONIT_EVENT": "Monit instance changed"}),
)
