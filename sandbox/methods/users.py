"""users.* and dnd.info: people."""

import time

from sandbox.errors import SlackError
from sandbox.methods.call import Call, Json, page
from sandbox.people import BOT_USER, describe_person, describe_profile


def info(call: Call) -> Json:
    """users.info: anybody, also those who left and those of another workspace."""
    return {"user": describe_person(call.slack.workspace.person(call.text("user")), time.time())}


def list_users(call: Call) -> Json:
    """users.list: our own workspace, a page at a time."""
    own = [p for p in call.slack.workspace.people.values() if not p.is_stranger]
    rows, metadata = page(call, [describe_person(p, time.time()) for p in own], 200)
    return {"members": rows, "cache_ts": int(time.time()), "response_metadata": metadata}


def look_up_by_email(call: Call) -> Json:
    """users.lookupByEmail: active people of our own workspace only. Raises `users_not_found`."""
    address = call.text("email").lower()
    for person in call.slack.workspace.people.values():
        if person.email == address and not person.deleted and not person.is_stranger:
            return {"user": describe_person(person, time.time())}
    raise SlackError("users_not_found")


def get_presence(call: Call) -> Json:
    """users.getPresence: everybody who has not left is there."""
    person = call.slack.workspace.person(call.optional("user") or BOT_USER)
    return {"presence": "away" if person.deleted else "active"}


def get_profile(call: Call) -> Json:
    """users.profile.get."""
    return {"profile": describe_profile(call.slack.workspace.person(call.optional("user") or BOT_USER))}


def dnd_info(call: Call) -> Json:
    """dnd.info: the hours of somebody's schedule. A pause that they set by hand is not shown to others.

    "All of the snooze_* properties will only be visible if the user being queried is also the current user":
    https://docs.slack.dev/reference/methods/dnd.info.
    """
    person = call.slack.workspace.person(call.optional("user") or BOT_USER)
    now = time.time()
    paused = person.dnd_until > now
    return {
        "dnd_enabled": paused,
        "next_dnd_start_ts": int(now) - 60 if paused else 1,
        "next_dnd_end_ts": int(person.dnd_until) if paused else 1,
        **({"snooze_enabled": False} if person.id == BOT_USER else {}),
    }


METHODS = {
    "users.info": info,
    "users.list": list_users,
    "users.lookupByEmail": look_up_by_email,
    "users.getPresence": get_presence,
    "users.profile.get": get_profile,
    "dnd.info": dnd_info,
}
