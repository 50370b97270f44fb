"""Every refusal of the sandbox."""


class SlackError(Exception):
    """A Web API refusal: `{"ok": false, "error": code}` with Slack's own code and, for structures, where and what."""

    def __init__(self, code: str, *messages: str, **extra: str) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages
        self.extra = extra


class ControlError(Exception):
    """A request to the control API that cannot be carried out; the text says what to send instead."""
