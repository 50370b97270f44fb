"""Block Kit's composition objects and elements, with Slack's sizes (https://docs.slack.dev/reference/block-kit)."""

from typing import Any

from sandbox.blocks.problems import (
    Check,
    Problems,
    Shape,
    anything,
    boolean,
    by_type,
    items,
    one_of,
    string,
    web_address,
    whole,
)

TYPE: Check = string(50)
ID: Check = string(255)


def text(most: int, *kinds: str) -> Check:
    """A text object of one of the kinds, 1 to `most` characters."""
    plain = Shape({"type": TYPE, "text": string(most, 1), "emoji": boolean}, ("text",))
    mrkdwn = Shape({"type": TYPE, "text": string(most, 1), "verbatim": boolean}, ("text",))
    return by_type({k: v for k, v in {"plain_text": plain, "mrkdwn": mrkdwn}.items() if k in kinds})


def plain(most: int) -> Check:
    """A `plain_text` object."""
    return text(most, "plain_text")


def either(most: int) -> Check:
    """A `plain_text` or `mrkdwn` object."""
    return text(most, "plain_text", "mrkdwn")


CONFIRM = Shape(
    {
        "title": plain(100),
        "text": either(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    ("title", "text", "confirm", "deny"),
)


def option(label: Check) -> Shape:
    """An option with that kind of label; url is for overflow menus."""
    return Shape(
        {"text": label, "value": string(150, 1), "description": either(75), "url": web_address(3000)}, ("text", "value")
    )


OPTION = option(plain(75))
RICH_OPTION = option(either(75))
OPTIONS: Check = items(OPTION, 100)
GROUPS: Check = items(Shape({"label": plain(75), "options": OPTIONS}, ("label", "options")), 100)
FILTER = Shape(
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)
DISPATCH = Shape(
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)}, ("trigger_actions_on",)
)

_SHARED: dict[str, Check] = {"type": TYPE, "action_id": ID, "confirm": CONFIRM, "focus_on_load": boolean}
_INPUT: dict[str, Check] = {
    "type": TYPE,
    "action_id": ID,
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}
_MENU: dict[str, Check] = {**_SHARED, "placeholder": plain(150)}
_MULTI: dict[str, Check] = {**_MENU, "max_selected_items": whole(1, 1000)}


STATIC = Shape({**_MENU, "options": OPTIONS, "option_groups": GROUPS, "initial_option": OPTION})
MULTI_STATIC = Shape({**_MULTI, "options": OPTIONS, "option_groups": GROUPS, "initial_options": OPTIONS})


def static_select(shape: Shape) -> Shape:
    """The shape, with the rule that a static menu has options or groups, not both and not neither."""
    return _OneOfTwo(shape.properties, shape.required)


class _OneOfTwo(Shape):
    def __call__(self, value: Any, at: str, problems: Problems) -> None:
        Shape.__call__(self, value, at, problems)
        given = [name for name in ("options", "option_groups") if value.get(name) is not None]
        if len(given) != 1:
            problems.add(at, "must provide exactly one of options and option_groups")


BUTTON = Shape(
    {
        "type": TYPE,
        "action_id": ID,
        "text": plain(75),
        "url": web_address(3000),
        "value": string(2000, 1),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    ("text",),
)
IMAGE_ELEMENT = Shape(
    {"type": TYPE, "image_url": web_address(3000), "slack_file": anything, "alt_text": string(2000, 1)}, ("alt_text",)
)
_CHOICES = items(RICH_OPTION, 10)
_DATE: dict[str, Check] = {**_SHARED, "placeholder": plain(150)}

MENUS: dict[str, Shape] = {
    "static_select": static_select(STATIC),
    "external_select": Shape({**_MENU, "initial_option": OPTION, "min_query_length": whole(0, 3000)}),
    "users_select": Shape({**_MENU, "initial_user": ID}),
    "conversations_select": Shape(
        {
            **_MENU,
            "initial_conversation": ID,
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": FILTER,
        }
    ),
    "channels_select": Shape({**_MENU, "initial_channel": ID, "response_url_enabled": boolean}),
    "multi_static_select": static_select(MULTI_STATIC),
    "multi_external_select": Shape({**_MULTI, "initial_options": OPTIONS, "min_query_length": whole(0, 3000)}),
    "multi_users_select": Shape({**_MULTI, "initial_users": items(ID, 1000, 0)}),
    "multi_conversations_select": Shape(
        {
            **_MULTI,
            "initial_conversations": items(ID, 1000, 0),
            "default_to_current_conversation": boolean,
            "filter": FILTER,
        }
    ),
    "multi_channels_select": Shape({**_MULTI, "initial_channels": items(ID, 1000, 0)}),
}
PICKERS: dict[str, Shape] = {
    "checkboxes": Shape({**_SHARED, "options": _CHOICES, "initial_options": _CHOICES}, ("options",)),
    "radio_buttons": Shape({**_SHARED, "options": _CHOICES, "initial_option": RICH_OPTION}, ("options",)),
    "datepicker": Shape({**_DATE, "initial_date": string(10)}),
    "timepicker": Shape({**_DATE, "initial_time": string(5), "timezone": string(100)}),
    "datetimepicker": Shape({**_SHARED, "initial_date_time": whole(1_000_000_000, 9_999_999_999)}),
}
INPUTS: dict[str, Shape] = {
    "plain_text_input": Shape(
        {
            **_INPUT,
            "initial_value": string(3000),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        }
    ),
    "email_text_input": Shape({**_INPUT, "initial_value": string(3000)}),
    "url_text_input": Shape({**_INPUT, "initial_value": string(3000)}),
    "number_input": Shape(
        {
            **_INPUT,
            "is_decimal_allowed": boolean,
            "initial_value": string(50),
            "min_value": string(50),
            "max_value": string(50),
        },
        ("is_decimal_allowed",),
    ),
    "rich_text_input": Shape({**_INPUT, "initial_value": anything}),
    "file_input": Shape({"type": TYPE, "action_id": ID, "filetypes": items(ID, 100), "max_files": whole(1, 10)}),
}
OVERFLOW: dict[str, Shape] = {
    "overflow": Shape(
        {"type": TYPE, "action_id": ID, "options": items(RICH_OPTION, 5), "confirm": CONFIRM}, ("options",)
    )
}
