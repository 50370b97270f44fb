"""Fixtures that every test may ask for, and whom the tests trust."""

from collections.abc import Iterator

import pytest

from tests.fakes import certificates

pytest_plugins = ["tests.databases"]


@pytest.fixture(scope="session", autouse=True)
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust one certificate instead of the Internet's, where no test goes: every client reads them all, in 20 ms."""
    certificate, _ = certificates.make(tmp_path_factory.mktemp("trusted"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SSL_CERT_FILE", str(certificate))
        yield
