"""Typeform responses."""

from collections.abc import Mapping

from bot.engine.model import Signal
from bot.payloads import reading, signals, values
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, posted, signal
from bot.payloads.signatures import Signed, base64_text
from bot.ports import Option, Request

SECRET = Option(name="secret", label="Secret of the webhook at Typeform", secret=True)

NAME = "typeform"
TITLE = "Typeform"
SETUP = """In Typeform, Connect, Webhooks, add one with the URL {url}. If you give it a secret there, set the same as
secret here."""
OPTIONS = (SECRET,)
METHODS = ("POST",)
VERIFIED = "published samples, also of the signature"
PROBLEM = "each response by itself"
KEYED_BY = "`form_response.token`"
APART = ("form_response.token",)
TITLED_BY = "the form's title and the first answer"
STATES = {"form_response": CREATE, "form_response_partial": None}
FIELDS = Fields(
    key="{form_response.token}",
    title=("{form_response.definition.title}", "Form {form_response.form_id}"),
    data={"form": "{form_response.form_id}", "at": "{form_response.submitted_at}"},
)

MAX_SAID = 120  # characters of an answer in a title

document = reading.document

read_response = FIELDS.reader()
verify = Signed(SECRET, "typeform-signature", prefix="sha256=", written=base64_text)


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A response, with questions and answers as the description. One that is half filled in asks for nobody."""
    data = reading.mapping(request)
    if STATES.get(values.text(data, "event_type"), CREATE) is None:
        return ()
    lines = answered(data)
    return tuple(
        signal(found.kind, found.dedup_key, titled(found.title, lines), "\n".join(lines), data=found.data)
        for found in read_response.signals(data)
    )


TAKES = ("form_response",)


def event_kind(request: Request) -> str:
    """The kind of an event. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "event_type")


def titled(title: str, lines: tuple[str, ...]) -> str:
    """The form's title, and what was answered first."""
    return f"{title}: {signals.cut(lines[0].partition(': ')[2] or lines[0], MAX_SAID)}" if lines else title


def answered(data: Mapping[str, object]) -> tuple[str, ...]:
    """A line for each answer: the question's title and what was said."""
    questions = {
        values.text(question, "id"): values.text(question, "title")
        for question in values.items(data, "form_response.definition.fields")
    }
    return values.kept(
        f"{questions.get(values.text(answer, 'field.id'), '')}: {said(answer)}"
        for answer in values.items(data, "form_response.answers")
    )


def said(answer: object) -> str:
    """What was answered: a text, a number, a choice…"""
    kind = values.text(answer, "type")
    return values.text(answer, kind, f"{kind}.label") or ", ".join(values.words(answer, f"{kind}.labels"))


RESPONSE = {
    "form_id": "lT4Z3j",
    "token": "a3a12ec67a1365927098a606107fac15",
    "submitted_at": "2026-01-18T18:17:02Z",
    "definition": {
        "id": "lT4Z3j",
        "title": "Report an outage",
        "fields": [
            {"id": "f1", "title": "What is broken?", "type": "short_text"},
            {"id": "f2", "title": "How bad?", "type": "multiple_choice"},
        ],
    },
    "answers": [
        {"type": "text", "text": "The shop", "field": {"id": "f1", "type": "short_text"}},
        {"type": "choice", "choice": {"label": "Very"}, "field": {"id": "f2", "type": "multiple_choice"}},
    ],
}
EXAMPLES = (
    posted(
        "a response",
        {"event_id": "LtWXD3crgy", "event_type": "form_response", "form_response": RESPONSE},
        signal(
            CREATE,
            "a3a12ec67a1365927098a606107fac15",
            "Report an outage: The shop",
            "What is broken?: The shop\nHow bad?: Very",
            data={"form": "lT4Z3j", "at": "2026-01-18T18:17:02Z"},
        ),
    ),
    posted(
        "a form that is half filled in",
        {"event_type": "form_response_partial", "form_response": RESPONSE | {"token": "b4", "submitted_at": None}},
    ),
)
