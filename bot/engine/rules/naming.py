"""Whether what a text names exists, and what was probably meant when it does not."""

from collections.abc import Iterable
from difflib import get_close_matches

from bot.engine.directory import PREFIXES, Configured, Directory
from bot.engine.model import Automation, ReceiverKind, Router, Stakeholder, Team, User
from bot.engine.rules.reading import Reading
from bot.engine.rules.yaml_tree import Where
from bot.engine.schedules import Schedule

_MODELS: dict[str, type[Configured]] = {
    ReceiverKind.TEAM: Team,
    ReceiverKind.USER: User,
    ReceiverKind.SCHEDULE: Schedule,
    ReceiverKind.ROUTER: Router,
}
_MOST_COMPARED = 2_000  # handles; beyond, a suggestion takes longer than it is worth


def check_receiver(reading: Reading, where: Where, text: str, directory: Directory) -> None:
    """Note a receiver that does not exist."""
    if directory.receiver(text) is None and not reading.is_wrong(where):
        reading.wrong(where, f"There is no receiver {text!r:.80}.", _suggest(text, directory))


def check_objects(
    reading: Reading, where: Where, ids: Iterable[str], kind: type[Stakeholder] | type[Automation], directory: Directory
) -> None:
    """Note stakeholders or automations that do not exist."""
    word = "stakeholder" if kind is Stakeholder else "automation"
    for number, each in enumerate(ids):
        place = (*where, number)
        if directory.get(kind, each.removeprefix(f"{word}:")) is None and not reading.is_wrong(place):
            near = _nearest(each.removeprefix(f"{word}:"), kind, directory)
            mend = f"Did you mean {word}:{near}?" if near else f"List them with /pagertree {word} list."
            reading.wrong(place, f"There is no {word} {each!r:.80}.", mend)


def _suggest(text: str, directory: Directory) -> str:
    kind, _, reference = text.rpartition(":")
    if kind in _MODELS:
        near = _nearest(reference, _MODELS[kind], directory)
        return f"Did you mean {kind}:{near}?" if near else f"List them with /pagertree {kind} list."
    owner = next((name for name, model in _MODELS.items() if directory.get(model, reference)), None)
    if owner:
        return f"Did you mean {owner}:{reference:.60}?"
    kind = next((name for name, model in _MODELS.items() if PREFIXES.get(text.partition("_")[0]) is model), "")
    if kind:
        return f"No {kind} has this id here. Write {kind}: and a handle; /pagertree {kind} list shows them."
    return f"Write its kind and handle, such as team:{reference:.60}; the kinds are {', '.join(_MODELS)}."


def _nearest(reference: str, kind: type[Configured], directory: Directory) -> str:
    handles = [each.handle for each in directory.all(kind)[:_MOST_COMPARED]]
    return next(iter(get_close_matches(reference.lower()[:80], handles, n=1)), "")
