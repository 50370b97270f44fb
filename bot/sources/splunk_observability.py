"""Splunk Observability Cloud (once SignalFx), by its webhook with the payload that it has by default.

Format: dev.splunk.com/observability, Webhook integration. A key stands for one incident of a detector.
"""

from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.attached import attach
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import Signed, base64_text
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
VERIFIED = "by memory of its documentation: dev.splunk.com/observability, Webhook integration"
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

problems = urgencies.problems
verify = Signed(SECRET, "x-sfx-signature", written=base64_text)
document = reading.document
read_incident = FIELDS.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An incident of a detector, with the dimensions that it is about."""
    data = reading.mapping(request)
    return attach(read_incident.signals(data, options), {"dimensions": values.scalars(data, "dimensions")})


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
    "messageTitle": "Critical Alert: CPU over 90% (host: web1)",
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
TEXTS = ("Critical Alert: CPU over 90% (host: web1)", "The value of cpu.utilization is above 90.")
EXAMPLES = (
    posted("a detector fires", BODY, signal(CREATE, "E7XD", *TEXTS, urgency=Urgency.CRITICAL, data=DATA)),
    posted(
        "another incident of the detector",
        BODY | {"incidentId": "E8YE", "dimensions": {"host": "web2"}},
        signal(CREATE, "E8YE", *TEXTS, urgency=Urgency.CRITICAL, data=DATA | {"dimensions": {"host": "web2"}}),
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
