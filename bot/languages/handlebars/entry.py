"""One entry of the library: a function and how it may be called."""

import inspect
from dataclasses import dataclass

from bot.languages.handlebars.runtime import Function, HelperTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """A function of values, or of a Call and values; values beyond `most` are left out, as JavaScript ignores them."""

    function: Function
    takes_call: bool
    least: int
    most: int | None
    block_only: bool

    def misuse(self, name: str, given: int, *, is_block: bool) -> tuple[str, str] | None:
        """What is wrong with a call of `given` values, and how to mend it."""
        if self.block_only and not is_block:
            return f"{name} works as a block only.", f"Write {{{{#{name} …}}}}…{{{{/{name}}}}}."
        if given >= self.least:
            return None
        values = f"{self.least} value{'s' if self.least > 1 else ''}"
        mend = f"Write this.{name} for a field of that name." if given == 0 else f"Give it {values}."
        return f"{name} is a helper and needs {values}.", mend


def of_values(table: HelperTable) -> dict[str, Helper]:
    """Helpers whose answer depends on their values alone."""
    return {name: _helper(function, takes_call=False) for name, function in table.items()}


def of_calls(table: HelperTable) -> dict[str, Helper]:
    """Helpers that look at more: their block, hash arguments, `this`, the instant or the budget."""
    return {name: _helper(function, takes_call=True) for name, function in table.items()}


def of_blocks(table: HelperTable) -> dict[str, Helper]:
    """Helpers that have a meaning as a block only."""
    return {name: _helper(function, takes_call=True, block_only=True) for name, function in table.items()}


def _helper(function: Function, *, takes_call: bool, block_only: bool = False) -> Helper:
    params = list(inspect.signature(function).parameters.values())[takes_call:]
    plain = [param for param in params if param.kind is not inspect.Parameter.VAR_POSITIONAL]
    least = sum(param.default is inspect.Parameter.empty for param in plain)
    most = len(plain) if len(plain) == len(params) else None
    return Helper(function=function, takes_call=takes_call, least=least, most=most, block_only=block_only)
