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
