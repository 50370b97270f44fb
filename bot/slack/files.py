"""Files of the bot in Slack: uploaded in three steps, shown in a message by their id.

https://docs.slack.dev/messaging/working-with-files#upload: the bytes never have to be reached from outside.
"""

import hashlib
from dataclasses import dataclass, field

from bot.errors import Undelivered
from bot.slack.web import SlackWeb

_MOST = 200


def upload(web: SlackWeb, name: str, content: bytes, described: str) -> str:
    """Upload a picture that is shown nowhere yet, and return Slack's id of it. Raises `Undelivered`."""
    wanted = {"filename": name, "length": str(len(content)), "alt_txt": described[:1_000]}
    given = web.ask("files.getUploadURLExternal", wanted)
    web.put(str(given["upload_url"]), content)
    web.call("files.completeUploadExternal", {"files": [{"id": given["file_id"], "title": name}]})
    return str(given["file_id"])


def send_file(slack: SlackWeb, slack_id: str, name: str, content: str, said: str) -> None:
    """Send a text as a file to somebody, below a message that says what it is. Raises an `Undelivered` error.

    The file is stored first, so that nobody is told of one that is not there. The message opens the conversation, which
    is what Slack shares the file in (https://docs.slack.dev/messaging/working-with-files#uploading_files).
    """
    raw = content.encode()
    place = slack.ask("files.getUploadURLExternal", {"filename": name, "length": str(len(raw))})
    slack.put(str(place["upload_url"]), raw)
    told = slack.call("chat.postMessage", {"channel": slack_id, "text": said})
    shared = {"files": [{"id": place["file_id"], "title": name}], "channel_id": told["channel"]}
    slack.call("files.completeUploadExternal", shared)


def is_ready(web: SlackWeb, file_id: str) -> bool:
    """Whether Slack has looked at a file: until then it refuses every message that shows it. Raises `Undelivered`."""
    file = web.ask("files.info", {"file": file_id}).get("file") or {}
    return str(file.get("mimetype") or "").startswith("image/")


@dataclass(frozen=True, slots=True)
class Album:
    """The pictures that were uploaded, by what they show: the same one is uploaded once."""

    _uploaded: dict[str, str] = field(default_factory=dict)

    def find(self, web: SlackWeb, content: bytes, described: str) -> str:
        """Slack's id of a picture that can be shown. Empty while Slack has not looked at it; raises `Undelivered`."""
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._uploaded:
            if len(self._uploaded) >= _MOST:
                self._uploaded.clear()
            self._uploaded[digest] = upload(web, "schedule.png", content, described)
        try:
            return self._uploaded[digest] if is_ready(web, self._uploaded[digest]) else ""
        except Undelivered:
            self._uploaded.pop(digest, None)
            raise
