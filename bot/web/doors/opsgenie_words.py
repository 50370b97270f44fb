"""How Opsgenie knows a client, and how it answers: clients rely on the words."""

from time import perf_counter

from starlette.requests import Request as Asked
from starlette.responses import JSONResponse, Response

from bot import ids
from bot.engine.model import Integration
from bot.web.ingest.admission import Admission
from bot.web.ingest.bodies import NoBody
from bot.web.ingest.replies import Reply

PROCESSED = "Request will be processed"
_SCHEME = "geniekey "
_NO_KEY = Reply(status=401, message="Send the integration's key in the header Authorization: GenieKey <key>.")
_UNKNOWN = Reply(status=401, message="Could not authenticate: this is not the key of an integration.")


def key_of(asked: Asked) -> str:
    """The key that a client sends, "" for none."""
    given = asked.headers.get("authorization", "").strip()
    return given[len(_SCHEME) :].strip() if given[: len(_SCHEME)].lower() == _SCHEME else ""


async def authenticated(admission: Admission, asked: Asked) -> Integration | Reply:
    """The integration whose key a client sends, or the refusal. Raises `StoreUnavailable`."""
    key = key_of(asked)
    if not key:
        return _NO_KEY
    return await admission.integration_at(key) or _UNKNOWN


async def sent(admission: Admission, asked: Asked) -> tuple[bytes | NoBody, Integration | Reply]:
    """What a client sends and the integration whose key it sends, or the refusal. Raises `StoreUnavailable`."""
    key = key_of(asked)
    if not key:
        return NoBody.UNREAD, _NO_KEY
    body, integration = await admission.addressed(asked.scope, asked.receive, key)
    return body, integration or _UNKNOWN


def took(started: float) -> float:
    """Seconds since an instant of `perf_counter`."""
    return round(perf_counter() - started, 3)


def said(reply: Reply, started: float, result: str = PROCESSED, status: int = 202) -> Response:
    """Opsgenie's words. The id of a request is that of its log."""
    noted = {"took": took(started), "requestId": reply.log_id or ids.new("req")}
    if reply.status == 200:
        return JSONResponse({"result": result, **noted}, status_code=status)
    return JSONResponse({"message": reply.message, **noted}, status_code=reply.status, headers=reply.headers)


def told(data: object, started: float, request_id: str = "") -> Response:
    """An answer to a question, of a request's own id where it is about one."""
    return JSONResponse({"data": data, "took": took(started), "requestId": request_id or ids.new("req")})
