"""Every error that is raised on purpose. Each says whether trying again can help."""

from collections.abc import Iterable
from dataclasses import dataclass


class PagerError(Exception):
    """The root of all errors raised on purpose."""

    retryable = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """What mends a text: the characters from `start` to `end` (counted from 0) become `text`. `to` is what is shown."""

    to: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with something a person wrote, said so that they can mend it.

    `where` is the path inside the parsed document (keys and indexes); `line` and `column` count from 1 and are
    known once the text that was parsed is at hand. `change` mends it, where one change of the text does.
    """

    message: str
    mend: str = ""
    where: tuple[str | int, ...] = ()
    line: int | None = None
    column: int | None = None
    change: TextChange | None = None

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


class NotFound(PagerError):
    """What was named does not exist (any more)."""


class Conflict(PagerError):
    """Somebody changed the thing since it was read; nothing was written."""


class Refused(PagerError):
    """The verb does not fit the state that the alert is in, or the person may not use it."""


class StoreUnavailable(PagerError):
    """The database could not commit. Nothing is lost that was answered with a 2xx; ask again."""

    retryable = True


class Unreadable(PagerError):
    """A payload is not what its source takes; the text says what was expected and what came."""


class Undecodable(PagerError):
    """A stored row is damaged, or was written by a newer version. Says which row, never what is in it."""

    def __init__(self, table: str, row_id: str, where: str = "") -> None:
        place = f" ({where})" if where else ""
        super().__init__(f"The row {row_id} of {table}{place} is damaged or was written by a newer version.")
        self.id = row_id


class Forbidden(PagerError):
    """A payload's token or signature is missing, wrong or too old."""


class Undelivered(PagerError):
    """A message did not reach its provider, or it is not known whether it did. `reason` is fit to be shown."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after  # seconds, in the provider's own words


class Rejected(Undelivered):
    """The provider will never take this message: another channel has to."""


class Limited(Undelivered):
    """The provider took nothing and asks us to wait."""

    retryable = True


class Unavailable(Undelivered):
    """The provider could not be reached or failed before it took the message."""

    retryable = True


class Unanswered(Undelivered):
    """The message was sent and no answer came: it may have arrived. A second message is better than none."""

    retryable = True
