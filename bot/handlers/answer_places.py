"""The places in Slack where an answer is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bot.errors import Rejected
from bot.handlers.table import Reply, Said
from bot.slack.blocks import Message, line, message, prose, section
from bot.slack.forms import Form, notice, view
from bot.slack.web import SlackWeb


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
    """A modal that was opened while the answer was not known yet."""

    slack: SlackWeb
    view_id: str
    title: str

    def show(self, reply: Reply) -> None:
        """Put the answer into the modal; where Slack does not take it, say so instead of leaving it loading."""
        try:
            self._update(as_form(reply, self.title))
        except Rejected as error:
            self._update(notice(self.title, [prose(error.reason)]))

    def _update(self, form: Form) -> None:
        self.slack.call("views.update", {"view_id": self.view_id, "view": view(form)})


def as_form(reply: Reply, title: str) -> Form:
    """Make a modal of an answer in words; a form is one already."""
    return notice(title, said_blocks(reply)) if isinstance(reply, Said) else reply


def said_blocks(said: Said) -> tuple[dict[str, Any], ...]:
    """An answer's blocks, made of its text where it has none."""
    return said.blocks or (section(said.text),)
