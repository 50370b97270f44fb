"""ServerGuard24, a server monitor."""

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields, Kinds
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

RESOLVE_WARN = Option(name="resolve_warn", default=False, label="A warning resolves what was critical")

NAME = "server_guard24"
TITLE = "ServerGuard24"
SETUP = "In ServerGuard24, Notifications, add a webhook with the URL {url}."
OPTIONS = (RESOLVE_WARN, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them"
PROBLEM = "one service of a server"
APART = ("server_name", "service_shortname")
KEYED_BY = "`server_name`_`service_shortname`"
KINDS: Kinds = {"critical": CREATE, "ok": RESOLVE, "warning": None}
FIELDS = Fields(
    state="{check_result}",
    kinds=KINDS,
    key=("{server_name}_{service_shortname}", "{server_name}"),
    title=(
        "{server_name}: {service_name} is {check_result}",
        "{server_name}: {service_shortname} is {check_result}",
        "{server_name} is {check_result}",
    ),
    where="{server_address}",
    description="{check_output}",
    urgency="{check_result}",
    data={"address": "{server_address}", "service": ("{service_name}", "{service_shortname}")},
)

problems = urgencies.problems
verify = UNSIGNED
document = reading.document

read_strict = FIELDS.reader()
event_kind, TAKES = read_strict.event_kind, FIELDS.takes
read_resolving = replace(FIELDS, kinds={**KINDS, "warning": RESOLVE}).reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A check's result; a warning asks for nothing unless it is set to resolve."""
    return (read_resolving if values.enabled(RESOLVE_WARN, options) else read_strict)(request, options)


BODY = {
    "server_name": "web1",
    "server_address": "192.0.2.10",
    "service_name": "HTTP server",
    "service_shortname": "http",
    "check_result": "CRITICAL",
    "check_output": "connection refused",
}
DATA = {"address": "192.0.2.10", "service": "HTTP server"}
TEXTS = ("web1_http", "web1: HTTP server is CRITICAL (192.0.2.10)", "connection refused")
EXAMPLES = (
    posted("critical", BODY, signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA)),
    posted(
        "ok",
        BODY | {"check_result": "OK"},
        signal(RESOLVE, "web1_http", "web1: HTTP server is OK (192.0.2.10)", TEXTS[2], data=DATA),
    ),
    posted("a warning", BODY | {"check_result": "WARNING"}),
    posted(
        "a warning that resolves",
        BODY | {"check_result": "WARNING"},
        signal(
            RESOLVE,
            "web1_http",
            "web1: HTTP server is WARNING (192.0.2.10)",
            TEXTS[2],
            urgency=Urgency.MEDIUM,
            data=DATA,
        ),
        options={"resolve_warn": True},
    ),
)
