"""Values of rows and parameters as JSON, and back."""

import base64
from collections.abc import Mapping
from typing import Any


def pack(value: Any) -> Any:
    """A value of a row or parameter as JSON."""
    match value:
        case bytes() | memoryview():
            return {"bytes": base64.b64encode(bytes(value)).decode()}
        case Mapping():
            return {str(name): pack(each) for name, each in value.items()}
        case list() | tuple():
            return [pack(each) for each in value]
        case _:
            return value


def unpack(value: Any) -> Any:
    """What was packed."""
    match value:
        case {"bytes": str(text), **rest} if not rest:
            return base64.b64decode(text)
        case dict():
            return {name: unpack(each) for name, each in value.items()}
        case list():
            return tuple(unpack(each) for each in value)
        case _:
            return value
