"""What a person does, as Slack tells the bot: commands, clicks, shortcuts, questions for options."""

import re
import time
from dataclasses import replace
from typing import Any

from sandbox.conversations import Conversation, Message, describe_message
from sandbox.delivery import Answer
from sandbox.errors import ControlError, SlackError
from sandbox.people import APP, SLACKBOT, TEAM, TEAM_DOMAIN, Person
from sandbox.response_urls import apply_response
from sandbox.slack import Slack
from sandbox.triggers import ResponseUrl
from sandbox.values import KEYS, Values, kept_values, state_of
from sandbox.views import View, describe_view
from sandbox.workspace import blocks_of, elements_of

Json = dict[str, Any]
TOKEN = "sandbox-verification-token"  # noqa: S105 - Slack still sends the deprecated field


def head(kind: str, person: Person) -> Json:
    """The fields that every interaction payload has."""
    return {
        "type": kind,
        "token": TOKEN,
        "api_app_id": APP,
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id},
    }


def response_url(slack: Slack, person: Person, conversation: Conversation, ts: str | None = None) -> str:
    """A fresh response url."""
    return f"{slack.settings.url}/_response/{slack.triggers.open_url(person.id, conversation.id, ts)}"


async def type_command(
    slack: Slack, person: Person, conversation: Conversation, line: str, thread_ts: str | None = None
) -> Answer:
    """A line that starts with a slash, typed by a person. What Slack itself says comes from Slackbot, to them alone."""
    name, _, text = line.strip().partition(" ")
    if thread_ts:
        return _say(slack, person, conversation, f"{name} is not supported in threads. Sorry!", "not_in_threads")
    if slack.settings.commands and name not in slack.settings.commands:
        return _say(slack, person, conversation, f"{name} is not a valid command.", "invalid_command")
    url = response_url(slack, person, conversation)
    answer = await slack.delivery.command(
        {
            "token": TOKEN,
            "team_id": person.team_id,
            "team_domain": TEAM_DOMAIN,
            "channel_id": conversation.id,
            "channel_name": "directmessage" if conversation.kind == "im" else conversation.name,
            "user_id": person.id,
            "user_name": person.name,
            "command": name,
            "text": escape(slack, text.strip()) if slack.settings.escape else text.strip(),
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": url,
            "trigger_id": slack.triggers.issue(person.id, slack.settings.trigger_life),
        }
    )
    if answer.error:
        said = _say(slack, person, conversation, f'{name} failed with the error "{answer.error}"', answer.error)
        return replace(said, status=answer.status)
    return _take_immediate(slack, person, conversation, name, answer)


def _take_immediate(slack: Slack, person: Person, conversation: Conversation, name: str, answer: Answer) -> Answer:
    body = {"text": answer.body} if isinstance(answer.body, str) else answer.body
    if not body or not (body.get("text") or body.get("blocks") or body.get("attachments")):
        return answer
    try:
        target = ResponseUrl(key="", person=person.id, channel=conversation.id, message_ts=None, expires_at=0)
        apply_response(slack, target, body)
    except SlackError as refusal:
        reason = " ".join((refusal.code, *refusal.messages))
        return _say(slack, person, conversation, f'{name} failed with the error "{reason}"', refusal.code)
    return answer


def _say(slack: Slack, person: Person, conversation: Conversation, text: str, error: str) -> Answer:
    ts = slack.workspace.next_ts()
    message = Message(ts=ts, channel=conversation.id, user=SLACKBOT, text=text, only_for=person.id)
    slack.workspace.add_message(conversation, message)
    return Answer(error=error, body=text)


def escape(slack: Slack, text: str) -> str:
    """`@bob` and `#payments` as `<@U…|bob>` and `<#C…|payments>`, for commands with should_escape."""

    def person(match: re.Match[str]) -> str:
        found = slack.workspace.find_person(match[1])
        return f"<@{found.id}|{found.name}>" if found else match[0]

    def channel(match: re.Match[str]) -> str:
        found = next((c for c in slack.workspace.conversations.values() if c.name == match[1]), None)
        return f"<#{found.id}|{found.name}>" if found else match[0]

    text = re.sub(r"(?<![\w<])@([a-z][\w.-]*)", person, text)
    return re.sub(r"(?<![\w<&])#([a-z][\w-]*)", channel, text)


