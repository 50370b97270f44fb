"""Files that are handed to a person: into their messages with the bot, where Slack keeps them."""

from bot.slack.web import SlackWeb


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
