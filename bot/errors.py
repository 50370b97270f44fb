"""Every error that is raised on purpose. Each says whether trying again can help."""

from collections.abc import Iterable
from dataclasses import dataclass


class PagerError(Exception):
    """The root of all errors raised on purpose."""

    retryable = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with something a person wrote, said so that they can mend it.

    `where` is the path inside the parsed document (keys and indexes); `line` and `column` count from 1 and are
    known once the text that was parsed is at hand.
    """

    message: str
    mend: str = ""
    where: tuple[str | int, ...] = ()
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line is not None else ""
        return f"{place}{self.message}{f' {self.mend}' if self.mend else ''}"


class Invalid(PagerError):
    """What a person wrote cannot be accepted; carries every problem at once, and nothing was saved."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class TemplateFailed(PagerError):
    """A template that compiled could not be rendered with this payload (a limit, or a helper's refusal)."""
