"""Many cases in one test: to set up a test takes more time than most cases of a source do."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def about(case: object) -> Iterator[None]:
    """Name the case by which a test fails."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"In the case: {case}")
        raise
