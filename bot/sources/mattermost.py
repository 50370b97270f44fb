"""Mattermost's outgoing webhook: a word in a channel makes an alert."""

from bot.engine.model import Urgency
from bot.ports import Option
from bot.sources import outgoing, reading
from bot.sources.outgoing import BodyToken
from bot.sources.signals import CREATE, posted, signal

TOKEN = Option(name="token", label="Token of the outgoing webhook at Mattermost", secret=True)

NAME = "mattermost"
TITLE = "Mattermost"
SETUP = """In Mattermost, Integrations, Outgoing Webhooks, add one (either content type) with trigger words and the
callback URL {url}. Set the token that Mattermost shows as token here."""
OPTIONS = (TOKEN,)
METHODS = ("POST",)
VERIFIED = "the documented fields, by memory"
KEYED_BY = "`channel_id`.`timestamp`"

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
            "hawos4dqtby53pd64o4a4cmeoo.1445532266",
            TEXT,
            TEXT,
            urgency=Urgency.LOW,
            data={"channel": "town-square", "user": "jane"},
        ),
    ),
)