def find_element(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and the element with that action_id. Raises ControlError that names what there is."""
    for block in blocks:
        for element in elements_of(block):
            if element.get("action_id") == action_id and block_id in (None, block["block_id"]):
                return block, element
    known = [e.get("action_id") for b in blocks for e in elements_of(b)]
    raise ControlError(f"no element {action_id!r}; there are {known}")


def action_of(block: Json, element: Json, value: Any) -> Json:
    """One entry of `actions`: what was clicked or chosen."""
    kind = element["type"]
    action: Json = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{time.time():.6f}",
    }
    if kind == "button":
        own = {name: element[name] for name in ("text", "value", "style") if name in element}
        return action | own
    if kind == "overflow":
        option = state_of({**element, "type": "static_select"}, value, element["action_id"])
        return action | {"selected_option": option["selected_option"]}
    if kind not in KEYS:
        raise ControlError(f"an element of type {kind} cannot be clicked")
    return action | state_of(element, value, element["action_id"])


async def click_message(
    slack: Slack, person: Person, conversation: Conversation, message: Message, wanted: Json
) -> Answer:
    """A click on an element of a message; ephemerals come without `message`, as in Slack."""
    block, element = find_element(blocks_of(message), wanted["action_id"], wanted.get("block_id"))
    action = action_of(block, element, wanted.get("value"))
    message.values = message_values(message, block, element, action)
    payload = head("block_actions", person) | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": conversation.id,
            "is_ephemeral": message.only_for is not None,
        },
        "trigger_id": slack.triggers.issue(person.id, slack.settings.trigger_life),
        "channel": _name_channel(conversation),
        "state": {"values": message.values},
        "response_url": response_url(slack, person, conversation, message.ts),
        "actions": [action],
    }
    if message.only_for is None:
        payload["message"] = describe_message(message)
    return await slack.delivery.interaction(payload)


def message_values(message: Message, block: Json, element: Json, action: Json) -> Values:
    """The state of a message's inputs after an action."""
    values = kept_values(blocks_of(message), message.values)
    if element["type"] in KEYS:
        key = KEYS[element["type"]][0]
        own = values.setdefault(block["block_id"], {})
        own[element["action_id"]] = {"type": element["type"], key: action[key]}
    return values


def _name_channel(conversation: Conversation) -> Json:
    return {"id": conversation.id, "name": "directmessage" if conversation.kind == "im" else conversation.name}


async def click_view(slack: Slack, person: Person, view: View, wanted: Json) -> Answer:
    """A click on an element of a modal or of the App Home."""
    block, element = find_element(view.blocks, wanted["action_id"], wanted.get("block_id"))
    action = action_of(block, element, wanted.get("value"))
    if element["type"] in KEYS:
        key = KEYS[element["type"]][0]
        view.values[block["block_id"]][element["action_id"]] = {"type": element["type"], key: action[key]}
    payload = head("block_actions", person) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": slack.triggers.issue(person.id, slack.settings.trigger_life),
        "view": describe_view(view),
        "actions": [action],
    }
    return await slack.delivery.interaction(payload)


async def use_shortcut(slack: Slack, person: Person, callback_id: str) -> Answer:
    """A global shortcut."""
    payload = head("shortcut", person) | {
        "callback_id": callback_id,
        "trigger_id": slack.triggers.issue(person.id, slack.settings.trigger_life),
        "action_ts": f"{time.time():.6f}",
    }
    return await slack.delivery.interaction(payload)


async def use_message_shortcut(
    slack: Slack, person: Person, callback_id: str, conversation: Conversation, message: Message
) -> Answer:
    """A shortcut from the menu of a message."""
    payload = head("message_action", person) | {
        "callback_id": callback_id,
        "trigger_id": slack.triggers.issue(person.id, slack.settings.trigger_life),
        "action_ts": f"{time.time():.6f}",
        "message_ts": message.ts,
        "message": describe_message(message),
        "channel": _name_channel(conversation),
        "response_url": response_url(slack, person, conversation, message.ts),
    }
    return await slack.delivery.interaction(payload)
