"""Cronitor, monitoring of jobs and sites."""

from bot.payloads import reading
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option

NAME = "cronitor"
TITLE = "Cronitor"
SETUP = "In Cronitor, Settings, Integrations, add a webhook with the URL {url} and add it to your notification lists."
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "documented fields: cronitor.io/docs/using-webhooks"
PROBLEM = "one monitor in one environment"
APART = ("id", "environment")
FIELDS = Fields(
    state="{type}",
    kinds={"alert": CREATE, "recovery": RESOLVE},
    key=("{id}/{environment}", "{id}"),
    former="{id}",
    title=("{monitor}: {description}", "{monitor}: {rule}", "{monitor} failed", "{id} failed"),
    where="{environment}",
    description="{description}",
    tags="tags",
    data={"rule": "{rule}", "environment": "{environment}", "url": ("{issue_url}", "{monitor_url}")},
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

BODY = {
    "id": "UH6G3i",
    "monitor": "Nightly backup",
    "description": "The job has not completed by 03:00",
    "type": "ALERT",
    "rule": "complete not_on_schedule",
    "environment": "production",
    "group": None,
    "issue_url": "https://cronitor.io/app/issues/1",
    "monitor_url": "https://cronitor.io/app/monitors/UH6G3i",
}
DATA = {"rule": "complete not_on_schedule", "environment": "production", "url": "https://cronitor.io/app/issues/1"}
SAID = "Nightly backup: The job has not completed by 03:00 (production)"
TEXTS = ("UH6G3i/production", SAID, "The job has not completed by 03:00")
EXAMPLES = (
    posted("a job is missed", BODY, signal(CREATE, *TEXTS, data=DATA)),
    posted("it runs again", BODY | {"type": "RECOVERY"}, signal(RESOLVE, *TEXTS, data=DATA, keys=("UH6G3i",))),
)
