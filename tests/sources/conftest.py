"""How many mutated payloads each type is given: `pytest tests/sources --payloads=10000` is the long run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--payloads`."""
    parser.addoption("--payloads", type=int, default=10, help="mutated payloads for each integration type")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the count to the tests that ask for it."""
    if "payloads" in metafunc.fixturenames:
        metafunc.parametrize("payloads", [metafunc.config.getoption("--payloads")], ids=["payloads"])
