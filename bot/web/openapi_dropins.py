"""The addresses of PagerDuty and Opsgenie in OpenAPI's words."""

from collections.abc import Mapping

from bot.web.openapi_pages import INGEST_ANSWERS, Schema, operation, path_parameter

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
_PAGERDUTY_V1: Schema = {
    "type": "object",
    "required": ["service_key", "event_type"],
    "properties": {
        "service_key": {"type": "string", "description": "The integration's key."},
        "event_type": {"type": "string", "enum": ["trigger", "acknowledge", "resolve"]},
        "incident_key": {"type": "string"},
        "description": {"type": "string"},
        "details": {"type": "object"},
        "client": {"type": "string"},
        "client_url": {"type": "string"},
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
_DROPIN_ANSWERS = {status: said for status, said in INGEST_ANSWERS.items() if status not in {200, 404}}
_ACCEPTED = {202: "Accepted, in the words of the service whose clients call this."}


def paths() -> Schema:
    """Each address with its operations."""
    answers = {**_ACCEPTED, **_DROPIN_ANSWERS}
    genie = {**answers, 401: "The integration's key is missing or unknown."}
    alias = path_parameter("identifier", {"type": "string", "minLength": 1})
    action = path_parameter(
        "action", {"type": "string", "enum": ["close", "acknowledge", "message", "description", "notes"]}
    )
    look = {200: "What became of the request.", 401: genie[401], 404: "Not known, or not processed yet.", 503: "Again."}
    asked = {
        200: "What was asked for.",
        401: genie[401],
        404: "There is none.",
        422: "Not a known query.",
        503: "Again.",
    }
    keyed = path_parameter("routing_key", {"type": "string", "minLength": 1, "pattern": "^[0-9a-z]+$"})
    secured: Schema = {"security": [{"genie": []}]}
    return {
        "/v2/enqueue": {"post": operation("PagerDuty Events API v2.", answers, _PAGERDUTY)},
        "/v2/change/enqueue": {"post": operation("PagerDuty change events: logged.", answers, _PAGERDUTY)},
        "/generic/2010-04-15/create_event.json": {
            "post": operation("PagerDuty Events API v1.", {**INGEST_ANSWERS, 200: _ACCEPTED[202]}, _PAGERDUTY_V1)
        },
        "/integration/{routing_key}/enqueue": {
            "parameters": [keyed],
            "post": operation("PagerDuty: what a product sends to its own address.", answers, _PAGERDUTY),
        },
        "/x-ere/{routing_key}": {
            "parameters": [keyed],
            "post": operation("PagerDuty: an event for its orchestration.", answers, _PAGERDUTY),
        },
        "/v2/alerts": {
            "get": operation("Opsgenie: the newest alerts.", asked) | secured,
            "post": operation("Opsgenie: create an alert.", genie, _OPSGENIE) | secured,
        },
        "/v2/alerts/{identifier}": {
            "parameters": [alias],
            "get": operation("Opsgenie: an alert by its alias or id.", asked) | secured,
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
        **_beats(genie, secured),
    }


def _beats(genie: Mapping[int, str], secured: Schema) -> Schema:
    """Opsgenie's heartbeats, and its addresses for products."""
    pings = {**genie, 404: "The key is of no heartbeat."}
    ping = operation("Opsgenie: a heartbeat, whose integration's key is sent.", pings) | secured
    refused = operation("Opsgenie: heartbeats are made in Slack.", {403: "Refused, with the way out."})
    name = path_parameter("name", {"type": "string", "minLength": 1})
    shown = {200: "There is one.", 401: genie[401], 404: "The key is of no heartbeat.", 503: "Again."}
    product = path_parameter("product", {"type": "string", "minLength": 1})
    key = {"name": "apiKey", "in": "query", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-z]+$"}}
    sent = "Opsgenie: what a product sends, to an integration of the product's type."
    return {
        "/v2/heartbeats": {"post": refused},
        "/v2/heartbeats/{name}": {
            "parameters": [name],
            "get": operation("Opsgenie: a heartbeat.", shown) | secured,
            "post": refused,
            "patch": refused,
            "delete": refused,
        },
        "/v2/heartbeats/{name}/ping": {
            "parameters": [name],
            **dict.fromkeys(("get", "post", "put", "patch"), ping),
        },
        "/v1/json/{product}": {
            "parameters": [product, key],
            "post": operation(sent, {**genie, 200: "Stored."}, {"type": "object"}),
        },
    }
