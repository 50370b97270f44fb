"""Rollbar, by its webhook.

Format: docs.rollbar.com, Webhooks. A key stands for one item; how often it occurs counts on the same alert.
"""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "rollbar"
TITLE = "Rollbar"
SETUP = """In Rollbar, project Settings, Notifications, Webhook, enter {url} and enable it. Keep the rules New item,
Item reactivated, Item reopened, 10^nth occurrence and High occurrence rate, and add Item resolved, so that what is
resolved there is resolved here. A rule for every occurrence only counts."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "documented samples: docs.rollbar.com, Webhooks"
PROBLEM = "one item"
APART = ("data.item.id",)
FIELDS = Fields(
    state="{event_name}",
    kinds={
        **dict.fromkeys(("new_item", "occurrence", "exp_repeat_item", "item_velocity"), CREATE),
        **dict.fromkeys(("reactivated_item", "reopened_item", "test"), CREATE),
        "resolved_item": RESOLVE,
        "deploy": None,
    },
    key="{data.item.id}",
    title=(
        "[{data.item.environment}] {data.item.title}",
        "{data.item.title}",
        "{data.message}",
        "Rollbar: {event_name}",
    ),
    description=(
        "{data.item.last_occurrence.body.message.body}",
        "{data.occurrence.body.message.body}",
        "{data.item.title}",
    ),
    urgency=("{data.item.last_occurrence.level}", "{data.occurrence.level}", "{data.item.level_string}"),
    data={
        "url": ("{data.url}", "{data.item.url}"),
        "environment": "{data.item.environment}",
        "level": ("{data.item.last_occurrence.level}", "{data.occurrence.level}"),
        "occurrences": ("{data.occurrences}", "{data.item.total_occurrences}"),
        "number": "{data.item.counter}",
        "framework": "{data.item.last_occurrence.framework}",
        "host": ("{data.item.last_occurrence.server.host}", "{data.occurrence.server.host}"),
        "code_version": ("{data.item.last_occurrence.code_version}", "{data.item.resolved_in_version}"),
        "event": "{event_name}",
    },
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
event_kind, TAKES = read.event_kind, FIELDS.takes
document = reading.document

ITEM = {
    "id": 272716944,
    "counter": 12,
    "environment": "production",
    "title": "TypeError: cart is undefined",
    "total_occurrences": 1,
    "last_occurrence": {"level": "error", "framework": "browser-js", "server": {"host": "web1"}},
}
DATA = {
    "environment": "production",
    "level": "error",
    "occurrences": "1",
    "number": "12",
    "framework": "browser-js",
    "host": "web1",
}
TEXTS = ("272716944", "[production] TypeError: cart is undefined", "TypeError: cart is undefined")
EXAMPLES = (
    posted(
        "a new item",
        {"event_name": "new_item", "data": {"item": ITEM}},
        signal(CREATE, *TEXTS, urgency=Urgency.HIGH, data=DATA | {"event": "new_item"}),
    ),
    posted(
        "it occurs often",
        {"event_name": "exp_repeat_item", "data": {"item": ITEM, "occurrences": 1000}},
        signal(CREATE, *TEXTS, urgency=Urgency.HIGH, data=DATA | {"occurrences": "1000", "event": "exp_repeat_item"}),
    ),
    posted(
        "it is resolved",
        {"event_name": "resolved_item", "data": {"item": ITEM}},
        signal(RESOLVE, *TEXTS, urgency=Urgency.HIGH, data=DATA | {"event": "resolved_item"}),
    ),
    posted(
        "another item",
        {"event_name": "reactivated_item", "data": {"item": {"id": 7, "title": "Timeout", "environment": "staging"}}},
        signal(
            CREATE, "7", "[staging] Timeout", "Timeout", data={"environment": "staging", "event": "reactivated_item"}
        ),
    ),
    posted("a deploy", {"event_name": "deploy", "data": {"deploy": {"id": 187585, "environment": "production"}}}),
)
