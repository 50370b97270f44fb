"""chat.*: messages of the bot."""

import copy
from typing import Any

from sandbox.blocks import ALL_TEXT, message_problems, text_size
from sandbox.conversations import Conversation, Message, describe_message
from sandbox.errors import SlackError
from sandbox.methods.call import Call, Json
from sandbox.people import BOT_USER

TEXT = 40_000


def post_message(call: Call) -> Json:
    """chat.postMessage: `channel` may be an id, a name, or a person."""
    conversation = _destination(call)
    content = read_content(call.arguments, call.structure)
    _check_may_post(conversation)
    thread = call.optional("thread_ts")
    message = call.slack.workspace.add_message(
        conversation,
        Message(
            ts=call.slack.workspace.next_ts(),
            channel=conversation.id,
            user=BOT_USER,
            thread_ts=thread,
            broadcast=call.flag("reply_broadcast"),
            metadata=call.structure("metadata", "invalid_metadata_format"),
            username=call.optional("username"),
            **content,
        ),
    )
    return {"channel": conversation.id, "ts": message.ts, "message": describe_message(message)}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral: seen by one person in a conversation they are in, and never again by the API."""
    conversation = _destination(call)
    content = read_content(call.arguments, call.structure)
    _check_may_post(conversation)
    user = call.text("user")
    if user not in conversation.members:
        raise SlackError("user_not_in_channel")
    message = call.slack.workspace.add_message(
        conversation,
        Message(
            ts=call.slack.workspace.next_ts(),
            channel=conversation.id,
            user=BOT_USER,
            only_for=user,
            thread_ts=call.optional("thread_ts"),
            **content,
        ),
    )
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    """chat.update: text without blocks removes the blocks; neither is `no_text`."""
    conversation, message = _own_message(call, "cant_update_message")
    content = read_content(call.arguments, call.structure)
    message.text = content["text"]
    message.blocks = content["blocks"]
    if "attachments" in call.arguments or not content["blocks"]:
        message.attachments = content["attachments"]
    if not message.blocks:  # Slack marks a message as edited only when its text was
        message.edited_ts = call.slack.workspace.next_ts()
    message.values = {}
    call.slack.workspace.touch(message)
    described = describe_message(message)
    return {"channel": conversation.id, "ts": message.ts, "text": message.text, "message": described}


def delete(call: Call) -> Json:
    """chat.delete."""
    conversation, message = _own_message(call, "cant_delete_message")
    call.slack.workspace.remove_message(message)
    return {"channel": conversation.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink: an address that the sandbox's own page opens."""
    conversation = call.conversation()
    ts = call.text("message_ts")
    if ts not in conversation.messages:
        raise SlackError("message_not_found")
    link = f"{call.slack.settings.url}/archives/{conversation.id}/p{ts.replace('.', '')}"
    return {"channel": conversation.id, "permalink": link}


def read_content(arguments: Json, structure: Any) -> Json:
    """Text, blocks, attachments. Raises `no_text`, `msg_too_long`, `invalid_blocks`, `msg_blocks_too_long`."""
    blocks = structure("blocks", "invalid_blocks_format")
    attachments = structure("attachments", "invalid_attachments")
    text = arguments.get("text")
    if not text and not blocks and not attachments and not arguments.get("files"):
        raise SlackError("no_text")
    if len(str(text or "")) > TEXT:
        raise SlackError("msg_too_long")
    return {
        "text": str(text or ""),
        "blocks": _checked_blocks(blocks),
        "attachments": _checked_attachments(attachments),
    }


def _checked_blocks(blocks: Any) -> list[Json]:
    if not blocks:
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if problems := message_problems(blocks):
        raise SlackError("invalid_blocks", *problems)
    if text_size(blocks) > ALL_TEXT:
        raise SlackError("msg_blocks_too_long")
    return copy.deepcopy(blocks)


def _checked_attachments(attachments: Any) -> list[Json]:
    if not attachments:
        return []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    for one in attachments:
        _checked_blocks(one.get("blocks"))
    return copy.deepcopy(attachments)


def _destination(call: Call) -> Conversation:
    """Real Slack lets a bot post to the direct message of a deactivated person (python-slack-sdk issue 1156)."""
    workspace, wanted = call.slack.workspace, call.text("channel")
    if wanted in workspace.people:
        return workspace.direct_message(wanted)
    found = workspace.conversations.get(wanted) or workspace.channel_named(wanted)
    if found is None or (found.is_private and not found.has_bot):
        raise SlackError("channel_not_found")
    return found


def _check_may_post(conversation: Conversation) -> None:
    if conversation.is_archived:
        raise SlackError("is_archived")
    if not conversation.has_bot:
        raise SlackError("not_in_channel")
    if conversation.only_admins_post:
        raise SlackError("restricted_action")


def _own_message(call: Call, refusal: str) -> tuple[Conversation, Message]:
    conversation = call.conversation()
    message = conversation.messages.get(call.text("ts"))
    if message is None or message.deleted or message.only_for:
        raise SlackError("message_not_found")
    if message.user != BOT_USER:
        raise SlackError(refusal)
    if conversation.is_archived:
        raise SlackError("is_archived")
    return conversation, message


METHODS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
}
