"""A rule that could not be decided: neither what it does nor what those below it do may follow."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """The rule that ended the search: what its text belongs to (`router:payments`), its name, and why."""

    object_id: str
    subject: str
    rule: str
    reason: str

    @property
    def said(self) -> str:
        """The whole, for somebody who was paged because of it."""
        return f"{self.subject}: {self.rule} could not be decided ({self.reason})"


def noted(description: str, given_up: tuple[GivenUp, ...], result: str) -> str:
    """A description that begins with what could not be decided and what came of that; each is said once."""
    said = (f"({each.said}; {result}.)" for each in given_up)
    fresh = [each for each in dict.fromkeys(said) if each not in description]
    return "\n\n".join((*fresh, description)) if description else "\n\n".join(fresh)
