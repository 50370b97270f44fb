"""The Bolt app: what Slack can deliver, and who takes it."""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.handlers.answer_places import AnswerPlace, Ephemeral, Window
from bot.handlers.backroom import Backroom
from bot.handlers.buttons import RUN, TURN
from bot.handlers.collecting import collect
from bot.handlers.patience import PatientStore
from bot.handlers.reception import Asker, Reception
from bot.handlers.table import NAME, Quoted
from bot.handlers.written_messages import Written
from bot.ports import Ports
from bot.slack.membership import why_gone
from bot.slack.web import DEFAULT_URL, SlackWeb

_ANYTHING = re.compile("")
_WRITTEN = frozenset({"", "file_share", "thread_broadcast"})  # subtypes of messages that people write
_THREADS = 32  # they only answer Slack; work is done in the backroom

Json = dict[str, Any]


def build(
    ports: Ports, bot_token: str, signing_secret: str, api_url: str = DEFAULT_URL, public_url: str = "http://localhost"
) -> App:
    """Make the app that takes commands, clicks, forms and events from Slack.

    `public_url` is where senders of alerts reach us. Slack is first called when the first request comes.
    """
    reception = receive(ports, bot_token, api_url, public_url)
    return serve(reception, bot_token, signing_secret, api_url)


def receive(ports: Ports, bot_token: str, api_url: str, public_url: str) -> Reception:
    """Make what works on requests."""
    return Reception(
        ports=replace(ports, store=PatientStore(store=ports.store)),
        slack=SlackWeb(bot_token, api_url),
        table=collect(),
        backroom=Backroom(),
        public_url=public_url.rstrip("/"),
    )


def serve(reception: Reception, bot_token: str, signing_secret: str, api_url: str) -> App:
    """Make the app that verifies requests and hands them over."""
    app = App(
        token=bot_token,
        signing_secret=signing_secret,
        token_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(_THREADS, thread_name_prefix="slack-answer"),
    )
    app.client.base_url = api_url
    app.client.timeout = 5
    for register in (_take_commands, _take_clicks, _take_shortcuts, _take_forms, _take_events):
        register(app, reception)
    return app


def _take_commands(app: App, reception: Reception) -> None:
    @app.command(NAME)
    def command(ack: Ack, context: BoltContext, body: Json) -> None:
        ack()
        reception.command(_asker(context), body.get("text") or "", body["trigger_id"], _place(reception, context, body))


def _take_clicks(app: App, reception: Reception) -> None:
    @app.action(_ANYTHING)
    def click(ack: Ack, context: BoltContext, body: Json, action: Json) -> None:
        ack()
        action_id, value = pressed(action)
        place = _place(reception, context, body)
        if action_id.startswith((RUN, TURN)):
            reception.command(_asker(context), value, body["trigger_id"], place)
        elif reception.has_tool(action_id):
            reception.use(_asker(context), action_id, body.get("view") or {}, body["trigger_id"])
        else:
            asker = replace(_asker(context), place=(body.get("view") or {}).get("type", ""))
            reception.press(asker, action_id, value, body["trigger_id"], place)


def pressed(action: Json) -> tuple[str, str]:
    """What was clicked, and what it carries; a line of a menu of verbs carries both (`buttons.more`)."""
    if action.get("type") == "overflow":
        action_id, _, value = str(action["selected_option"]["value"]).partition(" ")
        return action_id, value
    return action["action_id"], action.get("value") or ""


def _take_shortcuts(app: App, reception: Reception) -> None:
    @app.shortcut(_ANYTHING)
    def shortcut(ack: Ack, context: BoltContext, body: Json) -> None:
        ack()
        message = body.get("message") or {}
        quoted = Quoted(
            text=message.get("text") or "",
            conversation=(body.get("channel") or {}).get("id", ""),
            thread=message.get("thread_ts") or message.get("ts") or "",
        )
        reception.shortcut(_asker(context), body["callback_id"], quoted, body["trigger_id"])


def _take_forms(app: App, reception: Reception) -> None:
    @app.view(_ANYTHING)
    def submit(ack: Ack, context: BoltContext, body: Json, view: Json) -> None:
        ack(**reception.submit(_asker(context), view, body["trigger_id"]))

    @app.options(_ANYTHING)
    def choose(ack: Ack, context: BoltContext, body: Json) -> None:
        ack(options=reception.choose(_asker(context), body["action_id"], body.get("value") or ""))


def _take_events(app: App, reception: Reception) -> None:
    for name, take in EVENTS.items():
        _take_event(app, reception, name, take)


def _take_event(app: App, reception: Reception, name: str, take: Callable[[Reception, Asker, Json], None]) -> None:
    @app.event(name.partition(".")[0])
    def event(context: BoltContext, body: Json) -> None:
        take(reception, _asker(context), body)


def _open_home(reception: Reception, asker: Asker, body: Json) -> None:
    if body["event"].get("tab") == "home":
        reception.open_home(asker, body["event_id"])


def _look_again(reception: Reception, asker: Asker, body: Json) -> None:
    """An account that is gone by an event is asked about: events come late, and in any order."""
    account = body["event"].get("user") or {}
    if why_gone(account, asker.workspace):
        reception.look_again(str(account.get("id") or ""), asker.workspace)


def _hear(reception: Reception, asker: Asker, body: Json) -> None:
    """Take what a person writes to the bot: no edits, and nothing that a program has posted."""
    event = body["event"]
    if event.get("channel_type") != "im" or event.get("bot_id") or event.get("subtype", "") not in _WRITTEN:
        return
    written = Written(
        text=str(event.get("text") or ""),
        conversation=str(event.get("channel") or ""),
        thread=str(event.get("thread_ts") or ""),
        event_id=str(body.get("event_id") or ""),
    )
    reception.hear(asker, written)


EVENTS: Mapping[str, Callable[[Reception, Asker, Json], None]] = {
    "app_home_opened": _open_home,
    "message.im": _hear,
    "user_change": _look_again,
}


def _place(reception: Reception, context: BoltContext, body: Json) -> AnswerPlace | None:
    """Where to answer: None where there is only the App Home, over which a modal has to be opened."""
    if context.respond is not None and context.response_url:
        return Ephemeral(respond=context.respond, replacing=_is_replaced(body))
    view = body.get("view") or {}
    if view.get("type") == "modal":
        return Window(slack=reception.slack, view_id=view["id"], title=view["title"]["text"])
    return None


def _is_replaced(body: Json) -> bool:
    """Whether the answer takes the place of what was clicked: pages of a list, and what only the person sees.

    A new answer to a command comes below the list that its button is in.
    """
    action_id = next((pressed(action)[0] for action in body.get("actions", ())), RUN)
    if action_id.startswith(RUN):
        return False
    return action_id.startswith(TURN) or bool(body.get("container", {}).get("is_ephemeral"))


def _asker(context: BoltContext) -> Asker:
    authorized = context.authorize_result
    workspace = authorized.team_id if authorized else None
    return Asker(slack_id=context.user_id or "", workspace=workspace or context.team_id or "")
