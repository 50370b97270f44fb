"""The parts of which a description in OpenAPI is made."""

from collections.abc import Mapping

Schema = dict[str, object]


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
