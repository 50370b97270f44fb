"""Fixtures that every test may ask for, and whom the tests trust."""

import gc
from pathlib import Path

import pytest

from tests.fakes import certificates

pytest_plugins = ["tests.databases", "tests.golden.asking"]


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: everything stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later look: it is most of what there is."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one certificate, that nobody uses."""
    certificate, _ = certificates.make(tmp_path_factory.mktemp("trusted"))
    return certificate


@pytest.fixture(autouse=True)
def trusted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, one_authority: Path) -> None:
    """Trust nobody of the Internet, where no test goes but real ones: each client reads all of them, for 20 ms."""
    if not request.node.get_closest_marker("real"):
        monkeypatch.setenv("SSL_CERT_FILE", str(one_authority))
