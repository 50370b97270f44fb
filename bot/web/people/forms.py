"""`/integrations/{key}/form`: the page of a type `form`, on which people call for help. What they send is a payload."""

from collections.abc import Iterator, Mapping
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.engine.model import Integration
from bot.errors import StoreUnavailable
from bot.payloads import values
from bot.sources import form
from bot.web.ingest.addressed import PREFIX
from bot.web.ingest.admission import GONE, Admission
from bot.web.ingest.bodies import NoBody, form_fields, request_of
from bot.web.ingest.endpoint import FORM, KEPT_PATH
from bot.web.ingest.replies import Reply
from bot.web.people import pages

_LONGEST = {"title": 300, "description": 10_000}
_KINDS = {"email": "email", "phone": "tel"}
_FIELDS = 20
_URGENCIES = ("low", "medium", "high", "critical")
_UNREADABLE = "Cannot read this payload: "  # how the source begins, which is no word for people
_NOT_HERE = "There is no form at this address."
_HELP: Mapping[int, str] = {
    405: "Whoever gave you the address can say where to ask instead.",
    429: "Too many have written in the last minute. Wait a little, then send it again.",
    503: "What you wrote could not be stored. Wait a little, then send it again.",
}


class Forms:
    """Shows forms, and takes what was filled in."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    def routes(self) -> tuple[Route, ...]:
        """Where they are."""
        return (Route(f"{PREFIX}{{key}}{FORM}", self.answer, methods=["GET", "POST"]),)

    async def answer(self, asked: Request) -> Response:
        """Show the form (GET), or take it and say what became of it (POST)."""
        try:
            integration = await self._admission.integration_at(asked.path_params["key"])
            if integration is None or integration.type != form.NAME:
                return pages.refusal(_NOT_HERE, "Look at it once more, or ask whoever gave it to you.", 404)
            if asked.method != "POST":
                return _page(integration, {}) if integration.enabled else _refused(405)
            return await self._take(asked, integration)
        except StoreUnavailable as error:
            self._admission.count(self._admission.complain(error))
            return _refused(503)

    async def _take(self, asked: Request, integration: Integration) -> Response:
        body = await self._admission.body(asked.scope, asked.receive)
        if body is NoBody.GONE:
            return _refused(self._admission.count(GONE).status)
        unread = body if isinstance(body, NoBody) else None
        sent = b"" if isinstance(body, NoBody) else body
        request = request_of(asked.scope, sent, KEPT_PATH, self._admission.now())
        reply = await self._admission.admit(integration, request, unread)
        return _answered(integration, self._admission.count(reply), sent)


def _answered(integration: Integration, reply: Reply, sent: bytes) -> Response:
    if reply.status == 200:
        said = "Thank you. This was passed on to the people on call."
        return pages.page("Thank you", f'<p class="said" role="status">{said}</p>\n<p>Noted as {reply.log_id}.</p>')
    if reply.status == 400:
        return _page(integration, form_fields(sent, _FIELDS), reply.message.removeprefix(_UNREADABLE))
    return _refused(reply.status)


def _refused(status: int) -> Response:
    said = "This form is closed." if status == 405 else "This was not taken."
    return pages.refusal(said, _HELP.get(status, "Make it shorter, then send it again."), status)


def _page(integration: Integration, typed: Mapping[str, str], wrong: str = "") -> Response:
    logo = _setting(integration, "logo")
    allows = f"{pages.FORMS}; img-src https:" if _is_link(logo) else pages.FORMS
    title = _setting(integration, "title") or integration.name
    return pages.page(title, "\n".join(_parts(integration, typed, wrong)), 400 if wrong else 200, allows=allows)


def _parts(integration: Integration, typed: Mapping[str, str], wrong: str) -> Iterator[str]:
    logo = _setting(integration, "logo")
    if _is_link(logo):
        yield f'<p><img src="{escape(logo)}" alt="" height="48" referrerpolicy="no-referrer"></p>'
    yield f"<h1>{escape(_setting(integration, 'header') or _setting(integration, 'title') or integration.name)}</h1>"
    if instructions := _setting(integration, "instructions"):
        yield f'<p class="text">{escape(instructions)}</p>'
    if wrong:
        yield f'<p class="said" role="alert">{escape(wrong)}</p>'
    button = '<button class="first">Call for help</button>'
    yield f'<form method="post">{"".join(_inputs(integration, typed))}{button}</form>'
    link = _setting(integration, "footer_link")
    if _is_link(link):
        yield f'<p class="small"><a href="{escape(link)}" rel="noreferrer">{escape(_footer(integration, link))}</a></p>'


def _inputs(integration: Integration, typed: Mapping[str, str]) -> Iterator[str]:
    needed = {
        "title",
        *(each.name.removesuffix("_required") for each in form.REQUIRED if values.enabled(each, integration.options)),
    }
    for name, label in form.LABELS.items():
        required = " required" if name in needed else ""
        star = " *" if required else ""
        yield f"<label>{label}{star}{_input(name, typed.get(name, ''), required)}</label>"


def _input(name: str, now: str, required: str) -> str:
    if name == "urgency":
        chosen = (f"<option{' selected' if each == now else ''}>{each}</option>" for each in _URGENCIES)
        return f'<select name="{name}"{required}><option value=""></option>{"".join(chosen)}</select>'
    longest = _LONGEST.get(name, 200)
    if name == "description":
        return f'<textarea name="{name}" rows="6" maxlength="{longest}"{required}>\n{escape(now)}</textarea>'
    kind = _KINDS.get(name, "text")
    return f'<input type="{kind}" name="{name}" maxlength="{longest}" value="{escape(now)}"{required}>'


def _setting(integration: Integration, name: str) -> str:
    return str(integration.options.get(name) or "").strip()


def _footer(integration: Integration, link: str) -> str:
    return _setting(integration, "footer_text") or link


def _is_link(text: str) -> bool:
    return text.startswith("https://")
