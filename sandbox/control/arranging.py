"""Control API: people, channels and settings as a test wants them, and misbehaviour."""

import secrets
from dataclasses import asdict
from typing import get_type_hints

import msgspec

from sandbox import events
from sandbox.config import CHANGEABLE, Settings
from sandbox.control.request import Control, Json, route
from sandbox.control.seeing import show_conversation
from sandbox.conversations import Conversation
from sandbox.errors import ControlError
from sandbox.people import BOT_USER, SLACKBOT, Person, describe_person

PERSON_FIELDS = ("deleted", "is_admin", "is_owner", "is_restricted", "tz", "real_name", "title", "dnd_until", "team_id")


def fitting(owner: type, name: str, value: object) -> object:
    """The value as the field's type. Raises ControlError."""
    try:
        return msgspec.convert(value, get_type_hints(owner)[name], strict=False)
    except msgspec.ValidationError as problem:
        raise ControlError(f"{name}: {problem}") from None


def change_person(control: Control) -> Json:
    """POST people/{person}: sets fields; `dnd_minutes` pauses their notifications from now on."""
    person = control.person("person")
    changes = {k: v for k, v in control.given.items() if k not in ("person", "dnd_minutes")}
    if unknown := set(changes) - set(PERSON_FIELDS):
        raise ControlError(f"unknown fields {sorted(unknown)}; there are {[*PERSON_FIELDS, 'dnd_minutes']}")
    for name, value in changes.items():
        setattr(person, name, fitting(Person, name, value))
    now = float(control.slack.workspace.next_ts())
    if "dnd_minutes" in control.given:
        person.dnd_until = now + 60 * float(control.given["dnd_minutes"]) if control.given["dnd_minutes"] else 0.0
    control.slack.workspace.changes.note()
    described = describe_person(person, now)
    events.happen(control.slack, "user_change", {"type": "user_change", "user": described, "event_ts": f"{now:.6f}"})
    return {"ok": True, "person": described}


def add_person(control: Control) -> Json:
    """POST people: somebody new; `id` may be given (`W0…` for a Grid id), the rest as for a change."""
    name = control.text("name")
    workspace = control.slack.workspace
    identity = str(control.given.get("id") or f"U0{secrets.token_hex(4).upper()}")
    if identity in workspace.people or workspace.find_person(name):
        raise ControlError(f"{name!r} or {identity!r} is taken")
    workspace.people[identity] = Person(id=identity, name=name, real_name=name.title())
    changes = {k: v for k, v in control.given.items() if k not in ("id", "name")}
    return change_person(Control(control.slack, {**changes, "person": identity}))


def add_conversation(control: Control) -> Json:
    """POST conversations: a new channel with the bot and everybody of the workspace in it."""
    workspace, name = control.slack.workspace, control.text("name").removeprefix("#")
    if workspace.channel_named(name):
        raise ControlError(f"there is a channel {name!r} already")
    members = [p.id for p in workspace.people.values() if not (p.deleted or p.is_stranger or p.id == SLACKBOT)]
    identity = f"C0{secrets.token_hex(4).upper()}"
    workspace.conversations[identity] = Conversation(id=identity, kind="channel", name=name, members=members)
    return change_conversation(Control(control.slack, {**control.given, "name": name, "channel": identity}))


def change_conversation(control: Control) -> Json:
    """POST conversations/{channel}: its fields, `has_bot`, and `add` or `remove` a person."""
    conversation = control.conversation()
    given = control.given
    for name in ("is_archived", "only_admins_post", "is_private", "name", "topic"):
        if name in given:
            setattr(conversation, name, fitting(Conversation, name, given[name]))
    if "has_bot" in given:
        _set_member(conversation.members, BOT_USER, present=control.flag("has_bot"))
    if "add" in given:
        _set_member(conversation.members, control.person("add").id, present=True)
    if "remove" in given:
        _set_member(conversation.members, control.person("remove").id, present=False)
    control.slack.workspace.changes.note()
    return {"ok": True, "conversation": show_conversation(conversation)}


def _set_member(members: list[str], user: str, *, present: bool) -> None:
    if present and user not in members:
        members.append(user)
    if not present and user in members:
        members.remove(user)


