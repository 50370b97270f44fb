"""Control API: what people see, and what the bot asked for."""

import time
from typing import Any

from sandbox.calls import Record
from sandbox.control.request import Control, Json, route, visible
from sandbox.conversations import Conversation, Message, describe_conversation, describe_message
from sandbox.people import describe_person
from sandbox.slack import Slack
from sandbox.values import kept_values
from sandbox.views import View, describe_view
from sandbox.workspace import blocks_of


def show_message(slack: Slack, message: Message) -> Json:
    """A message with its place, its last change and who alone sees it."""
    author = slack.workspace.people.get(message.user)
    return describe_message(message) | {
        "channel": message.channel,
        "seq": message.seq,
        "name": message.username or (author.real_name if author else message.user),
        "ephemeral": message.only_for is not None,
        "only_for": message.only_for,
        "deleted": message.deleted,
        "values": kept_values(blocks_of(message), message.values),
    }


def show_view(view: View) -> Json:
    """A view with what is filled in, the errors under its blocks and the notice at its foot."""
    return describe_view(view) | {"seq": view.seq, "errors": view.errors, "notice": view.notice, "person": view.person}


def show_conversation(conversation: Conversation) -> Json:
    """A conversation with its members and the number of its last change."""
    last = max((m.seq for m in conversation.messages.values()), default=0)
    return describe_conversation(conversation) | {
        "kind": conversation.kind,
        "members": conversation.members,
        "has_bot": conversation.has_bot,
        "only_admins_post": conversation.only_admins_post,
        "seq": last,
    }


def list_people(control: Control) -> Json:
    """GET people."""
    now = time.time()
    people = control.slack.workspace.people.values()
    return {"people": [describe_person(p, now) | {"dnd_until": p.dnd_until} for p in people]}


def list_conversations(control: Control) -> Json:
    """GET conversations: all, or those of one person."""
    person = control.person().id if "as" in control.given else None
    shown = [c for c in control.slack.workspace.conversations.values() if person is None or person in c.members]
    return {"conversations": [show_conversation(c) for c in shown]}


async def list_messages(control: Control) -> Json:
    """GET messages: those changed after `after`, containing `contains`; waits until there are `at_least` of them."""
    slack, after = control.slack, control.number("after")
    conversation = control.conversation()
    person = control.person().id if "as" in control.given else None
    wanted = str(control.given.get("contains") or "")

    def current() -> bool:
        found = [m for m in visible(conversation, person) if m.seq > after and wanted in _all_text(m)]
        gone = not wanted and any(m.deleted and m.seq > after for m in conversation.messages.values())
        return gone or len(found) >= control.number("at_least", 1)

    await slack.workspace.changes.until(current, control.seconds())
    shown = [m for m in visible(conversation, person) if m.seq > after and wanted in _all_text(m)]
    gone = [m.ts for m in conversation.messages.values() if m.deleted and m.seq > after]
    return {
        "seq": slack.workspace.changes.number,
        "channel": conversation.id,
        "messages": [show_message(slack, m) for m in shown],
        "deleted": gone,
    }


def _all_text(message: Message) -> str:
    return "\n".join((message.text, *_texts(message.blocks), *_texts(message.attachments)))


def _texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for item in node for text in _texts(item)]
    if isinstance(node, dict):
        own = [v for k, v in node.items() if k == "text" and isinstance(v, str)]
        return own + [text for inner in node.values() if isinstance(inner, dict | list) for text in _texts(inner)]
    return []


async def list_views(control: Control) -> Json:
    """GET views: a person's modals, bottom first; waits for one changed after `after`, with `gone` for none."""
    slack, person, after = control.slack, control.person().id, control.number("after")
    wanted = str(control.given.get("contains") or "")

    def current() -> bool:
        stack = slack.views.stack(person)
        if control.flag("gone"):
            return not stack
        return any(v.seq > after and wanted in "\n".join(_texts(v.body)) for v in stack)

    met = await slack.workspace.changes.until(current, control.seconds())
    views = [show_view(v) for v in slack.views.stack(person)]
    return {"seq": slack.workspace.changes.number, "met": met, "views": views, "top": views[-1] if views else None}


async def read_home(control: Control) -> Json:
    """GET home: what was published for a person; waits for a publication after `after`."""
    slack, person, after = control.slack, control.person().id, control.number("after")

    def current() -> bool:
        home = slack.views.homes.get(person)
        return home is not None and home.seq > after

    await slack.workspace.changes.until(current, control.seconds())
    home = slack.views.homes.get(person)
    return {"seq": slack.workspace.changes.number, "view": show_view(home) if home else None}


async def list_calls(control: Control) -> Json:
    """GET calls: filtered by method, channel, error and number; waits until there are `at_least` of them."""

    def current() -> list[Record]:
        found = [r for r in control.slack.calls.records if _matches(control, r)]
        return found if len(found) >= control.number("at_least", 1) else []

    await control.slack.workspace.changes.until(current, control.seconds())
    found = [r for r in control.slack.calls.records if _matches(control, r)]
    return {
        "n": control.slack.calls.n,
        "counts": dict(control.slack.calls.counts),
        "matching": len(found),
        "calls": [_show_call(r) for r in found[-control.number("limit", 1000) :]],
    }


def _matches(control: Control, record: Record) -> bool:
    given = control.given
    return (
        record.n > control.number("after")
        and given.get("method") in (None, record.method)
        and given.get("channel") in (None, record.arguments.get("channel"))
        and given.get("error") in (None, record.error)
        and ("ok" not in given or control.flag("ok") == (record.error is None and record.status == 200))
    )


def _show_call(record: Record) -> Json:
    return {
        "n": record.n,
        "at": record.at,
        "method": record.method,
        "arguments": record.arguments,
        "status": record.status,
        "answer": record.answer,
    }


async def wait_for_change(control: Control) -> Json:
    """GET changes: returns when anything changed after `after`."""
    changes = control.slack.workspace.changes
    after = control.number("after")
    await changes.until(lambda: changes.number > after, control.seconds())
    return {"seq": changes.number}


ROUTES = [
    route("people", "GET", list_people),
    route("conversations", "GET", list_conversations),
    route("messages", "GET", list_messages),
    route("views", "GET", list_views),
    route("home", "GET", read_home),
    route("calls", "GET", list_calls),
    route("changes", "GET", wait_for_change),
]
