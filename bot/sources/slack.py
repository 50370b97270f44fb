"""Slack's outgoing webhook: a word in a channel makes an alert."""

from bot.engine.model import Urgency
from bot.payloads import outgoing, reading, urgencies
from bot.payloads.outgoing import BodyToken
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, posted, signal
from bot.ports import Option

TOKEN = Option(name="token", label="Token of the outgoing webhook at Slack", secret=True)

NAME = "slack"
TITLE = "Slack"
SENDERS = (Sender("Slack", "by an outgoing webhook; people who are in the workspace use `/pagertree alert page`"),)
SETUP = "In Slack, add the app Outgoing WebHooks, choose a channel and trigger words, and set the URL {url}."
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "the documented sample of outgoing webhooks, as many repositories quote it"
PROBLEM = "each message by itself"
KEYED_BY = "`channel_id`.`timestamp`"
APART = ("timestamp",)
TITLED_BY = "`text`"
URGENCY_BY = "the first of low, medium, high, critical, urgent, P0–P5, sev0–sev5 in the text"

problems = urgencies.problems
document = reading.document

verify = BodyToken(TOKEN)
read = outgoing.read_escaped
MESSAGE = (
    "token=XXXX&team_id=T0001&team_domain=acme&channel_id=C2147483705&channel_name=ops&timestamp=1355517523.000005"
    "&user_id=U2147483697&user_name=jane&text=page%3A+high+load+on+web1&trigger_word=page%3A"
)
TEXT = "page: high load on web1"
EXAMPLES = (
    posted(
        "somebody writes the trigger word",
        MESSAGE,
        signal(
            CREATE,
            "C2147483705.1355517523.000005",
            TEXT,
            TEXT,
            urgency=Urgency.HIGH,
            data={"channel": "ops", "user": "jane"},
        ),
    ),
    posted(
        "a text with Slack's escapes",
        MESSAGE.replace(
            "page%3A+high+load+on+web1", "%3C%40U1%3E+till+%26amp%3B+%3Chttps%3A%2F%2Fa.example%7Cshop%3E+slow"
        ),
        signal(
            CREATE,
            "C2147483705.1355517523.000005",
            "@U1 till & shop (https://a.example) slow",
            "@U1 till & shop (https://a.example) slow",
            data={"channel": "ops", "user": "jane"},
        ),
    ),
)
