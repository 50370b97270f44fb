"""Block Kit's blocks, messages' blocks as a whole, and views."""

from collections.abc import Iterator
from typing import Any

from sandbox.blocks import elements as kit
from sandbox.blocks.problems import Check, Problems, Shape, anything, boolean, by_type, items, one_of, string

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ALL_TEXT = 13_200  # seen: 13,198 characters passed and 13,203 did not; Slack documents no figure

_HEAD: dict[str, Check] = {"type": kit.TYPE, "block_id": string(255)}
_ACTIONS = by_type({"button": kit.BUTTON, **kit.MENUS, **kit.PICKERS, **kit.OVERFLOW})
_ACCESSORY = by_type({"button": kit.BUTTON, "image": kit.IMAGE_ELEMENT, **kit.MENUS, **kit.PICKERS, **kit.OVERFLOW})
_INPUT = by_type({**kit.MENUS, **kit.PICKERS, **kit.INPUTS})
_CONTEXT = by_type(
    {
        "image": kit.IMAGE_ELEMENT,
        "plain_text": Shape({"type": kit.TYPE, "text": string(3000, 1), "emoji": boolean}, ("text",)),
        "mrkdwn": Shape({"type": kit.TYPE, "text": string(3000, 1), "verbatim": boolean}, ("text",)),
    }
)
_RICH = by_type(
    {
        name: Shape(
            {
                "type": kit.TYPE,
                "elements": items(anything, 10_000, 0),
                "style": one_of("bullet", "ordered"),
                "indent": anything,
                "offset": anything,
                "border": anything,
                "language": anything,
            },
            ("elements",),
        )
        for name in ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    }
)


class _Section(Shape):
    def __call__(self, value: Any, at: str, problems: Problems) -> None:
        Shape.__call__(self, value, at, problems)
        if value.get("text") is None and value.get("fields") is None:
            problems.add(at, "missing required field: text or fields")


BLOCKS: dict[str, Shape] = {
    "section": _Section(
        {
            **_HEAD,
            "text": kit.either(3000),
            "fields": items(kit.either(2000), 10),
            "accessory": _ACCESSORY,
            "expand": boolean,
        }
    ),
    "header": Shape({**_HEAD, "text": kit.plain(150)}, ("text",)),
    "divider": Shape(_HEAD),
    "context": Shape({**_HEAD, "elements": items(_CONTEXT, 10)}, ("elements",)),
    "actions": Shape({**_HEAD, "elements": items(_ACTIONS, 25)}, ("elements",)),
    "image": Shape(
        {
            **_HEAD,
            "image_url": string(3000, 1),
            "slack_file": anything,
            "alt_text": string(2000, 1),
            "title": kit.plain(2000),
        },
        ("alt_text",),
    ),
    "input": Shape(
        {
            **_HEAD,
            "label": kit.plain(2000),
            "element": _INPUT,
            "hint": kit.plain(2000),
            "optional": boolean,
            "dispatch_action": boolean,
        },
        ("label", "element"),
    ),
    "rich_text": Shape({**_HEAD, "elements": items(_RICH, 1000, 0)}, ("elements",)),
    "markdown": Shape({**_HEAD, "text": string(12_000, 1)}, ("text",)),
    "file": Shape({**_HEAD, "external_id": kit.ID, "source": one_of("remote")}, ("external_id", "source")),
    "video": Shape(
        {
            **_HEAD,
            "title": kit.plain(200),
            "title_url": string(3000),
            "video_url": string(3000),
            "thumbnail_url": string(3000),
            "alt_text": string(2000),
            "description": kit.either(200),
            "author_name": string(50),
            "provider_name": string(50),
            "provider_icon_url": string(3000),
        },
        ("title", "video_url", "thumbnail_url", "alt_text"),
    ),
}
_BLOCK = by_type(BLOCKS)
_NOT_IN_VIEWS = frozenset({"file", "markdown"})


