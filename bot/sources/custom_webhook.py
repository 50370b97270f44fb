"""A webhook of any shape, read by a definition in YAML."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.engine.documents import Headers, query_and_body
from bot.engine.model import Signal, Urgency
from bot.engine.rules.definitions import WEBHOOK_FACTS
from bot.errors import Forbidden, Problem, Unreadable
from bot.payloads import defined, hmacs, reading, values
from bot.payloads.defined import DEFINITION, DryRun
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import require_fresh, require_same
from bot.payloads.sns import opened
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Token that the sender puts into a header", secret=True)
TOKEN_HEADER = Option(
    name="token_header", default="pagertree-token", label="Header of the token, such as authorization or x-gitlab-token"
)
SECRET = Option(name="hmac_secret", label="Secret that the sender signs payloads with (HMAC)", secret=True)
SECRET_HEADER = Option(
    name="hmac_header", default="x-hub-signature-256", label="Header of the signature; what stands before it is skipped"
)
ALGORITHM = Option(name="hmac_algorithm", default="sha256", label="Digest of the signature: sha256, sha512 or sha1")
SIGNED = Option(
    name="hmac_signed",
    default=hmacs.SIGNED,
    label="What is signed: {body}, and headers by name, such as {webhook-timestamp}.{body}",
)
STAMP = Option(
    name="hmac_timestamp_header",
    label="Header with the signature's time in Unix seconds, where its age is to be checked",
)

NAME = "custom_webhook"
TITLE = "Custom webhook"
SENDERS = (
    Sender("AWS EventBridge and other SNS topics", "`parse_sns` opens the message"),
    Sender("Anything else that posts", "a definition in YAML says what its payloads ask for", last=True),
)
SETUP = """Have the sender request {url}, with whatever it sends. The definition says what that asks for: rules with a
match over log.data (the query and the body), log.headers, log.body, log.params, log.method, log.url and log.remote_ip,
and actions create, acknowledge, resolve and ignore. Where the sender has a token or signs, say so in the options: the
token in the header `pagertree-token` or another one, the HMAC in any header."""
OPTIONS = (DEFINITION, TOKEN, TOKEN_HEADER, SECRET, SECRET_HEADER, ALGORITHM, SIGNED, STAMP)
METHODS = ("GET", "POST", "PUT", "DELETE")
VERIFIED = "our own format"
PROBLEM = "what the definition says"
KEYED_BY = "as the definition says"
APART = ("repo",)
TITLED_BY = "as the definition says"
URGENCY_BY = "as the definition says"
LINKED_BY = "as the definition says"
RUNBOOK_BY = "as the definition says"
STATES = {"create, no rule takes it": CREATE, "acknowledge": ACKNOWLEDGE, "resolve": RESOLVE, "ignore": None}


def verify(request: Request, options: Mapping[str, object], now: datetime) -> None:
    """`token` in header `token_header`, also behind `Bearer`; HMAC with `hmac_secret` in header `hmac_header`"""
    token, secret = values.setting(TOKEN, options), values.setting(SECRET, options)
    if token:
        header = values.setting(TOKEN_HEADER, options).lower() or str(TOKEN_HEADER.default)
        given = request.headers.get(header, "")
        require_same(given.removeprefix("Bearer ").strip(), token.removeprefix("Bearer ").strip(), f"header {header}")
    if secret:
        check_signature(request, options, secret, now)


def check_signature(request: Request, options: Mapping[str, object], secret: str, now: datetime) -> None:
    """Raise `Forbidden` unless the payload is signed as the options say."""
    algorithm = values.setting(ALGORITHM, options).lower() or str(ALGORITHM.default)
    if algorithm not in hmacs.ALGORITHMS:
        raise Forbidden(f"The option hmac_algorithm is wrong: there are {', '.join(hmacs.ALGORITHMS)}.")
    hmacs.require_hmac(
        request,
        secret,
        header=values.setting(SECRET_HEADER, options) or str(SECRET_HEADER.default),
        algorithm=algorithm,
        signed=values.setting(SIGNED, options) or hmacs.SIGNED,
    )
    stamp = values.setting(STAMP, options).lower()
    if stamp:
        require_fresh(request.headers.get(stamp, ""), now)


def document(request: Request) -> object:
    """The body as plain values, a text where it is nothing else. What Amazon SNS carries as text is opened in place."""
    try:
        return opened(reading.document(request))
    except Unreadable:
        return {"text": reading.decoded(request.body, "utf-8").replace("\0", "")}


def facts(request: Request) -> dict[str, object]:
    """What rules and templates can ask for below `log`."""
    params = parameters(request.query)
    return {
        "data": query_and_body(params, document(request)),
        "headers": Headers(request.headers),
        "body": reading.decoded(request.body, "utf-8").replace("\0", ""),
        "params": params,
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


def why_nothing(request: Request, options: Mapping[str, object]) -> str:
    """Why the definition makes nothing of a payload, in its own words. Raises `Invalid` or `Unreadable`."""
    return defined.why_nothing(values.setting(DEFINITION, options), WEBHOOK_FACTS, facts(request), request.at)


def dry_run(request: Request, definition: str, at: datetime) -> DryRun:
    """Try a definition on a request. Raises `Invalid` or `Unreadable`."""
    return defined.dry_run(definition, WEBHOOK_FACTS, facts(request), at)


def problems(options: Mapping[str, object]) -> Iterable[Problem]:
    """What is wrong with the definition, and with how the sender proves itself."""
    yield from defined.problems(options, WEBHOOK_FACTS, needed=True)
    algorithm = values.setting(ALGORITHM, options).lower()
    if algorithm and algorithm not in hmacs.ALGORITHMS:
        mend = f"There are {', '.join(hmacs.ALGORITHMS)}."
        yield Problem(where=(ALGORITHM.name,), message=f"“{algorithm[:40]}” is no digest.", mend=mend)
    signed = values.setting(SIGNED, options)
    if signed and hmacs.SIGNED not in signed:
        mend = "Put {body} where the body stands in what the sender signs."
        yield Problem(where=(SIGNED.name,), message="What is signed has no {body} in it.", mend=mend)


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
    actions: [{type: create, dedup_key: "{{log.data.id}}", title: "{{log.data.detail.name}} is high"}]
"""
ENVELOPED = """
rules:
  - match: {log.data.Message.state: ALARM}
    actions:
      - type: create
        dedup_key: "{{log.data.Message.name}}"
        title: "{{log.data.Message.name}} of {{log.data.TopicArn}}"
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
        "a message in a message, read through its envelope",
        {
            "Type": "Notification",
            "TopicArn": "arn:aws:sns:eu-west-1:1:t",
            "Message": '{"state": "ALARM", "name": "CPU"}',
        },
        signal(CREATE, "CPU", "CPU of arn:aws:sns:eu-west-1:1:t"),
        options={"definition": ENVELOPED},
    ),
    posted(
        "a message in a message",
        {"Type": "Notification", "Message": '{"id": 7, "detail": "{\\"state\\": \\"ALARM\\", \\"name\\": \\"CPU\\"}"}'},
        signal(CREATE, "7", "CPU is high"),
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
