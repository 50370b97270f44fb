"""Control API: what people do."""

import base64

from sandbox import events, interactions, modals
from sandbox.control.request import Control, Json, route
from sandbox.control.seeing import show_message, show_view
from sandbox.delivery import Answer
from sandbox.errors import ControlError
from sandbox.methods.files import add_file
from sandbox.values import fill, kept_values
from sandbox.views import describe_view
from sandbox.workspace import blocks_of


def _answered(answer: Answer, **more: object) -> Json:
    return {"ok": answer.ok, "error": answer.error, "status": answer.status, "answer": answer.body, **more}


async def type_command(control: Control) -> Json:
    """POST commands."""
    thread = control.given.get("thread_ts")
    return _answered(
        await interactions.type_command(
            control.slack, control.person(), control.conversation(), control.text("text"), thread
        )
    )


def say(control: Control) -> Json:
    """POST messages."""
    person, conversation = control.person(), control.conversation()
    if conversation.is_archived:
        raise ControlError("the channel is archived: nobody can write there")
    message = events.say(control.slack, person, conversation, control.text("text"), control.given.get("thread_ts"))
    return {"ok": True, "message": show_message(control.slack, message)}


async def click(control: Control) -> Json:
    """POST clicks: in a message, a modal or the App Home."""
    slack, person, files = control.slack, control.person(), control.slack.workspace.files
    control.text("action_id")
    if "ts" in control.given:
        conversation = control.conversation()
        message = control.message(conversation)
        blocks = blocks_of(message)
        message.values = fill(blocks, kept_values(blocks, message.values), control.given.get("values") or {}, files)
        answer = await interactions.click_message(slack, person, conversation, message, control.given)
        return _answered(answer, ts=message.ts)
    view = slack.views.homes.get(person.id) if control.flag("home") else control.view()
    if view is None:
        raise ControlError(f"{person.name} has no App Home yet: nothing was published")
    view.values = fill(view.blocks, view.values, control.given.get("values") or {}, files)
    return _answered(await interactions.click_view(slack, person, view, control.given))


async def submit(control: Control) -> Json:
    """POST submissions."""
    result = await modals.submit(control.slack, control.person(), control.view(), control.given.get("values") or {})
    stack = control.slack.views.stack(control.person().id)
    return {**result, "view": show_view(stack[-1]) if stack else None}


async def close(control: Control) -> Json:
    """POST closings."""
    return _answered(await modals.close(control.slack, control.person(), control.view(), control.flag("all")))


async def ask_options(control: Control) -> Json:
    """POST options."""
    slack, person = control.slack, control.person()
    control.text("action_id")
    if "ts" in control.given:
        conversation = control.conversation()
        message = control.message(conversation)
        container = {"type": "message", "message_ts": message.ts, "channel_id": conversation.id}
        place: Json = {"container": container, "channel": {"id": conversation.id, "name": conversation.name}}
        return await modals.ask_options(slack, person, place, blocks_of(message), control.given)
    view = slack.views.homes.get(person.id) if control.flag("home") else control.view()
    if view is None:
        raise ControlError(f"{person.name} has no App Home yet")
    place = {"container": {"type": "view", "view_id": view.id}, "view": describe_view(view)}
    return await modals.ask_options(slack, person, place, view.blocks, control.given)


async def use_shortcut(control: Control) -> Json:
    """POST shortcuts: global, or of a message when channel and ts are given."""
    slack, person, callback_id = control.slack, control.person(), control.text("callback_id")
    if "ts" not in control.given:
        return _answered(await interactions.use_shortcut(slack, person, callback_id))
    conversation = control.conversation()
    message = control.message(conversation)
    return _answered(
        await interactions.use_message_shortcut(slack, person, callback_id, conversation, message), ts=message.ts
    )


def open_home(control: Control) -> Json:
    """POST home."""
    events.open_home(control.slack, control.person())
    return {"ok": True}


async def send_event(control: Control) -> Json:
    """POST events: now, in the order given, each `times` times with one event_id."""
    sent = control.given.get("events") or [control.given.get("event")]
    if not all(isinstance(event, dict) for event in sent):
        raise ControlError("give `event` or `events`, with Slack's event objects")
    envelopes = [events.envelope_of(event) for event in sent]
    order = list(reversed(envelopes)) if control.flag("reverse") else envelopes
    answers = [
        _answered(await events.send_now(control.slack, envelope), event_id=envelope["event_id"])
        for envelope in order
        for _ in range(control.number("times", 1))
    ]
    return {"ok": all(answer["ok"] for answer in answers), "answers": answers}


def upload(control: Control) -> Json:
    """POST files: a person's file, to be put into a file input by its id."""
    content = control.given.get("content", "")
    raw = base64.b64decode(control.given["base64"]) if "base64" in control.given else str(content).encode()
    return {"ok": True, "file": add_file(control.slack, control.text("name"), raw, control.person().id)}


ROUTES = [
    route("commands", "POST", type_command),
    route("messages", "POST", say),
    route("clicks", "POST", click),
    route("submissions", "POST", submit),
    route("closings", "POST", close),
    route("options", "POST", ask_options),
    route("shortcuts", "POST", use_shortcut),
    route("home", "POST", open_home),
    route("events", "POST", send_event),
    route("files", "POST", upload),
]
