"""Dynatrace problem notifications."""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "dynatrace"
TITLE = "Dynatrace"
SETUP = """In Dynatrace, Settings, Integration, Problem notifications, add a custom integration with the URL {url} and
keep the default payload, or at least `{"State": "{State}", "ProblemID": "{ProblemID}", "ProblemTitle":
"{ProblemTitle}", "ProblemDetailsText": "{ProblemDetailsText}", "ProblemURL": "{ProblemURL}",
"ProblemSeverity": "{ProblemSeverity}", "ImpactedEntity": "{ImpactedEntity}", "Tags": "{Tags}"}`."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "published placeholders of the default payload"
PROBLEM = "one problem of Dynatrace"
APART = ("ProblemID",)
FIELDS = Fields(
    state=("{State}", "{ProblemStatus}"),
    kinds={"open": CREATE, "resolved": RESOLVE, "merged": None},
    key=("{ProblemID}", "{PID}"),
    title=("{ProblemTitle}", "{ImpactedEntity}"),
    where=("{ImpactedEntities.0.name}", "{ImpactedEntity}"),
    description=("{ProblemDetailsText}", "{ProblemDetailsHTML}", "{ProblemDetails}", "{ImpactedEntity}"),
    urgency=("{ProblemSeverity}", "{ProblemImpact}"),
    urgencies={
        "availability": Urgency.CRITICAL,
        "error": Urgency.HIGH,
        **dict.fromkeys(("performance", "slowdown", "resource_contention", "resource"), Urgency.MEDIUM),
        **dict.fromkeys(("custom_alert", "monitoring_unavailable"), Urgency.MEDIUM),
    },
    tags="Tags",
    data={
        "url": ("{ProblemURL}", "{Problem URL}"),
        "impact": "{ProblemImpact}",
        "severity": "{ProblemSeverity}",
        "entity": ("{ImpactedEntities.0.name}", "{ImpactedEntity}"),
    },
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
event_kind, TAKES = read.event_kind, FIELDS.takes
document = reading.document

BODY = {
    "State": "OPEN",
    "ProblemID": "P-2607",
    "ProblemTitle": "High failure rate on payment-service",
    "ProblemDetailsText": "40 % of requests fail",
    "ProblemURL": "https://acme.live.dynatrace.com/#problems/P-2607",
    "ProblemImpact": "SERVICE",
    "ProblemSeverity": "ERROR",
    "Tags": "checkout, prod",
}
DATA = {"url": "https://acme.live.dynatrace.com/#problems/P-2607", "impact": "SERVICE", "severity": "ERROR"}
TEXTS = ("P-2607", "High failure rate on payment-service", "40 % of requests fail")
EXAMPLES = (
    posted("a problem opens", BODY, signal(CREATE, *TEXTS, urgency=Urgency.HIGH, tags=("checkout", "prod"), data=DATA)),
    posted(
        "it is resolved",
        BODY | {"State": "RESOLVED"},
        signal(RESOLVE, *TEXTS, urgency=Urgency.HIGH, tags=("checkout", "prod"), data=DATA),
    ),
    posted("it is merged into another, which stays open", BODY | {"State": "MERGED"}),
)
