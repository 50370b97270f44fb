"""conversations.* and reactions.add: channels as the bot sees them."""

from sandbox.conversations import Conversation, describe_conversation, describe_message
from sandbox.errors import SlackError
from sandbox.methods.call import Call, Json, page
from sandbox.people import BOT_USER, SLACKBOT

GROUP = 8


def open_direct_message(call: Call) -> Json:
    """conversations.open: the direct message with one person, or a group message with up to eight."""
    if call.optional("channel"):
        return {"channel": _opened(call, call.conversation())}
    users = call.ids("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > GROUP:
        raise SlackError("too_many_users")
    for user in users:
        _check_reachable(call, user)
    return {"channel": _opened(call, call.slack.workspace.conversation_of(users))}


def _check_reachable(call: Call, user: str) -> None:
    person = call.slack.workspace.person(user)
    if person.deleted:
        raise SlackError("user_disabled")
    if person.id in (BOT_USER, SLACKBOT):
        raise SlackError("cannot_dm_bot")


def _opened(call: Call, conversation: Conversation) -> Json:
    return describe_conversation(conversation) if call.flag("return_im") else {"id": conversation.id}


def info(call: Call) -> Json:
    """conversations.info."""
    return {"channel": describe_conversation(_visible(call))}


def members(call: Call) -> Json:
    """conversations.members, a page at a time."""
    rows, metadata = page(call, [{"id": m} for m in _visible(call).members], 100)
    return {"members": [row["id"] for row in rows], "response_metadata": metadata}


def history(call: Call) -> Json:
    """conversations.history: newest first, never ephemerals; only where the bot is a member."""
    conversation = _visible(call)
    if not conversation.has_bot:
        raise SlackError("not_in_channel")
    oldest, latest = float(call.optional("oldest") or 0), float(call.optional("latest") or "inf")
    inclusive = call.flag("inclusive")
    seen = [
        describe_message(m)
        for m in reversed(conversation.messages.values())
        if not (m.only_for or m.deleted)
        and (m.thread_ts in (None, m.ts) or m.broadcast)
        and (oldest < float(m.ts) < latest or (inclusive and float(m.ts) in (oldest, latest)))
    ]
    rows, metadata = page(call, seen, 100)
    return {"messages": rows, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}


def replies(call: Call) -> Json:
    """conversations.replies: a message and the answers in its thread, oldest first. Raises `thread_not_found`."""
    conversation, root = _visible(call), call.text("ts")
    if root not in conversation.messages:
        raise SlackError("thread_not_found")
    seen = [m for m in conversation.messages.values() if root in (m.ts, m.thread_ts) and not (m.only_for or m.deleted)]
    rows, metadata = page(call, [describe_message(m) for m in seen], 1000)
    return {"messages": rows, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}


def list_conversations(call: Call) -> Json:
    """conversations.list: the kinds asked for, a page at a time."""
    kinds = call.ids("types") or ["public_channel"]
    wanted = {"public_channel": "channel", "im": "im", "mpim": "mpim"}
    shown = {wanted[kind] for kind in kinds if kind in wanted}
    skip_archived = call.flag("exclude_archived")
    rows, metadata = page(
        call,
        [
            describe_conversation(c)
            for c in call.slack.workspace.conversations.values()
            if c.kind in shown and not (skip_archived and c.is_archived)
        ],
        100,
    )
    return {"channels": rows, "response_metadata": metadata}


def join(call: Call) -> Json:
    """conversations.join: a public channel that is not archived."""
    conversation = call.conversation()
    if conversation.is_archived:
        raise SlackError("is_archived")
    if conversation.kind != "channel" or conversation.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if not conversation.has_bot:
        conversation.members.append(BOT_USER)
        call.slack.workspace.changes.note()
    return {"channel": describe_conversation(conversation)}


def add_reaction(call: Call) -> Json:
    """reactions.add. Raises `message_not_found`, `already_reacted`."""
    conversation = call.conversation()
    name = call.text("name")
    message = conversation.messages.get(call.text("timestamp"))
    if message is None or message.deleted or message.only_for:
        raise SlackError("message_not_found")
    if not conversation.has_bot:
        raise SlackError("not_in_channel")
    users = message.reactions.setdefault(name, [])
    if BOT_USER in users:
        raise SlackError("already_reacted")
    users.append(BOT_USER)
    call.slack.workspace.touch(message)
    return {}


def _visible(call: Call) -> Conversation:
    conversation = call.conversation()
    if conversation.is_private and not conversation.has_bot:
        raise SlackError("channel_not_found")
    return conversation


METHODS = {
    "conversations.open": open_direct_message,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.list": list_conversations,
    "conversations.join": join,
    "reactions.add": add_reaction,
}
