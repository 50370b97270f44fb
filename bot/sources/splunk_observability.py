"""Splunk Observability Cloud (once SignalFx), by its webhook with the payload that it has by default.

Format: docs.splunk.com/observability, Send alert notifications to a webhook. A key stands for one incident of a
detector.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.attached import attach
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import base64_text, require_same
from bot.ports import Option, Request

SECRET = Option(name="shared_secret", label="Shared secret of the webhook integration", secret=True)

NAME = "splunk_observability"
TITLE = "Splunk Observability Cloud"
SENDERS = (Sender("Splunk Observability Cloud (SignalFx)"),)
SETUP = """In Splunk Observability Cloud, Data Management, add the integration Webhook with the URL {url}, the
method POST and a shared secret, and set the same secret here. Keep the default payload. Then add it as a recipient
of the alert rules of your detectors."""
OPTIONS = (SECRET, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "documented samples: docs.splunk.com/observability, Send alert notifications to a webhook"
PROBLEM = "one incident of a detector"
APART = ("incidentId",)
FIELDS = Fields(
    state=("{statusExtended}", "{status}"),
    kinds={
        **dict.fromkeys(("anomalous", "firing", "triggered"), CREATE),
        **dict.fromkeys(("ok", "manually resolved", "manually_resolved", "stopped", "auto cleared"), RESOLVE),
    },
    key="{incidentId}",
    title=("{messageTitle}", "{detector}: {rule}", "{detector}", "{rule}"),
    where=("{about.0}", "{about.1}", "{about.2}"),
    description=("{messageBody}", "{description}"),
    urgency="{severity}",
    data={
        "url": ("{detectorUrl}", "{imageUrl}"),
        "runbook_url": "{runbookUrl}",
        "tip": "{tip}",
        "detector": "{detector}",
        "rule": "{rule}",
        "metric": "{originatingMetric}",
    },
)

SIGNATURE = "x-sfx-signature"
SHA1_LENGTH = 28  # characters of its base64
MAX_INPUTS = 20
problems = urgencies.problems
document = reading.document
read_incident = FIELDS.reader()


def verify(request: Request, options: Mapping[str, object], now: datetime) -> None:  # noqa: ARG001
    """HMAC-SHA256, or SHA1 of older organizations, with `shared_secret` in header `x-sfx-signature`"""
    secret, given = values.setting(SECRET, options), request.headers.get(SIGNATURE, "")
    if secret:
        algorithm = hashlib.sha1 if len(given) == SHA1_LENGTH else hashlib.sha256
        digest = hmac.digest(secret.encode(), request.body, algorithm)
        require_same(given, base64_text(digest), f"header {SIGNATURE}")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An incident of a detector, with the dimensions that it is about."""
    data = reading.mapping(request)
    found = dimensions(data)
    read = read_incident.signals({**data, "about": list(found.values())}, options)
    return attach(read, {"dimensions": found})


def dimensions(data: Mapping[str, object]) -> dict[str, object]:
    """The dimensions of an incident: those of the signals that its rule compares, the first of a name."""
    found = values.scalars(data, "dimensions")
    for name in list(values.mapping(data, "inputs"))[:MAX_INPUTS]:
        for path in ("key", "dimensions"):
            found = {**values.scalars(data, f"inputs.{name}.{path}"), **found}
    return found


BODY = {
    "severity": "Critical",
    "originatingMetric": "cpu.utilization",
    "detector": "CPU",
    "detectorId": "EgF4",
    "detectorUrl": "https://app.us1.signalfx.com/#/detector/v2/EgF4",
    "incidentId": "E7XD",
    "rule": "over 90%",
    "runbookUrl": "https://wiki.example/cpu",
    "tip": "Look for runaway jobs.",
    "messageTitle": "Critical Alert: CPU over 90% (host: web1, prod)",
    "messageBody": "The value of cpu.utilization is above 90.",
    "status": "anomalous",
    "statusExtended": "anomalous",
    "dimensions": {"host": "web1", "env": "prod"},
}
DATA = {
    "url": BODY["detectorUrl"],
    "runbook_url": BODY["runbookUrl"],
    "tip": BODY["tip"],
    "detector": "CPU",
    "rule": "over 90%",
    "metric": "cpu.utilization",
    "dimensions": {"host": "web1", "env": "prod"},
}
TEXTS = ("Critical Alert: CPU over 90% (host: web1, prod)", "The value of cpu.utilization is above 90.")
EXAMPLES = (
    posted("a detector fires", BODY, signal(CREATE, "E7XD", *TEXTS, urgency=Urgency.CRITICAL, data=DATA)),
    posted(
        "another incident of the detector",
        BODY | {"incidentId": "E8YE", "dimensions": {"host": "web2"}},
        signal(
            CREATE,
            "E8YE",
            f"{TEXTS[0]} (web2)",
            TEXTS[1],
            urgency=Urgency.CRITICAL,
            data=DATA | {"dimensions": {"host": "web2"}},
        ),
    ),
    posted(
        "the dimensions are those of its signals",
        {
            "detector": "Memory",
            "rule": "Running out of memory",
            "incidentId": "BCD",
            "severity": "Minor",
            "status": "anomalous",
            "inputs": {"_S1": {"dimensions": {"host": "i-346235qa"}, "value": 96}, "_S2": {"value": 90}},
        },
        signal(
            CREATE,
            "BCD",
            "Memory: Running out of memory (i-346235qa)",
            urgency=Urgency.MEDIUM,
            data={"detector": "Memory", "rule": "Running out of memory", "dimensions": {"host": "i-346235qa"}},
        ),
    ),
    posted(
        "it is over",
        BODY | {"status": "ok", "statusExtended": "ok"},
        signal(RESOLVE, "E7XD", *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
    ),
    posted(
        "somebody resolves it there",
        BODY | {"status": "ok", "statusExtended": "manually resolved"},
        signal(RESOLVE, "E7XD", *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
    ),
)
