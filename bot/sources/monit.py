"""Monit, by a script that it executes."""

import re
from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind
from bot.ports import Option, Request
from bot.sources import reading, values
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "monit"
TITLE = "Monit"
SETUP = """In Monit, let checks run `exec "/usr/local/bin/page"` on failure and `else if succeeded then exec` the same.
The script posts Monit's variables as a form: `for v in MONIT_HOST MONIT_SERVICE MONIT_EVENT
MONIT_DESCRIPTION MONIT_DATE; do set -- "$@" --data-urlencode "$v=$(printenv $v)"; done; curl -s "$@" {url}`"""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "real program in the tests: Monit 5.33"
KEYED_BY = "`MONIT_HOST`/`MONIT_SERVICE`/what is checked"
GOOD = frozenset({"succeeded", "recovery", "exists", "ok", "up"})
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
    return (
        signal(
            kind,
            "/".join((host, service, subject(event.lower()))),
            f"{service} on {host}: {event}",
            values.text(data, "MONIT_DESCRIPTION"),
            data={"time": values.text(data, "MONIT_DATE")},
        ),
    )


def signal_kind(event: str) -> SignalKind | None:
    """What an event asks for; Monit's own start and stop, and an action done, ask for nothing."""
    if event in {"monit instance changed", "instance changed", "action done"}:
        return None
    return RESOLVE if event.split()[-1:] and event.rsplit(maxsplit=1)[-1] in GOOD else CREATE


def subject(event: str) -> str:
    """What is checked: an event without its outcome."""
    return " ".join(OUTCOME.sub("", event).replace("exists", "exist").split())


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
    posted("Monit starts", BODY | {"MONIT_EVENT": "Monit instance changed"}),
)
