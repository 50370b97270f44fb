"""The matching language agrees with npm sift 17.1.4, run by Node in one batch; `make test-sift` asks far more."""

import pytest

from tests.peers.node import missing
from tests.peers.sift_agreement import AIMS, compare

CASES = {"written": 1_500, "odd": 1_500, "quirks": 1_500, "patterns": 1_000}

pytestmark = pytest.mark.skipif(bool(missing("sift")), reason=f"NOT COMPARED WITH sift: {missing('sift')}")


@pytest.mark.parametrize("group", CASES)
def test_agrees_with_sift(group: str) -> None:
    agreement = compare(group, CASES[group], seed=17)
    assert agreement.rate >= AIMS[group], agreement.differences[:3]


@pytest.mark.parametrize("group", CASES)
def test_cases_are_worth_asking(group: str) -> None:
    agreement = compare(group, 300, seed=18)
    assert 10 < agreement.matched < 250
