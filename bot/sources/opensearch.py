"""OpenSearch Alerting, by a custom webhook with a body of our own.

Variables: opensearch.org/docs, Monitors and triggers. A key stands for one trigger of one monitor, and one bucket
where it has them.
"""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option

TOKEN = Option(name="token", label="Token that the channel puts into the header pagertree-token", secret=True)

NAME = "opensearch"
TITLE = "OpenSearch Alerting"
SETUP = """In OpenSearch Dashboards, Notifications, Channels, add a custom webhook: POST to {url}, header
content-type application/json. Give the monitor's trigger an action on that channel with the message
`{"monitor":"{{ctx.monitor.name}}","monitor_id":"{{ctx.monitor._id}}","trigger":"{{ctx.trigger.name}}",
"trigger_id":"{{ctx.trigger.id}}","severity":"{{ctx.trigger.severity}}","from":"{{ctx.periodStart}}","to":"{{ctx.periodEnd}}"}`.
A monitor per bucket adds `"bucket":"{{ctx.newAlerts.0.bucket_keys}}"` for each new alert, and a second action for
completed alerts with `"state":"COMPLETED","bucket":"{{ctx.completedAlerts.0.bucket_keys}}"`. Other monitors tell
nobody of their end: set a time after which alerts resolve by themselves."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST", "PUT")
VERIFIED = (
    "documented variables: opensearch-project/documentation-website, _observing-your-data/alerting; the body is ours"
)
PROBLEM = "one trigger of one monitor, or one of its buckets"
APART = ("monitor_id", "trigger_id", "bucket")
FIELDS = Fields(
    state="{state}",
    kinds={
        **dict.fromkeys(("", "active", "new", "deduped", "error", "audit"), CREATE),
        **dict.fromkeys(("completed", "deleted", "ok", "resolved"), RESOLVE),
        "acknowledged": ACKNOWLEDGE,
    },
    key=(
        "{monitor_id}/{trigger_id}/{bucket}",
        "{monitor_id}/{trigger_id}",
        "{monitor}/{trigger}/{bucket}",
        "{monitor}/{trigger}",
        "{monitor_id}",
        "{monitor}",
    ),
    title=("{monitor}: {trigger} ({bucket})", "{monitor}: {trigger}", "{monitor}", "{title}"),
    description=("{message}", "{error}"),
    urgency="{severity}",
    urgencies={
        "1": Urgency.CRITICAL,
        "2": Urgency.HIGH,
        "3": Urgency.MEDIUM,
        **dict.fromkeys(("4", "5"), Urgency.LOW),
    },
    data={"url": "{url}", "bucket": "{bucket}", "from": "{from}", "to": "{to}"},
)

problems = urgencies.problems
verify = HeaderToken(TOKEN, "pagertree-token")
read = FIELDS.reader()
document = reading.document

BODY = {
    "monitor": "Errors of the shop",
    "monitor_id": "RXzq",
    "trigger": "more than 100",
    "trigger_id": "SHzq",
    "severity": "1",
    "from": "2026-11-21T18:59:00Z",
    "to": "2026-11-21T19:00:00Z",
}
DATA = {"from": BODY["from"], "to": BODY["to"]}
EXAMPLES = (
    posted(
        "a trigger fires",
        BODY,
        signal(CREATE, "RXzq/SHzq", "Errors of the shop: more than 100", urgency=Urgency.CRITICAL, data=DATA),
    ),
    posted(
        "a bucket is new",
        BODY | {"bucket": "web1"},
        signal(
            CREATE,
            "RXzq/SHzq/web1",
            "Errors of the shop: more than 100 (web1)",
            urgency=Urgency.CRITICAL,
            data=DATA | {"bucket": "web1"},
        ),
    ),
    posted(
        "the bucket is completed",
        BODY | {"bucket": "web1", "state": "COMPLETED"},
        signal(
            RESOLVE,
            "RXzq/SHzq/web1",
            "Errors of the shop: more than 100 (web1)",
            urgency=Urgency.CRITICAL,
            data=DATA | {"bucket": "web1"},
        ),
    ),
)
