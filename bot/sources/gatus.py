"""Gatus, by its custom alert provider with a body of our own, a field in each line.

Placeholders: TwiN/gatus, alerting/provider/custom. Gatus puts texts into the body as they are, so that a quote in an
error breaks JSON: what is none is read line by line. A key stands for one endpoint of a group.
"""

import re
from collections.abc import Mapping

from bot.engine.model import Signal
from bot.errors import Unreadable
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Token that Gatus puts into the header pagertree-token", secret=True)

NAME = "gatus"
TITLE = "Gatus"
SENDERS = (
    Sender("Gatus", "by its custom provider; its own notification for PagerDuty and Opsgenie cannot be sent elsewhere"),
)
SETUP = """In Gatus' configuration (lines may be broken as they are here):
`alerting: {custom: {url: "{url}", method: POST, default-alert: {send-on-resolved: true}, body:
"state: [ALERT_TRIGGERED_OR_RESOLVED]\\ngroup: [ENDPOINT_GROUP]\\nname: [ENDPOINT_NAME]\\nurl:
[ENDPOINT_URL]\\ndescription: [ALERT_DESCRIPTION]\\nerrors: [RESULT_ERRORS]"}}`
Give each endpoint `alerts: [{type: custom}]`. A token goes into `headers`, as pagertree-token. A body of your own may
be JSON with the same fields. Gatus' own providers for PagerDuty and Opsgenie cannot be sent elsewhere."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST", "PUT")
VERIFIED = "the sender's source: TwiN/gatus, alerting/provider/custom/custom.go; the body is ours"
PROBLEM = "one endpoint of a group"
APART = ("group", "name")
FIELDS = Fields(
    state="{state}",
    kinds={"triggered": CREATE, "resolved": RESOLVE},
    key=("{group}/{name}", "{name}", "{url}"),
    title=(
        "{group}/{name}: {description}",
        "{name}: {description}",
        "{group}/{name} fails",
        "{name} fails",
        "{url} fails",
    ),
    description=("{errors}\n{conditions}", "{errors}", "{conditions}"),
    urgency="{severity}",
    data={"endpoint": "{url}", "group": "{group}"},
)
PLAIN = re.compile(r"(?P<name>\w{1,40}): ?(?P<text>.*)")
QUOTED = re.compile(r'[\s{]{0,9}"(?P<name>\w{1,40})"\s{0,9}:\s{0,9}"(?P<text>.*)')
ENDS = ' \t",}'  # of a line of JSON, after its text
LONGEST = 10_000  # characters of a line

problems = urgencies.problems
verify = HeaderToken(TOKEN, "pagertree-token")
read_endpoint = FIELDS.reader()


def document(request: Request) -> object:
    """The body, also where a quote in it has broken its JSON."""
    try:
        return reading.document(request)
    except Unreadable:
        return lines(request) or reading.document(request)


def lines(request: Request) -> dict[str, str]:
    """The fields of a body that has one in each line, as `name: text` or as JSON that is broken."""
    text = reading.decoded(request.body, "utf-8").replace("\0", "")
    return dict(pair for each in text.splitlines()[:100] if (pair := field(each[:LONGEST])))


def field(line: str) -> tuple[str, str] | None:
    """The name and text of a field in its line."""
    if found := PLAIN.fullmatch(line):
        return found["name"], found["text"].strip()
    found = QUOTED.fullmatch(line)
    return (found["name"], found["text"].rstrip(ENDS)) if found else None


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An endpoint's state."""
    data = document(request)
    if not isinstance(data, dict):
        reading.refuse(f"expected a JSON object {{…}}, got {reading.kind_of(data)}.")
    return read_endpoint.signals(data, options)


BODY = {
    "state": "TRIGGERED",
    "group": "core",
    "name": "api",
    "url": "https://api.example/health",
    "description": "the API's health",
    "errors": "",
}
LINES = 'state: TRIGGERED\ngroup: core\nname: site\nurl: https://site.example\ndescription: \nerrors: a "quoted" error'
BROKEN = b"""{"state": "TRIGGERED",
"group": "core",
"name": "site",
"url": "https://site.example",
"description": "",
"errors": "Get "https://site.example": EOF"}"""
DATA = {"endpoint": "https://api.example/health", "group": "core"}
EXAMPLES = (
    posted("an endpoint fails", BODY, signal(CREATE, "core/api", "core/api: the API's health", data=DATA)),
    posted(
        "it is back",
        BODY | {"state": "RESOLVED"},
        signal(RESOLVE, "core/api", "core/api: the API's health", data=DATA),
    ),
    posted(
        "another one, in lines",
        LINES,
        signal(
            CREATE,
            "core/site",
            "core/site fails",
            'a "quoted" error',
            data={"endpoint": "https://site.example", "group": "core"},
        ),
        headers={"content-type": "text/plain"},
    ),
    posted(
        "one in JSON that a quote broke",
        BROKEN,
        signal(
            CREATE,
            "core/site",
            "core/site fails",
            'Get "https://site.example": EOF',
            data={"endpoint": "https://site.example", "group": "core"},
        ),
    ),
)
