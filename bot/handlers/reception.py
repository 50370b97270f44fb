"""Takes what Slack delivers, has it worked on, and shows the answer: within Slack's three seconds, whatever happens.

Nothing here asks the database before Slack was answered. Modals open while the answer is not known yet. What was typed
into a form stays there until it is saved.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from bot.engine.model import Role, User
from bot.errors import Invalid, Undelivered
from bot.handlers import error_answers, home, people, written_messages
from bot.handlers.answer_places import AnswerPlace, BelowMessage, Direct, Window, not_opened, said_blocks
from bot.handlers.backroom import Backroom
from bot.handlers.buttons import run
from bot.handlers.confirming import Unconfirmed, ask_again
from bot.handlers.filled import read_filled
from bot.handlers.grammar import read
from bot.handlers.help import asks_for_help, help_with
from bot.handlers.once import once, once_in_silence
from bot.handlers.people import Acquaintances
from bot.handlers.router_backtests import Effects
from bot.handlers.table import Button, Modal, Quoted, Reply, Said, Saved, Table, bind, find
from bot.handlers.visit import Visit, admit
from bot.handlers.written_messages import Written
from bot.ports import Ports
from bot.service.credentials import CredentialChecks
from bot.service.health_figures import HealthFigures
from bot.shown_text import clip
from bot.slack.blocks import OPTIONS, Block, actions, line, prose, section
from bot.slack.files import Album
from bot.slack.forms import Form, loading, notice, option, view
from bot.slack.web import HEARS, SlackWeb

PATIENCE = 2.0  # seconds that a form's answer may take, of Slack's three
_INPUT_ERROR = 2_000  # characters; Slack names no limit

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """The Slack account that something comes from, and the workspace that the bot belongs to.

    `place` is where it comes from: `home` is drawn anew after a click.
    """

    slack_id: str
    workspace: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Everything that arrives from Slack comes through here."""

    ports: Ports
    slack: SlackWeb
    table: Table
    backroom: Backroom
    public_url: str
    effects: Effects = field(default_factory=Effects)
    credentials: CredentialChecks = field(default_factory=CredentialChecks)
    figures: HealthFigures = field(default_factory=HealthFigures)
    met: Acquaintances = field(default_factory=Acquaintances)
    album: Album = field(default_factory=Album)

    def command(self, asker: Asker, typed: str, trigger: str, aside: AnswerPlace | None) -> None:
        """Run what was typed after `/pagertree`, or what a button says in its place."""
        try:
            words = read(typed)
            if asks_for_help(self.table, words):
                self._show(asker, help_with(self.table, words), trigger, aside)
                return
            noun, command, left = find(self.table, words)
            arguments = bind(noun, command, left)
        except Invalid as error:
            self._show(asker, error_answers.explain(error), trigger, aside)
            return
        _log.info("command", extra={"command": f"{noun.name} {command.verb}".strip(), "slack_id": asker.slack_id})
        opens = command.opens_for(arguments)
        place = self._open(asker, opens, trigger, aside, typed) if opens else self._place(asker, trigger, aside, typed)
        if place is not None:
            self._work(asker, command.floor, once(trigger, lambda visit: command.run(visit, arguments)), place)

    def press(self, asker: Asker, action_id: str, value: str, trigger: str, aside: AnswerPlace | None) -> None:
        """Do what a button of an alert's card says."""
        button = next((each for each in self.table.buttons if each.action_id == action_id), None)
        _log.info("click", extra={"action": action_id, "slack_id": asker.slack_id})
        if button is None:
            return
        opens = button.opens
        place = self._open(asker, opens, trigger, aside) if opens else self._place(asker, trigger, aside)
        if place:
            work = once(trigger, lambda visit: self._pressed(button, visit, value, asker))
            self._work(asker, Role.MEMBER, work, place)

    def _pressed(self, button: Button, visit: Visit, value: str, asker: Asker) -> Reply | None:
        """Do what a button says; a home that it is in shows what became of it."""
        reply = button.press(visit, value)
        if asker.place == "home" and (begun := self._begin(asker, Role.MEMBER, home.draw)):
            begun.add_done_callback(_note_failure)
        return reply

    def has_tool(self, action_id: str) -> bool:
        """Whether a click is on a button that works on the form around it."""
        return any(each.action_id == action_id for each in self.table.tools)

    def use(self, asker: Asker, action_id: str, sent: Mapping[str, Any], trigger: str) -> None:
        """Work on what is filled into a form, and lay what is found over it: the form stays as it is."""
        tool = next(each for each in self.table.tools if each.action_id == action_id)
        filled = read_filled(sent)
        place = self._lay(asker, tool.opens, trigger)
        if place:
            self._work(asker, tool.role, lambda visit: tool.use(visit, filled), place)

    def shortcut(self, asker: Asker, callback_id: str, quoted: Quoted, trigger: str) -> None:
        """Open the form of a shortcut."""
        found = next((each for each in self.table.shortcuts if each.callback_id == callback_id), None)
        _log.info("shortcut", extra={"shortcut": callback_id, "slack_id": asker.slack_id})
        place = self._open(asker, found.opens, trigger, None) if found else None
        if found and place:
            self._work(asker, Role.MEMBER, lambda visit: found.open(visit, quoted), place)

    def submit(self, asker: Asker, sent: Mapping[str, Any], trigger: str) -> Mapping[str, Any]:
        """Save a form, and say what Slack is to do with it: in time, and keeping what was typed."""
        modal = next((each for each in self.table.modals if each.name == sent["callback_id"]), None)
        if modal is None:
            return {}
        filled = read_filled(sent)
        begun = self._begin(asker, modal.role, once(trigger, lambda visit: modal.save(visit, filled)))
        if begun is None:
            return _refused(modal, error_answers.BUSY)
        done, _ = wait([begun], PATIENCE)
        if not done:
            begun.add_done_callback(lambda late: self._show_late(late, sent["id"], asker))
            return _refused(modal, error_answers.STALLED_FORM)
        if isinstance(error := begun.exception(), Unconfirmed):
            return {"response_action": "update", "view": ask_again(sent, error)}
        return _settled(modal, begun, input_ids(sent["blocks"]))

    def choose(self, asker: Asker, action_id: str, typed: str) -> Sequence[Block]:
        """Find a long menu's choices; none when that takes too long."""
        menu = next((each for each in self.table.menus if each.action_id == action_id), None)
        if menu is None:
            return []
        begun = self._begin(asker, Role.MEMBER, lambda visit: menu.choices(visit, typed))
        if begun is None or not wait([begun], PATIENCE).done or begun.exception():
            return []
        return [option(choice) for choice in begun.result()[:OPTIONS]]

    def open_home(self, asker: Asker, event_id: str) -> None:
        """Show somebody their App Home, once for each event however often Slack sends it."""
        begun = self._begin(asker, Role.MEMBER, lambda visit: home.show(visit, event_id))
        if begun is not None:
            begun.add_done_callback(lambda done: self._say_at_home(done, asker))

    def hear(self, asker: Asker, written: Written) -> None:
        """Answer what somebody writes to the bot, below it, once however often Slack delivers it."""
        _log.info("message", extra={"slack_id": asker.slack_id})
        place = BelowMessage(slack=self.slack, conversation=written.conversation, thread=written.thread)
        work = once_in_silence(written.event_id, lambda visit: written_messages.answer(visit, self.table, written))
        self._work(asker, Role.MEMBER, work, place)

    def look_again(self, slack_id: str, workspace: str) -> None:
        """See whether somebody whose account Slack says was changed still is a member."""
        begun = self.backroom.begin(lambda: people.look_again(self.ports, self.slack, slack_id, workspace, self.met))
        if begun is not None:
            begun.add_done_callback(_note_failure)

    def _say_at_home(self, done: "Future[None]", asker: Asker) -> None:
        """Show somebody why their App Home was not drawn."""
        _note_failure(done)
        if error := done.exception():
            try:
                home.say(self.slack, asker.slack_id, error_answers.words(error))
            except Undelivered:
                self._tell_of_home(asker, error_answers.words(error))

    def _tell_of_home(self, asker: Asker, why: str) -> None:
        """Say by a message that an App Home could not be drawn, with what leads to the same."""
        said = f"Your page here could not be drawn: {line(why, 300)}"
        blocks = (section(said), actions(run("Show it as a message", "")))
        _reveal(Said(text=said, blocks=blocks), Direct(slack=self.slack, slack_id=asker.slack_id))

    def close(self) -> None:
        """Finish what was begun, and hang up."""
        self.backroom.close()
        self.effects.close()
        self.credentials.close()
        self.figures.close()
        self.slack.close()

    def _show(self, asker: Asker, said: Said, trigger: str, aside: AnswerPlace | None) -> None:
        if place := self._place(asker, trigger, aside):
            _reveal(said, _of(asker, place))

    def _place(
        self, asker: Asker, trigger: str, aside: AnswerPlace | None, typed: str | None = None
    ) -> AnswerPlace | None:
        """Where to answer: over the App Home, a modal is the only place."""
        return aside or self._open(asker, "PagerTree", trigger, aside, typed)

    def _open(
        self, asker: Asker, title: str, trigger: str, aside: AnswerPlace | None, typed: str | None = None
    ) -> AnswerPlace | None:
        """Open a modal at once, before anything is known; in a modal, stay in it. None when Slack would not.

        Why it would not is said where the person is, or else by a message; `typed` is what opens it again.
        """
        if isinstance(aside, Window):
            return replace(aside, typed=typed)
        try:
            opened = self.slack.call("views.open", {"trigger_id": trigger, "view": view(loading(title))})
        except Undelivered as error:
            _reveal(not_opened(title, error, typed), aside or Direct(slack=self.slack, slack_id=asker.slack_id))
            return None
        return Window(slack=self.slack, view_id=opened["view"]["id"], title=title, typed=typed)

    def _lay(self, asker: Asker, title: str, trigger: str) -> AnswerPlace | None:
        """Lay a modal over the one that is open. None when Slack would not; what was typed below stays."""
        try:
            opened = self.slack.call("views.push", {"trigger_id": trigger, "view": view(loading(title))})
        except Undelivered as error:
            _log.warning("a modal was not opened: %s", error.reason)
            _reveal(not_opened(title, error, None), Direct(slack=self.slack, slack_id=asker.slack_id))
            return None
        return Window(slack=self.slack, view_id=opened["view"]["id"], title=title)

    def _work(self, asker: Asker, role: Role, work: Callable[[Visit], Reply | None], place: AnswerPlace) -> None:
        place = _of(asker, place)
        begun = self._begin(asker, role, work)
        if begun is None:
            _reveal(Said(text=error_answers.BUSY), place)
            return
        begun.add_done_callback(lambda done: _show(done, place))

    def _begin(self, asker: Asker, role: Role, work: Callable[[Visit], T]) -> Future[T] | None:
        def attend() -> T:
            user = people.recognise(self.ports, self.slack, asker.slack_id, asker.workspace, self.met)
            visit = self._visit(user, asker)
            admit(visit, role)
            return work(visit)

        return self.backroom.begin(attend)

    def _visit(self, user: User, asker: Asker) -> Visit:
        return Visit(
            ports=self.ports,
            slack=self.slack,
            user=user,
            now=self.ports.clock.now(),
            workspace=asker.workspace,
            public_url=self.public_url,
            effects=self.effects,
            credentials=self.credentials,
            figures=self.figures,
            met=self.met,
            album=self.album,
            is_deaf=self.slack.lacks(HEARS),
        )

    def _show_late(self, late: "Future[Saved | Form]", view_id: str, asker: Asker) -> None:
        """Say that a form was saved after all, when the person was told to wait."""
        if late.exception() is None:
            result = late.result()
            reply = result.said if isinstance(result, Saved) else result
            title = result.title
            _reveal(reply, Window(slack=self.slack, view_id=view_id, title=title, slack_id=asker.slack_id))


