"""Posts of the bot to a response_url, and the answer that comes with the ack of a command."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from sandbox.conversations import Message
from sandbox.errors import SlackError
from sandbox.methods.chat import read_content
from sandbox.people import BOT_USER
from sandbox.slack import Slack
from sandbox.triggers import ResponseUrl

Json = dict[str, Any]


async def take_post(request: Request) -> Response:
    """POST /_response/{key}. A spent or expired url answers 404 like Slack's."""
    slack: Slack = request.app.state.slack
    arguments: Json = {}
    try:
        url = slack.triggers.spend_url(request.path_params["key"])
        arguments = _read(await request.body())
        apply_response(slack, url, arguments)
    except SlackError as refusal:
        body: Json = {"ok": False, "error": refusal.code}
        if refusal.messages:
            body["response_metadata"] = {"messages": list(refusal.messages)}
        slack.calls.record("response_url", arguments, 404, body)
        return Response(msgspec.json.encode(body), 404, media_type="application/json")
    slack.calls.record("response_url", arguments, 200, {"ok": True})
    slack.workspace.changes.note()
    return Response(b'{"ok":true}', media_type="application/json")


def apply_response(slack: Slack, url: ResponseUrl, arguments: Json) -> None:
    """Deletes, replaces or adds a message, as the bot asks. Raises SlackError."""
    original = _original(slack, url)
    if arguments.get("delete_original"):
        if original is None:
            raise SlackError("message_not_found")
        slack.workspace.remove_message(original)
        return
    content = read_content(arguments, lambda name, _refusal: arguments.get(name))
    if arguments.get("replace_original") and original is not None:
        original.text, original.blocks, original.attachments = (
            content["text"],
            content["blocks"],
            content["attachments"],
        )
        original.edited_ts, original.values = slack.workspace.next_ts(), {}
        slack.workspace.touch(original)
        return
    only_for = None if arguments.get("response_type") == "in_channel" else url.person
    message = Message(ts=slack.workspace.next_ts(), channel=url.channel, user=BOT_USER, only_for=only_for, **content)
    message.thread_ts = arguments.get("thread_ts")
    slack.workspace.add_message(slack.workspace.conversations[url.channel], message)


def _original(slack: Slack, url: ResponseUrl) -> Message | None:
    if url.message_ts is None:
        return None
    found = slack.workspace.conversations[url.channel].messages.get(url.message_ts)
    return found if found and not found.deleted else None


def _read(body: bytes) -> Json:
    try:
        read = msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise SlackError("invalid_payload") from None
    if not isinstance(read, dict):
        raise SlackError("invalid_payload")
    return read
