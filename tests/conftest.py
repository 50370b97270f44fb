"""Fixtures that every test may ask for, and whom the tests trust."""

import gc
from collections.abc import Iterator

import pytest

from tests.fakes import certificates

pytest_plugins = ["tests.databases"]


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: everything stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later look: it is most of what there is."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust one certificate instead of the Internet's, where no test goes: every client reads them all, in 20 ms."""
    certificate, _ = certificates.make(tmp_path_factory.mktemp("trusted"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SSL_CERT_FILE", str(certificate))
        yield
