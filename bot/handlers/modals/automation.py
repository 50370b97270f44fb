"""The form of an automation: one HTTP request."""

from collections.abc import Mapping

from bot import ids
from bot.engine.intake.automation_requests import METHODS
from bot.engine.model import Automation, Credentials, Role
from bot.errors import Invalid, Problem
from bot.handlers.buttons import run
from bot.handlers.filled import Filled
from bot.handlers.modals.saving import ID, SEEN, edited, handle_of, save
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.slack.blocks import actions, code, line, section
from bot.slack.forms import Choice, Form, input_block, lines, menu, text

_FORM, _NAME, _METHOD, _URL, _HEADERS, _BODY = "automation", "name", "method", "url", "headers", "body"
_USER, _SECRET, _FORGET, _REPEATS = "user", "secret", "none", "repeats"
_REPEATED = (
    Choice(value="no", label="No: one request, at most"),
    Choice(value="yes", label="Yes: making it twice does no harm"),
)
_WHEN_REPEATED = (
    "No answer, or a failure over there, leaves open whether it was taken. What surely was not is tried again."
)
_HINT = "Templates: {{alert.title}}, {{alert.number}}, {{data.host}}. What they print is escaped for where it stands."
_LONGEST_NAME = 100


def new_automation() -> Form:
    """An empty form."""
    return _form(Automation(id=ids.new("atm"), name="", handle="", method="POST", url=""), 0)


def edit_automation(automation: Automation, seen: int) -> Form:
    """The form of an automation as it is. The secret is not shown, and stays when nothing is typed."""
    return _form(automation, seen)


def _form(automation: Automation, seen: int) -> Form:
    headers = "\n".join(f"{name}: {value}" for name, value in automation.headers.items())
    methods = tuple(Choice(value=each, label=each) for each in METHODS)
    auth = automation.auth
    kept = "It is set, and not shown. What you type replaces it; type none to remove it." if auth else ""
    return Form(
        title="Edit automation" if seen else "New automation",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: automation.id, SEEN: str(seen)},
        blocks=(
            input_block(_NAME, "Name", text(automation.name, "Restart checkout", _LONGEST_NAME)),
            input_block(_METHOD, "Method", menu(_METHOD, methods, automation.method.upper())),
            input_block(_URL, "URL", text(automation.url, "https://ci.example.com/jobs/restart"), hint=_HINT),
            input_block(_HEADERS, "Headers", lines(headers, "X-Reason: #{{alert.number}}"), optional=True),
            input_block(_BODY, "Body", lines(automation.body, '{"alert": "{{alert.title}}"}'), optional=True),
            input_block(
                _REPEATS,
                "Make it again when it may have been taken",
                menu(_REPEATS, _REPEATED, "yes" if automation.repeats else "no"),
                hint=_WHEN_REPEATED,
            ),
            input_block(
                _USER,
                "User name",
                text(auth.user if auth else ""),
                hint="For basic authentication; leave it empty for a bearer token.",
                optional=True,
            ),
            input_block(_SECRET, "Password or token", text(""), hint=kept, optional=True),
        ),
    )


def _save(visit: Visit, filled: Filled) -> Saved:
    directory, object_id, name = visit.directory(), filled.notes[ID], filled.text(_NAME)
    known = directory.automations.get(object_id)
    read = Automation(
        id=object_id,
        name=name,
        handle=handle_of(directory, Automation, object_id, name),
        method=filled.choice(_METHOD),
        url=filled.text(_URL),
        headers=dict(_headers(filled.text(_HEADERS))),
        body=filled.typed(_BODY),
        auth=_auth(filled, known),
        repeats=filled.choice(_REPEATS) == "yes",
    )
    places = {each: (each,) for each in (_NAME, _METHOD, _URL, _HEADERS, _BODY, _REPEATS)} | {"auth": (_USER, _SECRET)}
    automation = edited(filled, known, read, places)
    save(visit, [(automation, int(filled.notes[SEEN]))])
    said = f"Automation *{line(name, 100)}* is saved."
    use = f"Have a router's rule run it: {code(f'{{type: automate, ids: [automation:{automation.handle}]}}')}"
    tried = actions(run("Try it dry", f"automation test {automation.handle}"))
    return Saved(title="Saved", said=Said(text=said, blocks=(section(said), section(use), tried)))


def _headers(typed: str) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for number, each in enumerate(typed.splitlines(), start=1):
        name, colon, value = each.partition(":")
        if each.strip() and not (colon and name.strip()):
            message = f"Line {number}, “{each[:40]}”, is no header."
            raise Invalid([Problem(message=message, mend="Write each as Name: value.", where=(_HEADERS,))])
        if each.strip():
            headers[name.strip()] = value.strip()
    return headers


def _auth(filled: Filled, known: Automation | None) -> Credentials | None:
    secret, user = filled.text(_SECRET), filled.text(_USER)
    had = known.auth if known else None
    if secret.lower() == _FORGET:
        return None
    if secret:
        return Credentials(secret=secret, user=user)
    if had is None and user:
        message = "There is a user name and no password."
        raise Invalid([Problem(message=message, mend="Type one, or leave the name empty.", where=(_SECRET,))])
    return Credentials(secret=had.secret, user=user) if had else None


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save, role=Role.ADMIN),)
