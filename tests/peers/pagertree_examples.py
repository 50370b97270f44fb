"""What PagerTree publishes as examples, tried here: every YAML block of its documentation, and every definition.

`python -m tests.peers.pagertree_examples DOCS INTEGRATIONS` takes clones of PagerTree/pt4-docusaurus and
PagerTree/pager_tree-integrations, and prints a table. Nothing of them is kept in this repository.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.engine.directory import PREFIXES, collect
from bot.engine.lint import router_hints
from bot.engine.model import Router, Stakeholder, Team, User
from bot.engine.rules.definitions import MAIL_FACTS, WEBHOOK_FACTS, check_definition
from bot.engine.rules.examples import NOON
from bot.engine.rules.notifications import check_notification_rule
from bot.engine.rules.routers import check_names
from bot.errors import Invalid, PagerError
from bot.ports import Request
from bot.sources import custom_webhook
from tests.surroundings import KINDS

_BLOCK = re.compile(r"^ *```\s*ya?ml[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_NOTIFYING = re.compile(r"type: (?:notify|repeat)\b")
_DEFINING = re.compile(r"type: \"?(?:create|acknowledge|resolve)\b")
_OPERATORS = re.compile(r"\A\s*\$(?:day|now|timeBetween):")
_ACTIONS = re.compile(r"\A(?:\s*#[^\n]*\n)*- type: ")
_IDS = re.compile(r"\b(?:tem|usr|stk)_\w+")
_MADE = (Team, User, Stakeholder)
_RULES = re.compile(r"\A(?:\s*#[^\n]*\n)*- types:")


def tried(text: str, page: str) -> tuple[str, str]:
    """What a block is, and whether it is taken: "taken", or what is wrong with it."""
    if _OPERATORS.match(text):
        text = f"rules:\n- match:\n{_indented(text, 4)}\n  actions:\n  - type: ignore\n"
    elif _ACTIONS.match(text):
        text = f"rules:\n- match: {{always: true}}\n  actions:\n{_indented(text, 2)}"
        if "type: repeat" in text:
            text = text.replace("actions:\n", "actions:\n  - {type: notify, channels: [email], timeout: 1m}\n", 1)
    elif _RULES.match(text):
        text = f"rules:\n{text}"
    if not re.search(r"^\s*rules:", text, re.MULTILINE):
        return "of another product", "–"
    try:
        return _check(text, page)
    except Invalid as invalid:
        return "rules", "; ".join(map(str, invalid.problems[:2]))


def _check(text: str, page: str) -> tuple[str, str]:
    if _NOTIFYING.search(text) or ("notification" in page and "type: ignore" in text):
        check_notification_rule(text, KINDS)
        return "notification rule", "taken"
    if _DEFINING.search(text):
        check_definition(text, MAIL_FACTS if "mail" in page else WEBHOOK_FACTS)
        return "definition", "taken"
    router = Router(id="rtr_pasted", name="Pasted", handle="pasted", yaml=text)
    named = {name: PREFIXES[name.partition("_")[0]] for name in _IDS.findall(text)}
    objects = [kind(id=name, name=name, handle=name) for name, kind in named.items() if kind in _MADE]
    directory = collect([router, *objects])
    check_names(router, directory)
    old = [each.message for each in router_hints(router, directory, (), NOON) if " is called " in each.message]
    return "router", "; ".join(("taken", *old))


def _indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in text.strip("\n").splitlines())


def blocks(docs: Path) -> Iterator[tuple[str, str]]:
    """Every block with its page and line."""
    for page in sorted((docs / "docs").rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        for found in _BLOCK.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield f"{page.relative_to(docs)}:{line}", found[1]


def definitions(integrations: Path) -> Iterator[tuple[str, str, str]]:
    """Every definition that the adapters bring along, and what it makes of the payload beside it."""
    for path in sorted(integrations.rglob("v3_examples/*.y*ml")):
        text, payload = path.read_text(encoding="utf-8"), path.with_suffix(".json")
        made = _made(text, payload.read_bytes()) if payload.exists() else ""
        yield "/".join(path.parts[-3:]), text, made


def _made(text: str, payload: bytes) -> str:
    request = Request(method="POST", path="/", body=payload, headers={"content-type": "application/json"})
    try:
        found = custom_webhook.dry_run(request, text, NOON)
    except PagerError as error:
        return str(error)[:200]
    signals = ", ".join(f"{each.kind} {each.dedup_key!r} {each.title!r}" for each in found.signals)
    return f"{found.rule}: {signals or 'ignored, ' + '; '.join(found.ignored)}"


def main() -> None:
    """Print the table."""
    for place, text in blocks(Path(sys.argv[1])):
        print(f"| {place} | {' | '.join(tried(text, place))} |")
    for place, text, made in definitions(Path(sys.argv[2])):
        print(f"| {place} | {' | '.join(tried(text, place))}{f'; {made}' if made else ''} |")


if __name__ == "__main__":
    main()
