"""A webhook of any shape, read by a definition in YAML."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.engine.model import Signal, Urgency
from bot.engine.rules.definitions import WEBHOOK_FACTS
from bot.errors import Problem, Unreadable
from bot.ports import Option, Request
from bot.sources import defined, reading, values
from bot.sources.defined import DEFINITION, DryRun
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import HeaderToken

TOKEN = Option(name="token", label="Token that the sender puts into the header pagertree-token", secret=True)

NAME = "custom_webhook"
TITLE = "Custom webhook"
SETUP = """Have the sender request {url}, with whatever it sends. The definition says what that asks for: rules with a
match over log.data (the body), log.headers, log.body, log.params, log.method, log.url and log.remote_ip, and actions
create, acknowledge, resolve and ignore. If a token is set, send it in the header `pagertree-token`."""
OPTIONS = (DEFINITION, TOKEN)
METHODS = ("GET", "POST", "PUT", "DELETE")
VERIFIED = "our own format"
KEYED_BY = "as the definition says"

verify = HeaderToken(TOKEN, "pagertree-token")


def document(request: Request) -> object:
    """The body as plain values, a text where it is nothing else."""
    try:
        return reading.document(request)
    except Unreadable:
        return {"text": reading.decoded(request.body, "utf-8").replace("\0", "")}


def facts(request: Request) -> dict[str, object]:
    """What rules and templates can ask for below `log`."""
    return {
        "data": document(request),
        "headers": dict(request.headers),
        "body": reading.decoded(request.body, "utf-8").replace("\0", ""),
        "params": parameters(request.query),
        "method": request.method,
        "url": request.path,
        "remote_ip": request.remote,
    }


def parameters(query: str) -> dict[str, object]:
    """The query by name, empty where it has too many fields."""
    try:
        return reading.form(query)
    except Unreadable:
        return {}


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """The signals that the definition makes. Raises `Unreadable` where one would resolve without saying what."""
    return defined.read(values.setting(DEFINITION, options), WEBHOOK_FACTS, facts(request), request.at)


def dry_run(request: Request, definition: str, at: datetime) -> DryRun:
    """Try a definition on a request. Raises `Invalid` or `Unreadable`."""
    return defined.dry_run(definition, WEBHOOK_FACTS, facts(request), at)


def problems(options: Mapping[str, object]) -> Iterable[Problem]:
    """What is wrong with the definition."""
    return defined.problems(options, WEBHOOK_FACTS, needed=True)


BUILDS = """
rules:
  - name: a build broke
    match: {log.data.status: {$in: [failed, error]}, log.headers.x-env: prod}
    actions:
      - type: create
        dedup_key: "{{log.data.repo}}"
        title: "{{log.data.repo}} is broken on {{log.data.branch}}"
        description: "{{log.data.error}}"
        urgency: "{{#if (eq log.data.branch 'main')}}high{{else}}low{{/if}}"
        tags: [build, "{{log.data.branch}}"]
        additional_data: {commit: "{{log.data.commit.id}}", tries: 3}
  - name: it was mended
    match: {log.data.status: passed}
    actions: [{type: resolve, dedup_key: "{{log.data.repo}}"}]
default:
  actions: [{type: ignore, reason: neither broken nor mended}]
"""
MESSAGES = """
preprocess: [parse_sns, {type: parse_json, path: log.data.detail}]
rules:
  - match: {log.data.detail.state: ALARM}
    actions: [{type: create, dedup_key: "{{log.data.id}}", title: "{{log.data.detail.name}}"}]
"""
BROKEN = {"status": "failed", "repo": "shop", "branch": "main", "error": "3 tests", "commit": {"id": "c0ffee"}}
ALWAYS = "default: {actions: [{type: create, dedup_key: shop, title: the shop is down, urgency: critical}]}"
EXAMPLES = (
    posted(
        "broken",
        BROKEN,
        signal(
            CREATE,
            "shop",
            "shop is broken on main",
            "3 tests",
            urgency=Urgency.HIGH,
            tags=("build", "main"),
            data={"commit": "c0ffee", "tries": 3},
        ),
        headers={"x-env": "prod"},
        options={"definition": BUILDS},
    ),
    posted(
        "mended",
        {"status": "passed", "repo": "shop"},
        signal(RESOLVE, "shop"),
        options={"definition": BUILDS},
    ),
    posted("neither", {"status": "running", "repo": "shop"}, options={"definition": BUILDS}),
    posted(
        "a message in a message",
        {"Type": "Notification", "Message": '{"id": 7, "detail": "{\\"state\\": \\"ALARM\\", \\"name\\": \\"CPU\\"}"}'},
        signal(CREATE, "7", "CPU"),
        options={"definition": MESSAGES},
    ),
    posted(
        "nothing matches",
        "state=fine",
        signal(
            CREATE,
            title="A payload that no rule takes",
            description="No rule of the definition matches, and it has no default.\n\nstate=fine",
        ),
        options={"definition": MESSAGES},
    ),
    posted(
        "a key for what can be resolved",
        {"status": "error", "repo": "shop", "branch": "dev"},
        signal(CREATE, "shop", "the shop is down", urgency=Urgency.CRITICAL),
        options={"definition": ALWAYS},
    ),
)
