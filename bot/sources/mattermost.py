"""Mattermost's outgoing webhook: a word in a channel makes an alert."""

from bot.engine.model import Urgency
from bot.payloads import outgoing, reading, urgencies
from bot.payloads.outgoing import BodyToken
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, posted, signal
from bot.ports import Option

TOKEN = Option(name="token", label="Token of the outgoing webhook at Mattermost", secret=True)

NAME = "mattermost"
TITLE = "Mattermost"
SENDERS = (Sender("Mattermost", "by an outgoing webhook"),)
SETUP = """In Mattermost, Integrations, Outgoing Webhooks, add one (either content type) with trigger words and the
callback URL {url}. Set the token that Mattermost shows as token here."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "the documented fields, by memory"
PROBLEM = "each message by itself"
KEYED_BY = "`post_id`, else `channel_id`.`timestamp`"
APART = ("post_id",)
TITLED_BY = "`text`"
URGENCY_BY = "the first of low, medium, high, critical, urgent, P0–P5, sev0–sev5 in the text"

problems = urgencies.problems
document = reading.document

verify = BodyToken(TOKEN)
read = outgoing.read
TEXT = "#oncall the shop is slow: low urgency"
EXAMPLES = (
    posted(
        "somebody writes the trigger word",
        {
            "channel_id": "hawos4dqtby53pd64o4a4cmeoo",
            "channel_name": "town-square",
            "team_domain": "acme",
            "post_id": "axdygg1957njfe5pu38saikdho",
            "text": TEXT,
            "timestamp": 1445532266,
            "token": "zmigewsanbbsdf59xnmduzypjc",
            "trigger_word": "#oncall",
            "user_name": "jane",
        },
        signal(
            CREATE,
            "axdygg1957njfe5pu38saikdho",
            TEXT,
            TEXT,
            urgency=Urgency.LOW,
            data={"channel": "town-square", "user": "jane"},
        ),
    ),
)
