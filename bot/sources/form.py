"""A form that people fill in to call for help."""

from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

FORM = (
    Option(name="title", label="Title of the form"),
    Option(name="header", label="Heading above the form"),
    Option(name="instructions", label="Instructions"),
    Option(name="footer_text", label="Text of the link below the form"),
    Option(name="footer_link", is_address=True, label="Link below the form"),
    Option(name="logo", is_address=True, label="Address of a logo"),
)
REQUIRED = tuple(
    Option(name=f"{field}_required", default=False, label=f"The field {field} has to be filled in")
    for field in ("email", "phone", "description", "urgency")
)
LABELS = {
    "title": "What is wrong?",
    "description": "What happened, and who is affected?",
    "urgency": "How urgent is it?",
    "name": "Your name",
    "email": "Your email address",
    "phone": "Your phone number",
}

NAME = "form"
TITLE = "Form"
SENDERS = (Sender("People with a browser"),)
SETUP = """Give people {url}/form: the page with the form. Whoever has the address can call for help with it. A form of
your own can post its fields title, description, urgency, name, email and phone to {url}."""
OPTIONS = (*FORM, *REQUIRED, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "our own page, filled in by the tests; fields as PagerTree's documented form has them"
PROBLEM = "each call for help by itself"
KEYED_BY = "none"
APART: tuple[str, ...] = ()
FIELDS = Fields(
    title="{title}",
    description="{description}",
    urgency="{urgency}",
    urgencies=values.URGENCIES,
    data={"name": "{name}", "email": "{email}", "phone": "{phone}"},
)

problems = urgencies.problems
verify = UNSIGNED
document = reading.document

read_form = FIELDS.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """What somebody filled in. Fields that are required have to be there."""
    data = reading.mapping(request)
    needed = [
        "title",
        *(option.name.removesuffix("_required") for option in REQUIRED if values.enabled(option, options)),
    ]
    missing = [field for field in needed if not values.text(data, field)]
    if missing:
        reading.refuse(f"the form's fields {', '.join(missing)} have to be filled in.")
    return read_form.signals(data, options)


EXAMPLES = (
    posted(
        "somebody calls for help",
        "title=The+shop+is+down&description=Nobody+can+pay&urgency=high&name=Jane&email=jane%40acme.example&phone=",
        signal(
            CREATE,
            title="The shop is down",
            description="Nobody can pay",
            urgency=Urgency.HIGH,
            data={"name": "Jane", "email": "jane@acme.example"},
        ),
    ),
)
