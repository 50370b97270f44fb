"""The places in Slack where an answer is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.errors import Rejected, Undelivered
from bot.handlers.buttons import run
from bot.handlers.insistence import insist
from bot.handlers.table import Reply, Said
from bot.slack.blocks import VALUE, Message, actions, line, message, prose, section
from bot.slack.forms import Form, notice, view
from bot.slack.web import FormRefused, SlackWeb


class AnswerPlace(Protocol):
    """Shows one answer."""

    def show(self, reply: Reply) -> None:
        """Show it. Raises `Undelivered` or OSError when Slack does not take it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ephemeral:
    """Below the conversation, for one person only; `replacing` puts it where the person clicked."""

    respond: Callable[..., Any]
    replacing: bool = False

    def show(self, reply: Reply) -> None:
        """Answer at the response address; where Slack does not take the blocks, with the text alone.

        Slack takes five answers in half an hour.
        """
        said = reply if isinstance(reply, Said) else Said(text=f"“{line(reply.title)}” is a form: type the command.")
        drawn = message(said.text, said.blocks)
        if not self._post(drawn) and not self._post(Message(text=drawn.text, blocks=[])):
            raise Rejected("Slack did not take the answer.")

    def _post(self, drawn: Message) -> bool:
        answered = self.respond(
            text=drawn.text,
            blocks=drawn.blocks or None,
            response_type="ephemeral",
            replace_original=self.replacing,
            unfurl_links=False,
            unfurl_media=False,
        )
        return bool(answered.status_code == 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A modal that was opened while the answer was not known yet: by `slack_id`, who `typed` a command or clicked."""

    slack: SlackWeb
    view_id: str
    title: str
    slack_id: str = ""
    typed: str | None = None

    def show(self, reply: Reply) -> None:
        """Put the answer into the modal; where Slack does not take it, say so instead of leaving it loading.

        While Slack has trouble with the modal, the answer comes as a message.
        """
        try:
            self._update(as_form(reply, self.title))
        except Rejected as error:
            self._update(notice(self.title, [prose(error.reason)]))
        except Undelivered as error:
            if not self.slack_id:
                raise
            Direct(slack=self.slack, slack_id=self.slack_id).show(self._as_message(reply, error))

    def _update(self, form: Form) -> None:
        insist(self.slack, "views.update", {"view_id": self.view_id, "view": view(form)})

    def _as_message(self, reply: Reply, error: Undelivered) -> Said:
        """What the modal cannot show. A form needs a modal: it is opened anew by a button, where a command opens it."""
        if isinstance(reply, Form):
            return not_opened(self.title, error, self.typed)
        why = f"“{line(self.title)}” stays empty, close it: {line(error.reason)}"
        return Said(text=f"{why} {reply.text}", blocks=(section(why), *said_blocks(reply)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """A direct message to somebody: where nothing else can be shown to them."""

    slack: SlackWeb
    slack_id: str

    def show(self, reply: Reply) -> None:
        """Send it. Raises `Undelivered`."""
        said = reply if isinstance(reply, Said) else Said(text=f"“{line(reply.title)}” is a form: type the command.")
        drawn = message(said.text, said_blocks(said))
        arguments = {"channel": self.slack_id, "text": drawn.text, "blocks": drawn.blocks}
        self.slack.call("chat.postMessage", arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class BelowMessage:
    """A direct message that somebody wrote to the bot: the answer comes below it, in its thread if it is in one."""

    slack: SlackWeb
    conversation: str
    thread: str = ""

    def show(self, reply: Reply) -> None:
        """Send it; where Slack does not take the blocks, its text alone. Raises `Undelivered`."""
        said = reply if isinstance(reply, Said) else Said(text=f"“{line(reply.title)}” is a form: type the command.")
        drawn = message(said.text, said_blocks(said))
        try:
            self._post({"text": drawn.text, "blocks": drawn.blocks})
        except FormRefused:
            self._post({"text": drawn.text})

    def _post(self, shown: Mapping[str, object]) -> None:
        where = {"channel": self.conversation, "unfurl_links": False, "unfurl_media": False}
        below = {"thread_ts": self.thread} if self.thread else {}
        self.slack.call("chat.postMessage", {**where, **below, **shown})


def not_opened(title: str, error: Undelivered, typed: str | None) -> Said:
    """Say that a form is not there and why, with a button that opens it where a command does."""
    why = f"“{line(title)}” could not be shown: {line(error.reason)}"
    if typed is None or len(typed) > VALUE:
        return Said(text=f"{why} Nothing was changed: do it once more.")
    button = run("Open it again", typed, "primary")
    return Said(text=f"{why} Nothing was changed.", blocks=(section(f"{why} Nothing was changed."), actions(button)))


def as_form(reply: Reply, title: str) -> Form:
    """Make a modal of an answer in words; a form is one already."""
    return notice(title, said_blocks(reply)) if isinstance(reply, Said) else reply


def said_blocks(said: Said) -> tuple[dict[str, Any], ...]:
    """An answer's blocks, made of its text where it has none."""
    return said.blocks or (section(said.text),)
