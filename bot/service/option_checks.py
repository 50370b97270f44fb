"""Whether an integration's options can be saved: known to its type, of their kind, and within their bounds."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from bot.errors import Problem
from bot.ports import Option, Particular, Source

_YES_OR_NO = frozenset({"yes", "no", "true", "false", "on", "off", "1", "0"})
_LONGEST_NUMBER = 9  # digits


def option_problems(source: Source, options: Mapping[str, object]) -> Iterator[Problem]:
    """Everything that is wrong with the options of a type, each with the option's name in `where`."""
    known = {option.name: option for option in source.OPTIONS}
    for name, value in options.items():
        if name not in known:
            yield Problem(where=(name,), message=f"{source.TITLE} has no option {name!r:.80}.")
        elif value not in {None, ""} if isinstance(value, str | None) else True:
            yield from _of_kind(known[name], value)
    yield from _particular(source, options)


def _particular(source: object, options: Mapping[str, object]) -> Iterable[Problem]:
    return source.problems(options) if isinstance(source, Particular) else ()


def _of_kind(option: Option, value: object) -> Iterator[Problem]:
    where, said = (option.name,), f"{value!r:.80}"
    match option.default:
        case bool():
            if not isinstance(value, bool) and str(value).strip().lower() not in _YES_OR_NO:
                yield Problem(where=where, message=f"{option.name} is yes or no, not {said}.", mend="Write yes or no.")
        case int():
            yield from _of_number(option, value)
        case _ if not isinstance(value, str | int) or isinstance(value, bool):
            yield Problem(where=where, message=f"{option.name} is a text, not {said}.", mend="Put it in quotes.")
        case _ if option.is_address and not _is_address(str(value)):
            said = f"{option.name} is the address of a page, not {said}."
            yield Problem(where=where, message=said, mend="Write it whole, such as https://monitor.example.")


def _of_number(option: Option, value: object) -> Iterator[Problem]:
    text = str(value).strip()
    digits = text.removeprefix("-")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER
    if is_number and option.least <= int(text) <= option.most:
        return
    bounds = f"Write a whole number from {option.least} to {option.most}."
    yield Problem(where=(option.name,), message=f"{option.name} cannot be {value!r:.80}.", mend=bounds)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text.strip())
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not text.strip().split()[1:]
    except ValueError:
        return False