def _show(done: "Future[Reply | None]", place: AnswerPlace) -> None:
    error = done.exception()
    reply = done.result() if error is None else error_answers.explain(error)
    if reply is not None:
        _reveal(reply, place)


def _of(asker: Asker, place: AnswerPlace) -> AnswerPlace:
    """A place that knows whom to tell where Slack does not take the answer."""
    return replace(place, slack_id=asker.slack_id) if isinstance(place, Window) else place


def _reveal(reply: Reply, place: AnswerPlace) -> None:
    try:
        place.show(reply)
    except (Undelivered, OSError) as lost:  # a modal that was closed meanwhile, a Slack that cannot be reached
        _log.warning("an answer was not shown: %s", lost)


def input_ids(blocks: Sequence[Block]) -> tuple[str, ...]:
    """The inputs of a view, under which errors can be shown."""
    return tuple(block["block_id"] for block in blocks if block["type"] == "input")


def _settled(modal: Modal, done: "Future[Saved | Form]", inputs: Sequence[str]) -> Mapping[str, Any]:
    error = done.exception()
    if error is None:
        return {"response_action": "update", "view": view(_told(done.result()))}
    if isinstance(error, Invalid) and inputs:
        return _errors(error_answers.place_problems(error.problems, inputs, modal.anchor))
    return _refused(modal, error_answers.words(error))


def _refused(modal: Modal, said: str) -> Mapping[str, Any]:
    """Say what is wrong under the form's anchor, or above a form that has no inputs."""
    if modal.anchor:
        return _errors({modal.anchor: said})
    return {"response_action": "push", "view": view(notice("That did not work", [prose(said)]))}


def _errors(errors: Mapping[str, str]) -> Mapping[str, Any]:
    return {"response_action": "errors", "errors": {block: clip(said, _INPUT_ERROR) for block, said in errors.items()}}


def _told(saved: Saved | Form) -> Form:
    return saved if isinstance(saved, Form) else notice(saved.title, said_blocks(saved.said))


def _note_failure(done: "Future[None]") -> None:
    if error := done.exception():
        _log.warning("what an event asked for was not done: %s", error_answers.words(error))
