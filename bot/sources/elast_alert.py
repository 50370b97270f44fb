"""ElastAlert, by its PagerTree alerter."""

from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "elast_alert"
TITLE = "ElastAlert"
SENDERS = (Sender("ElastAlert 2", "by its alerter `pagertree`"),)
SETUP = """In the ElastAlert rule: `alert: [pagertree]` and `pagertree_integration_url: "{url}"`. ElastAlert tells of
matches only: people resolve these alerts."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "real program in the tests: the alerter of ElastAlert 2.19"
PROBLEM = "one match of a rule: ElastAlert makes a new id each time, so that none meets another"
APART = ("Id",)
FIELDS = Fields(
    state="{event_type}",
    kinds={"create": CREATE, "acknowledge": ACKNOWLEDGE, "resolve": RESOLVE},
    key=("{Id}", "{id}"),
    title=("{Title}", "{title}"),
    description=("{Description}", "{description}"),
    urgency=("{Urgency}", "{urgency}"),
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

BODY = {
    "event_type": "create",
    "Id": "2f0b4d7a-4a1a-4a52-9f8c-1a1d5b6d7e11",
    "Title": "Too many 500s",
    "Description": "Too many 500s\n\nAt least 50 events occurred\n",
}
EXAMPLES = (
    posted(
        "a rule matches",
        BODY,
        signal(
            CREATE,
            "2f0b4d7a-4a1a-4a52-9f8c-1a1d5b6d7e11",
            "Too many 500s",
            "Too many 500s\n\nAt least 50 events occurred",
        ),
    ),
    posted(
        "resolved by a script",
        BODY | {"event_type": "resolve"},
        signal(RESOLVE, BODY["Id"], BODY["Title"], BODY["Description"]),
    ),
)
