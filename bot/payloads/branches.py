"""Which branches' builds make alerts: one that somebody works on may be broken, the one that is shipped may not."""

from collections.abc import Mapping

from bot.payloads import values
from bot.ports import Option

BRANCHES = Option(
    name="branches",
    label="Branches whose builds make alerts, such as main, release/* (nothing: the default branch; *: all)",
)


def wanted(branch: str, default: str, options: Mapping[str, object]) -> bool:
    """Whether builds of a branch count; "" is a branch that is nobody's but its author's.

    Where the sender does not say which branch is its default one, every branch counts: somebody looks.
    """
    patterns = values.words(options, BRANCHES.name) or values.kept((default,)) or ("*",)
    return any(fits(branch, pattern) for pattern in patterns)


def fits(branch: str, pattern: str) -> bool:
    """Whether a branch is one, or begins with what stands before a final `*`."""
    if pattern.endswith("*"):
        return branch.startswith(pattern[:-1])
    return branch == pattern
