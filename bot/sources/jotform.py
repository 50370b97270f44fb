"""Jotform submissions."""

from bot.payloads import reading
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option

NAME = "jotform"
TITLE = "Jotform"
SETUP = "In the Jotform form builder, Settings, Integrations, add Webhooks with the URL {url}."
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them; sent as multipart/form-data, jotform.com/help/245"
PROBLEM = "each submission by itself"
APART = ("submissionID",)
FIELDS = Fields(
    key="{submissionID}",
    title=(
        "{formTitle}: {pretty}",
        "{formTitle}: submission {submissionID}",
        "Form {formID}: submission {submissionID}",
    ),
    description="{pretty}",
    data={"form": "{formID}", "url": "https://www.jotform.com/submission/{submissionID}"},
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

BODY = """--b0und
Content-Disposition: form-data; name="formID"

241870
--b0und
Content-Disposition: form-data; name="submissionID"

5947301
--b0und
Content-Disposition: form-data; name="formTitle"

Report an outage
--b0und
Content-Disposition: form-data; name="pretty"

Name:Jane Doe, What is broken?:The shop
--b0und--
""".replace("\n", "\r\n")
EXAMPLES = (
    posted(
        "a form is submitted",
        BODY,
        signal(
            CREATE,
            "5947301",
            "Report an outage: Name:Jane Doe, What is broken?:The shop",
            "Name:Jane Doe, What is broken?:The shop",
            data={"form": "241870", "url": "https://www.jotform.com/submission/5947301"},
        ),
        headers={"content-type": "multipart/form-data; boundary=b0und"},
    ),
)
