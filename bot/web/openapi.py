"""The public addresses in OpenAPI's words, served at `/openapi.json`: for senders, and for tests that try them all."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sources import form
from bot.web import openapi_pages
from bot.web.ingest.endpoint import FORM
from bot.web.openapi_pages import Schema, operation, path_parameter

ADDRESS = "/openapi.json"

_KEY: Schema = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "The secret part of the integration's address.",
    "schema": {"type": "string", "minLength": 1, "pattern": "^[0-9a-z]+$"},
}
_EVENT: Schema = {
    "type": "object",
    "description": "The type webhook's shape; other types take what their sender sends.",
    "properties": {
        "event_type": {"type": "string", "enum": ["create", "acknowledge", "resolve"]},
        "id": {"type": "string", "description": "Names the alert: the dedup key."},
        "title": {"type": "string"},
        "description": {"type": "string"},
        "urgency": {"type": "string", "enum": ["silent", "low", "medium", "high", "critical"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "meta": {"type": "object"},
        "dedup_keys": {"type": "array", "items": {"type": "string"}},
    },
}
_PAGERDUTY: Schema = {
    "type": "object",
    "required": ["routing_key", "event_action"],
    "properties": {
        "routing_key": {"type": "string", "description": "The integration's key."},
        "event_action": {"type": "string", "enum": ["trigger", "acknowledge", "resolve"]},
        "dedup_key": {"type": "string"},
        "payload": {
            "type": "object",
            "properties": {
                "summary": {"type": "string"},
                "source": {"type": "string"},
                "severity": {"type": "string", "enum": ["critical", "error", "warning", "info"]},
                "custom_details": {"type": "object"},
            },
        },
        "links": {"type": "array", "items": {"type": "object"}},
    },
}
_OPSGENIE: Schema = {
    "type": "object",
    "required": ["message"],
    "properties": {
        "message": {"type": "string"},
        "alias": {"type": "string"},
        "description": {"type": "string"},
        "priority": {"type": "string", "enum": ["P1", "P2", "P3", "P4", "P5"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "details": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
_INGEST_ANSWERS: Mapping[int, str] = {
    200: "Stored; the body has the log's id.",
    400: "The body is not what the type takes; the reason is in the body.",
    403: "The token or signature is missing, wrong or too old.",
    404: "There is no integration at this address.",
    405: "The integration is disabled, or does not take this method.",
    408: "The body did not arrive.",
    413: "The body is over the limit.",
    415: "The content-encoding is not taken.",
    429: "More than the integration takes; Retry-After says when to come back.",
    503: "It could not be stored: send it again.",
}
_DROPIN_ANSWERS = {status: said for status, said in _INGEST_ANSWERS.items() if status not in {200, 404}}
_ACCEPTED = {202: "Accepted, in the words of the service whose clients call this."}


def description() -> Schema:
    """The whole description, by OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "PagerTree", "version": "1", "description": "Where alerts are sent to."},
        "paths": {**_ingest(), **_form(), **_dropins(), **openapi_pages.paths(), **_own()},
        "components": {
            "securitySchemes": {"genie": {"type": "apiKey", "in": "header", "name": "Authorization"}},
        },
    }


def routes() -> tuple[Route, ...]:
    """Where the description is."""
    return (Route(ADDRESS, _answer, methods=["GET"]),)


async def _answer(_request: Request) -> Response:
    return JSONResponse(description())


def _ingest() -> Schema:
    said = "Send a payload to an integration."
    beat = "Tell of a run of a job (start, success, fail, or an exit status), or speak as a client of Alerta."
    suffix = path_parameter(
        "suffix", {"type": "string", "enum": ["start", "success", "fail", "0", "1", "255", "alert", "config"]}
    )
    return {
        "/integrations/{key}": {
            "parameters": [_KEY],
            "get": operation(said, _INGEST_ANSWERS),
            "post": operation(said, _INGEST_ANSWERS, _EVENT),
        },
        "/integrations/{key}/{suffix}": {
            "parameters": [_KEY, suffix],
            "get": operation(beat, _INGEST_ANSWERS),
            "post": operation(beat, _INGEST_ANSWERS, {"type": "string"}, "text/plain"),
        },
    }


def _form() -> Schema:
    refusals = {status: said for status, said in _INGEST_ANSWERS.items() if status not in {200, 403}}
    return {
        f"/integrations/{{key}}{FORM}": {
            "parameters": [_KEY],
            "get": operation("The page of a type form.", {200: "The page.", **refusals}),
            "post": operation(
                "Call for help with it.",
                {200: "Stored; a page that says so.", **refusals},
                {
                    "type": "object",
                    "required": ["title"],
                    "properties": {name: {"type": "string"} for name in form.LABELS},
                },
                "application/x-www-form-urlencoded",
            ),
        },
    }


def _dropins() -> Schema:
    answers = {**_ACCEPTED, **_DROPIN_ANSWERS}
    genie = {**answers, 401: "The integration's key is missing or unknown."}
    alias = path_parameter("identifier", {"type": "string", "minLength": 1})
    action = path_parameter(
        "action", {"type": "string", "enum": ["close", "acknowledge", "message", "description", "notes"]}
    )
    look = {200: "What became of the request.", 401: genie[401], 404: "Not known, or not processed yet.", 503: "Again."}
    secured: Schema = {"security": [{"genie": []}]}
    return {
        "/v2/enqueue": {"post": operation("PagerDuty Events API v2.", answers, _PAGERDUTY)},
        "/v2/change/enqueue": {"post": operation("PagerDuty change events: logged.", answers, _PAGERDUTY)},
        "/v2/alerts": {"post": operation("Opsgenie: create an alert.", genie, _OPSGENIE) | secured},
        "/v2/alerts/{identifier}": {
            "parameters": [alias],
            "delete": operation("Opsgenie: delete an alert, which resolves it.", genie) | secured,
        },
        "/v2/alerts/{identifier}/{action}": {
            "parameters": [alias, action],
            "post": operation("Opsgenie: act on an alert.", genie, {"type": "object"}) | secured,
            "put": operation("Opsgenie: change an alert; logged.", genie, {"type": "object"}) | secured,
        },
        "/v2/alerts/requests/{id}": {
            "parameters": [path_parameter("id", {"type": "string", "minLength": 1})],
            "get": operation("Opsgenie: what became of a request.", look) | secured,
        },
    }


def _own() -> Schema:
    fine = {200: "Fine."}
    return {
        "/": {"get": operation("Says what this is.", fine)},
        "/health/live": {"get": operation("The process runs.", fine)},
        "/health/ready": {"get": operation("Payloads can be taken.", {**fine, 503: "They cannot; the reason."})},
        "/metrics": {"get": operation("Figures, in Prometheus' text format.", fine)},
        ADDRESS: {"get": operation("This description.", fine)},
    }
