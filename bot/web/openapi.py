"""The public addresses in OpenAPI's words, served at `/openapi.json`: for senders, and for tests that try them all."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sources import form
from bot.web import openapi_dropins, openapi_pages
from bot.web.ingest.endpoint import FORM
from bot.web.openapi_pages import INGEST_ANSWERS, Schema, operation, path_parameter

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
_VICTOROPS: Schema = {
    "type": "object",
    "properties": {
        "message_type": {
            "type": "string",
            "enum": ["CRITICAL", "WARNING", "ACKNOWLEDGEMENT", "INFO", "RECOVERY"],
        },
        "entity_id": {"type": "string", "description": "Names the alert: the dedup key."},
        "entity_display_name": {"type": "string"},
        "state_message": {"type": "string"},
    },
}
_MADE = {201: "Stored, in the words of Alerta."}
_TYPE = path_parameter("type", {"type": "string", "minLength": 1})


def description() -> Schema:
    """The whole description, by OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "PagerTree", "version": "1", "description": "Where alerts are sent to."},
        "paths": {**_ingest(), **_form(), **openapi_dropins.paths(), **openapi_pages.paths(), **_own()},
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
    oncall = "Grafana OnCall's address: the integration knows the sender's type, so any name of one will do."
    suffix = path_parameter(
        "suffix", {"type": "string", "enum": ["start", "success", "fail", "0", "1", "255", "alert", "config"]}
    )
    return {
        "/integrations/{key}": {
            "parameters": [_KEY],
            "get": operation(said, INGEST_ANSWERS),
            "post": operation(said, INGEST_ANSWERS, _EVENT),
        },
        "/integrations/{key}/{suffix}": {
            "parameters": [_KEY, suffix],
            "get": operation(beat, INGEST_ANSWERS),
            "post": operation(beat, {**INGEST_ANSWERS, **_MADE}, {"type": "string"}, "text/plain"),
        },
        "/integrations/v1/{type}/{key}": {
            "parameters": [_TYPE, _KEY],
            "get": operation(oncall, INGEST_ANSWERS),
            "post": operation(oncall, INGEST_ANSWERS, _EVENT),
        },
        "/integrations/v1/{type}/{key}/heartbeat": {
            "parameters": [_TYPE, _KEY],
            "get": operation("Grafana OnCall's address of a heartbeat.", INGEST_ANSWERS),
            "post": operation("Grafana OnCall's address of a heartbeat.", INGEST_ANSWERS),
        },
        "/integrations/generic/20131114/alert/{key}/{routing_key}": {
            "parameters": [_KEY, path_parameter("routing_key", {"type": "string", "minLength": 1})],
            "post": operation("Splunk On-Call's REST endpoint.", INGEST_ANSWERS, _VICTOROPS),
        },
    }


def _form() -> Schema:
    refusals = {status: said for status, said in INGEST_ANSWERS.items() if status not in {200, 403}}
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


def _own() -> Schema:
    fine = {200: "Fine."}
    return {
        "/": {"get": operation("Says what this is.", fine)},
        "/health/live": {"get": operation("The process runs.", fine)},
        "/health/ready": {"get": operation("Payloads can be taken.", {**fine, 503: "They cannot; the reason."})},
        "/metrics": {"get": operation("Figures, in Prometheus' text format.", fine)},
        ADDRESS: {"get": operation("This description.", fine)},
    }
