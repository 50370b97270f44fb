"""The public addresses that are no ingest, in OpenAPI's words: pages for people, calendars, and who calls back."""

from collections.abc import Mapping

Schema = dict[str, object]

INGEST_ANSWERS: Mapping[int, str] = {
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
"""How the ingest answers, by status."""


def path_parameter(name: str, schema: Schema) -> Schema:
    """A part of a path."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def operation(
    summary: str, answers: Mapping[int, str], body: Schema | None = None, kind: str = "application/json"
) -> Schema:
    """What a method does at a path: its answers by status, and the body that it takes."""
    responses = {str(status): {"description": said} for status, said in sorted(answers.items())}
    found: Schema = {"summary": summary, "responses": responses}
    return found if body is None else found | {"requestBody": {"content": {kind: {"schema": body}}}}


_FORM = "application/x-www-form-urlencoded"
_TEXT: Schema = {"type": "string", "minLength": 1}
_LINK: Mapping[int, str] = {
    403: "The link was not made here, or belongs to somebody who is no longer here.",
    404: "What it is about does not exist any more.",
    410: "The link is too old.",
    503: "The database does not answer: again.",
}
_ANSWERED: Mapping[int, str] = {
    **_LINK,
    200: "Done, or the page.",
    400: "None of the answers that there are.",
    409: "Somebody was faster.",
}
_REGISTERED: Mapping[int, str] = {**_ANSWERED, 400: "This is no subscription of a browser, or its service refuses it."}
_TWILIO: Mapping[int, str] = {
    200: "TwiML.",
    204: "Noted.",
    403: "It is not signed by Twilio.",
    404: "Twilio is not set up.",
    503: "The database does not answer: again.",
}
_TWILIO_PATHS: Mapping[str, str] = {
    "/twilio/replies": "Somebody sent a text message.",
    "/twilio/messages/{notification_id}": "What became of a text message.",
    "/twilio/calls/{notification_id}": "What became of a call.",
    "/twilio/machines/{notification_id}": "Who picked up, a person or a machine.",
    "/twilio/keys/{notification_id}": "Somebody pressed a key.",
    "/twilio/storms/{storm_id}": "Somebody pressed a key in a call that told of a storm.",
    "/integrations/{key}/call": "Somebody calls the number of a live call routing.",
    "/integrations/{key}/call/menu": "A caller chose a team.",
    "/integrations/{key}/call/wait": "A caller waits.",
    "/integrations/{key}/call/left": "A caller left the queue.",
    "/integrations/{key}/call/message": "A caller left a message.",
    "/integrations/{key}/call/through/{caller}": "Whoever acknowledged is put through.",
}


def paths() -> Schema:
    """The paths with what they take and answer."""
    return {**_links(), **_push(), **_twilio(), **_callers()}


def _links() -> Schema:
    token = path_parameter("token", _TEXT)
    verb: Schema = {
        "type": "object",
        "properties": {"verb": {"type": "string", "enum": ["acknowledge", "reject", "resolve"]}},
    }
    calendar = {200: "The calendar.", 304: "It has not changed.", 404: "There is none.", 503: "It cannot be computed."}
    return {
        "/answer/{token}": {
            "parameters": [token],
            "get": operation("An alert, for whoever has the link; changes nothing.", _ANSWERED),
            "post": operation("Answer it.", _ANSWERED, verb, _FORM),
        },
        "/storm/{token}": {
            "parameters": [token],
            "get": operation("A storm, for whoever has the link; changes nothing.", _ANSWERED),
            "post": operation("Take all of it that nobody has.", _ANSWERED, {"type": "object"}, _FORM),
        },
        "/unsubscribe/{token}": {
            "parameters": [token],
            "get": operation("Asks whether no more mail is wanted; changes nothing.", _ANSWERED),
            "post": operation("No more mail (RFC 8058).", _ANSWERED, {"type": "object"}, _FORM),
        },
        "/ical/{secret}.ics": {
            "parameters": [path_parameter("secret", _TEXT)],
            "get": operation("Who is on call, as a calendar.", calendar),
        },
    }


def _push() -> Schema:
    token = path_parameter("token", _TEXT)
    subscription: Schema = {
        "type": "object",
        "required": ["endpoint", "keys"],
        "properties": {
            "endpoint": {"type": "string", "format": "uri"},
            "keys": {"type": "object", "properties": {"p256dh": {"type": "string"}, "auth": {"type": "string"}}},
        },
    }
    renewal: Schema = {"type": "object", "properties": {"old": subscription, "new": subscription}}
    return {
        "/push/worker.js": {"get": operation("The service worker.", {200: "A script."})},
        "/push/files/{name}": {
            "parameters": [path_parameter("name", _TEXT)],
            "get": operation("What the page is made of.", {200: "A file.", 404: "There is none."}),
        },
        "/push/renewal": {"post": operation("A browser renewed its subscription.", _REGISTERED, renewal)},
        "/push/{token}/manifest.json": {
            "parameters": [token],
            "get": operation("What makes the page an app.", {200: "A manifest."}),
        },
        "/push/{token}": {
            "parameters": [token],
            "get": operation("The page on which a browser is registered.", _ANSWERED),
            "post": operation("Register a browser.", _REGISTERED, subscription),
            "delete": operation("Forget a browser.", _REGISTERED, subscription),
        },
    }


def _twilio() -> Schema:
    form: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
    found: Schema = {
        path: {"parameters": _parameters(path), "post": operation(f"Twilio: {summary}", _TWILIO, form, _FORM)}
        for path, summary in _TWILIO_PATHS.items()
    }
    found["/twilio/music.wav"] = {"get": operation("What callers hear while they wait.", {200: "Music."})}
    return found


def _parameters(path: str) -> list[Schema]:
    """The parts in braces."""
    names = (part.partition("}")[0] for part in path.split("{")[1:])
    return [path_parameter(name, _TEXT) for name in names]


def _callers() -> Schema:
    slack = {
        200: "Slack hears what it waits for.",
        401: "It is not signed by Slack, or too old.",
        404: "Nothing here takes that.",
        413: "The body is over the limit.",
        503: "No workspace is connected.",
    }
    sent: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
    return {"/slack/events": {"post": operation("Slack: commands, buttons, forms, events.", slack, sent, _FORM)}}
