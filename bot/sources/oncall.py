"""Grafana OnCall's formatted webhook: senders made for it change their host and keep their key.

The key stays where it was in the address.

Format: grafana.com/docs/oncall, Formatted webhook. A key stands for what the sender names by `alert_uid`.
"""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "oncall"
TITLE = "Grafana OnCall (formatted webhook)"
SENDERS = (Sender("Grafana OnCall's senders", "only the host of `/integrations/v1/…` is changed"),)
SETUP = """For senders that post to Grafana OnCall's formatted webhook: have them post to {url}, or change only the
host of the address that they have and put the last part of {url} where its token was
(`/integrations/v1/formatted_webhook/<key>/`). Other addresses of OnCall work the same way with an integration of
the sender's type: alertmanager with prometheus, grafana_alerting with grafana, heartbeats with heartbeat."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "documented format: grafana.com/docs/oncall, Formatted webhook"
PROBLEM = "what the sender names by `alert_uid`"
APART = ("alert_uid",)
FIELDS = Fields(
    state="{state}",
    kinds={
        **dict.fromkeys(("", "alerting", "firing"), CREATE),
        **dict.fromkeys(("ok", "resolved"), RESOLVE),
        "acknowledged": ACKNOWLEDGE,
    },
    key=("{alert_uid}", "{link_to_upstream_details}"),
    title=("{title}", "{message}"),
    description="{message}",
    urgency="{severity}",
    data={"url": "{link_to_upstream_details}", "image": "{image_url}"},
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

BODY = {
    "alert_uid": "08d6891a-835c-e661-39fa-96b6a9e26552",
    "title": "The whole system is down",
    "image_url": None,
    "state": "alerting",
    "link_to_upstream_details": "https://monitor.example/1",
    "message": "Smth happened. Oh no!",
}
TEXTS = ("08d6891a-835c-e661-39fa-96b6a9e26552", "The whole system is down", "Smth happened. Oh no!")
DATA = {"url": "https://monitor.example/1"}
EXAMPLES = (
    posted("it alerts", BODY, signal(CREATE, *TEXTS, data=DATA)),
    posted(
        "another one",
        BODY | {"alert_uid": "2", "title": "The shop is slow", "severity": "warning"},
        signal(CREATE, "2", "The shop is slow", TEXTS[2], urgency=Urgency.MEDIUM, data=DATA),
    ),
    posted("it is over", BODY | {"state": "ok"}, signal(RESOLVE, *TEXTS, data=DATA)),
)
