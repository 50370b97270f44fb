"""Healthchecks.io, by its PagerTree integration."""

from bot.payloads import reading
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option

NAME = "healthchecks"
TITLE = "Healthchecks.io"
SENDERS = (Sender("Healthchecks.io", "by its integration PagerTree"),)
SETUP = "In Healthchecks.io, Integrations, add PagerTree with the URL {url}. Pick the integration in your checks."
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "the sender's source: healthchecks/healthchecks, hc/integrations/pagertree"
PROBLEM = "one check"
APART = ("incident_key",)
FIELDS = Fields(
    state="{event_type}",
    kinds={"trigger": CREATE, "resolve": RESOLVE},
    key="{incident_key}",
    title="{title}",
    description="{description}",
    tags="tags",
    separator=None,
    data={"url": "{client_url}"},
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

BODY = {
    "incident_key": "1d4e4a3e-6f1b-4b4b-9a8e-5a0d6b1f2c11",
    "event_type": "trigger",
    "title": "Nightly backup is DOWN",
    "description": "Nightly backup is DOWN. Last ping was 2 days ago.",
    "client": "Healthchecks.io",
    "client_url": "https://healthchecks.io/checks/1d4e4a3e/details/",
    "tags": "prod backup",
}
DATA = {"url": "https://healthchecks.io/checks/1d4e4a3e/details/"}
KEY = "1d4e4a3e-6f1b-4b4b-9a8e-5a0d6b1f2c11"
EXAMPLES = (
    posted(
        "a check goes down",
        BODY,
        signal(
            CREATE,
            KEY,
            "Nightly backup is DOWN",
            "Nightly backup is DOWN. Last ping was 2 days ago.",
            tags=("prod", "backup"),
            data=DATA,
        ),
    ),
    posted(
        "it is up again",
        BODY | {"event_type": "resolve", "title": "Nightly backup is UP", "description": "It pinged."},
        signal(RESOLVE, KEY, "Nightly backup is UP", "It pinged.", tags=("prod", "backup"), data=DATA),
    ),
)