def message_problems(blocks: Any) -> list[str]:
    """What is wrong with the blocks of a message; empty when Slack would take them."""
    problems = Problems()
    items(_BLOCK, MESSAGE_BLOCKS, 0)(blocks, "/blocks", problems)
    if isinstance(blocks, list):
        _check_unique(blocks, "/blocks", problems)
        _refuse_elements(blocks, "/blocks", ("file_input",), problems)
    return problems.messages


def text_size(blocks: list[dict[str, Any]]) -> int:
    """Characters of all the text in the blocks together, which Slack limits with `msg_blocks_too_long`."""
    return sum(len(text) for text in _texts(blocks))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, dict):
        for name, inner in node.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)


_VIEW: dict[str, Check] = {
    "type": one_of("modal", "home"),
    "blocks": items(_BLOCK, VIEW_BLOCKS, 0),
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
_MODAL = Shape(
    {
        **_VIEW,
        "title": kit.plain(24),
        "submit": kit.plain(24),
        "close": kit.plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    ("type", "title", "blocks"),
)
_HOME = Shape({**_VIEW, "title": anything, "submit": anything, "close": anything}, ("type", "blocks"))


def view_problems(view: Any, kind: str) -> list[str]:
    """What is wrong with a view that should be a `modal` or a `home`; empty when Slack would take it."""
    problems = Problems()
    if not isinstance(view, dict):
        problems.add("/view", "must provide an object")
        return problems.messages
    if view.get("type") != kind:
        problems.add("/view/type", f"must be {kind}")
    (_MODAL if kind == "modal" else _HOME)(view, "/view", problems)
    if isinstance(blocks := view.get("blocks"), list):
        _check_view_blocks(view, blocks, kind, problems)
    return problems.messages


def _check_view_blocks(view: dict[str, Any], blocks: list[Any], kind: str, problems: Problems) -> None:
    _check_unique(blocks, "/view/blocks", problems)
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
    for index, name in enumerate(kinds):
        if name in _NOT_IN_VIEWS:
            problems.add(f"/view/blocks/{index}/type", f"unsupported type: {name}")
    if kind == "modal" and "input" in kinds and not view.get("submit"):
        problems.add("/view", "`submit` is required when an `input` block is within blocks array")
    if kind == "home":
        _refuse_elements(blocks, "/view/blocks", ("file_input",), problems)
    focused = [e for block in blocks for e in _inner(block) if e.get("focus_on_load")]
    if len(focused) > 1:
        problems.add("/view/blocks", "only one element may have focus_on_load set to true")


def _inner(block: Any) -> list[dict[str, Any]]:
    if not isinstance(block, dict):
        return []
    elements = block.get("elements") if block.get("type") == "actions" else None
    found = [*(elements if isinstance(elements, list) else []), block.get("element"), block.get("accessory")]
    return [element for element in found if isinstance(element, dict)]


def _check_unique(blocks: list[Any], at: str, problems: Problems) -> None:
    """Block ids are unique in the whole, action ids within their block."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        _note_twice(block.get("block_id"), seen, f"{at}/{index}/block_id", problems)
        actions: set[str] = set()
        for element in _inner(block):
            _note_twice(element.get("action_id"), actions, f"{at}/{index}", problems)


def _note_twice(identity: Any, seen: set[str], at: str, problems: Problems) -> None:
    if not isinstance(identity, str):
        return
    if identity in seen:
        problems.add(at, f"`{at.rsplit('/', 1)[-1] if at.endswith('_id') else 'action_id'}` {identity} is not unique")
    seen.add(identity)


def _refuse_elements(blocks: list[Any], at: str, names: tuple[str, ...], problems: Problems) -> None:
    for index, block in enumerate(blocks):
        for element in _inner(block):
            if element.get("type") in names:
                problems.add(f"{at}/{index}/element/type", f"unsupported type: {element['type']}")
