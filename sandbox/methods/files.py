"""files.*: uploads in three steps, and downloads that check the token."""

import secrets
import time

from sandbox.conversations import Message
from sandbox.errors import SlackError
from sandbox.methods.call import Call, Json
from sandbox.people import BOT_USER
from sandbox.slack import Slack
from sandbox.values import without_bytes

FILE_BYTES = 5_000_000


def add_file(slack: Slack, name: str, content: bytes, owner: str) -> Json:
    """Stores a file and returns Slack's file object, with an address that only the bot's token opens."""
    identity = "F0" + secrets.token_hex(4).upper()
    address = f"{slack.settings.url}/files-pri/{identity}/{name}"
    slack.workspace.files[identity] = {
        "id": identity,
        "created": int(time.time()),
        "name": name,
        "title": name,
        "mimetype": "text/plain",
        "filetype": name.rsplit(".", 1)[-1] if "." in name else "text",
        "user": owner,
        "size": len(content),
        "mode": "hosted",
        "is_external": False,
        "url_private": address,
        "url_private_download": address,
        "permalink": address,
        "content": content,
    }
    return without_bytes(slack.workspace.files[identity])


def info(call: Call) -> Json:
    """files.info. Raises `file_not_found`."""
    file = call.slack.workspace.files.get(call.text("file"))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": without_bytes(file)}


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: where to post the bytes."""
    name = call.text("filename")
    if call.number("length", 0) > FILE_BYTES:
        raise SlackError("file_too_large")
    file = add_file(call.slack, name, b"", BOT_USER)
    return {"upload_url": f"{call.slack.settings.url}/_upload/{file['id']}", "file_id": file["id"]}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: shares the files in a conversation."""
    wanted = call.structure("files", "invalid_arguments") or []
    files = []
    for one in wanted:
        file = call.slack.workspace.files.get(one.get("id", ""))
        if file is None:
            raise SlackError("file_not_found")
        file["title"] = one.get("title") or file["name"]
        files.append(without_bytes(file))
    if call.optional("channel_id"):
        conversation = call.conversation("channel_id")
        if not conversation.has_bot:
            raise SlackError("not_in_channel")
        ts = call.slack.workspace.next_ts()
        text = call.optional("initial_comment") or ""
        message = Message(ts=ts, channel=conversation.id, user=BOT_USER, text=text, files=files)
        message.thread_ts = call.optional("thread_ts")
        call.slack.workspace.add_message(conversation, message)
    return {"files": files}


METHODS = {
    "files.info": info,
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
}