def misbehave(control: Control) -> Json:
    """POST misbehaviour."""
    request = dict(control.given)
    if request.get("channel"):
        request["channel"] = control.conversation().id
    return {"ok": True, "fault": asdict(control.slack.faults.add(request))}


def behave(control: Control) -> Json:
    """DELETE misbehaviour: all of it, or of one method."""
    control.slack.faults.clear(control.given.get("method"))
    return {"ok": True}


def list_faults(control: Control) -> Json:
    """GET misbehaviour, with how often each was met."""
    return {"faults": [asdict(fault) for fault in control.slack.faults.faults]}


def change_token(control: Control) -> Json:
    """POST token: revoked or not."""
    control.slack.workspace.token_revoked = control.flag("revoked")
    return {"ok": True, "revoked": control.slack.workspace.token_revoked}


def expire(control: Control) -> Json:
    """POST expiry: of every trigger and response url handed out so far."""
    expired = control.slack.triggers.expire()
    control.slack.triggers.expire_urls()
    return {"ok": True, "triggers": expired}


def vanish(control: Control) -> Json:
    """POST vanishing: closes a person's modal behind the bot's back, without a view_closed."""
    if control.flag("all"):
        control.slack.views.clear(control.person().id)
    else:
        control.slack.views.remove(control.view())
    return {"ok": True}


async def change_sockets(control: Control) -> Json:
    """POST sockets: `silent` true or false, `disconnect` with a reason."""
    sockets = control.slack.sockets
    if "silent" in control.given:
        sockets.silent = control.flag("silent")
    left = await sockets.disconnect(control.text("disconnect")) if control.given.get("disconnect") else 0
    return {"ok": True, "silent": sockets.silent, "open": len(sockets.open), "disconnected": left}


async def list_sockets(control: Control) -> Json:
    """GET sockets: how many are open; waits until there are `at_least`."""
    sockets = control.slack.sockets
    least = control.number("at_least", 1)
    await control.slack.workspace.changes.until(lambda: len(sockets.open) >= least, control.seconds())
    return {"open": len(sockets.open), "silent": sockets.silent}


def order_events(control: Control) -> Json:
    """POST event-order: `copies` of each event; `hold` keeps them back, `release` lets them go."""
    slack = control.slack
    if "copies" in control.given:
        slack.event_copies = control.number("copies", 1)
    if control.flag("hold"):
        slack.held_events = []
    if "release" in control.given:
        return {"ok": True, "released": events.release(slack, control.text("release"))}
    return {"ok": True, "copies": slack.event_copies, "held": len(slack.held_events or [])}


def read_settings(control: Control) -> Json:
    """GET settings."""
    return {"settings": asdict(control.slack.settings)}


def change_settings(control: Control) -> Json:
    """POST settings: any of CHANGEABLE."""
    settings = control.slack.settings
    if unknown := set(control.given) - set(CHANGEABLE):
        raise ControlError(f"cannot change {sorted(unknown)}; can change {list(CHANGEABLE)}")
    if control.given.get("opens_as"):
        control.person("opens_as")
    for name, value in control.given.items():
        setattr(settings, name, fitting(Settings, name, value))
    control.slack.workspace.changes.note()
    return read_settings(control)


def reset(control: Control) -> Json:
    """POST reset: everything as at the start, except settings and open sockets."""
    control.slack.reset()
    return {"ok": True}


ROUTES = [
    route("people", "POST", add_person),
    route("conversations", "POST", add_conversation),
    route("people/{person}", "POST", change_person),
    route("conversations/{channel}", "POST", change_conversation),
    route("misbehaviour", "GET", list_faults),
    route("misbehaviour", "POST", misbehave),
    route("misbehaviour", "DELETE", behave),
    route("token", "POST", change_token),
    route("expiry", "POST", expire),
    route("vanishing", "POST", vanish),
    route("sockets", "GET", list_sockets),
    route("sockets", "POST", change_sockets),
    route("event-order", "POST", order_events),
    route("settings", "GET", read_settings),
    route("settings", "POST", change_settings),
    route("reset", "POST", reset),
]
