"""The clock agrees with moment-timezone 0.6.6, run by Node in one batch; `make test-sift` asks far more."""

import pytest

from tests.peers.moment_agreement import compare
from tests.peers.node import missing

ABSENT = missing("moment-timezone", "sift")

pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"NOT COMPARED WITH moment-timezone: {ABSENT}")


def test_agrees_with_moment() -> None:
    assert compare(3_000, seed=17) == []
