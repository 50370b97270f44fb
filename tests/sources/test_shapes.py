"""Shapes that were seen in public become what a person on call needs."""

import msgspec
import pytest

from bot.engine.model import Signal
from bot.ports import Request
from bot.sources import discover
from tests.sources.samples import SAMPLES
from tests.sources.shapes import SHAPES, Shape

EVERY = (*SHAPES, *SAMPLES)
every_shape = pytest.mark.parametrize("shape", EVERY, ids=[f"{shape.type}: {shape.found}" for shape in EVERY])


def read(shape: Shape) -> tuple[Signal, ...]:
    """What a shape is read as."""
    body = shape.body.encode() if isinstance(shape.body, str) else msgspec.json.encode(shape.body)
    headers = {"content-type": "application/json", **shape.headers}
    return discover()[shape.type].read(Request(method="POST", path="/integrations/key", body=body, headers=headers), {})


@every_shape
def test_a_public_shape_becomes_what_a_person_needs(shape: Shape) -> None:
    found = read(shape)
    assert [one.kind for one in found] == ([shape.kind] if shape.kind else [])
    for one in found:
        assert (one.dedup_key, one.urgency) == (shape.key, shape.urgency)
        assert all(word in one.title for word in shape.has), one.title
        assert not any(word in one.title for word in shape.lacks), one.title
        assert set(shape.data) <= {value for value in one.data.values() if isinstance(value, str)}, one.data
