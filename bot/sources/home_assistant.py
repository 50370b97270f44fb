"""Home Assistant, by a REST command or a REST notifier, with a body of our own.

Formats: home-assistant.io/integrations/rest_command and …/notify.rest. A key stands for what the automation names,
or for an entity.
"""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option

TOKEN = Option(name="token", label="Token that the command puts into the header pagertree-token", secret=True)

NAME = "home_assistant"
TITLE = "Home Assistant"
SENDERS = (Sender("Home Assistant", "by a REST command or notifier"),)
SETUP = """In configuration.yaml: `rest_command: {oncall: {url: "{url}", method: post, content_type:
application/json, payload: '{{ {"state": state, "id": id, "title": title, "message": message | default(""),
"urgency": urgency | default("")} | tojson }}'}}`. In an automation, call `rest_command.oncall` with the data `{id:
sensor.freezer, title: "The freezer is warm", state: problem}`, and in one for when it is over with the same id and
`state: ok`. A notifier works too: `notify: [{platform: rest, name: oncall, method: POST_JSON, resource: "{url}",
title_param_name: title}]`; what it sends without `data: {id: …, state: ok}` only people resolve."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST", "PUT")
VERIFIED = "real program in the tests: Home Assistant 2024.3, its RESTful Command; the body is ours"
PROBLEM = "what an automation names, or one entity"
APART = ("id", "entity_id")
FIELDS = Fields(
    state=("{state}", "{status}", "{data.state}"),
    kinds={
        **dict.fromkeys(("", "problem", "on", "open", "down", "triggered", "firing", "alarm", "unavailable"), CREATE),
        **dict.fromkeys(("unknown", "unlocked", "wet", "hot", "cold", "detected"), CREATE),
        **dict.fromkeys(
            ("ok", "off", "closed", "up", "idle", "clear", "cleared", "resolved", "normal", "dry"), RESOLVE
        ),
        **dict.fromkeys(("acknowledged", "acknowledge"), ACKNOWLEDGE),
    },
    key=("{id}", "{data.id}", "{entity_id}", "{data.entity_id}", "{data.tag}"),
    title=(
        "{title}: {message}",
        "{title}",
        "{name}: {message}",
        "{friendly_name}: {message}",
        "{name}",
        "{message}",
        "{entity_id}",
    ),
    description="{message}",
    urgency=("{urgency}", "{data.urgency}", "{severity}"),
    data={
        "url": ("{url}", "{data.url}", "{data.clickAction}"),
        "entity": ("{entity_id}", "{data.entity_id}"),
        "area": "{area}",
    },
)

problems = urgencies.problems
verify = HeaderToken(TOKEN, "pagertree-token")
read = FIELDS.reader()
document = reading.document

BODY = {
    "state": "problem",
    "id": "sensor.freezer",
    "title": "The freezer is warm",
    "message": "-4.5 °C since 02:10",
    "urgency": "high",
}
TEXTS = ("sensor.freezer", "The freezer is warm: -4.5 °C since 02:10", "-4.5 °C since 02:10")
EXAMPLES = (
    posted("an automation finds a problem", BODY, signal(CREATE, *TEXTS, urgency=Urgency.HIGH)),
    posted("it is over", BODY | {"state": "ok"}, signal(RESOLVE, *TEXTS, urgency=Urgency.HIGH)),
    posted(
        "another problem, by an entity",
        {"entity_id": "binary_sensor.cellar", "state": "wet", "name": "Cellar", "message": "water on the floor"},
        signal(
            CREATE,
            "binary_sensor.cellar",
            "Cellar: water on the floor",
            "water on the floor",
            data={"entity": "binary_sensor.cellar"},
        ),
    ),
    posted(
        "a notifier",
        {"message": "The garage door is open", "title": "Garage"},
        signal(CREATE, title="Garage: The garage door is open", description="The garage door is open"),
    ),
)
