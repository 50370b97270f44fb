"""usergroups.*: mentions that stand for several people."""

import secrets
import time

from sandbox.errors import SlackError
from sandbox.methods.call import Call, Json
from sandbox.people import BOT_USER, TEAM
from sandbox.workspace import Usergroup


def list_groups(call: Call) -> Json:
    """usergroups.list."""
    with_users = call.flag("include_users")
    return {"usergroups": [_describe(group, with_users) for group in call.slack.workspace.usergroups.values()]}


def create(call: Call) -> Json:
    """usergroups.create: name and handle are taken once. Raises `name_already_exists`, `handle_already_exists`."""
    name = call.text("name")
    handle = call.optional("handle") or name.lower().replace(" ", "-")
    for group in call.slack.workspace.usergroups.values():
        if group.name == name:
            raise SlackError("name_already_exists")
        if group.handle == handle:
            raise SlackError("handle_already_exists")
    identity = "S0" + secrets.token_hex(4).upper()
    group = Usergroup(id=identity, name=name, handle=handle, description=call.optional("description") or "")
    call.slack.workspace.usergroups[identity] = group
    call.slack.workspace.changes.note()
    return {"usergroup": _describe(group, with_users=True)}


def list_members(call: Call) -> Json:
    """usergroups.users.list."""
    return {"users": _group(call).users}


def replace_members(call: Call) -> Json:
    """usergroups.users.update: replaces the whole list, refuses an empty one; one bad id fails all."""
    group = _group(call)
    users = call.ids("users")
    if not users:
        raise SlackError("no_users_provided")
    people = call.slack.workspace.people
    if any(user not in people or people[user].deleted or people[user].is_bot for user in users):
        raise SlackError("invalid_users")
    group.users, group.updated_at = users, int(time.time())
    call.slack.workspace.changes.note()
    return {"usergroup": _describe(group, with_users=True)}


def _group(call: Call) -> Usergroup:
    group = call.slack.workspace.usergroups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return group


def _describe(group: Usergroup, with_users: bool) -> Json:
    return {
        "id": group.id,
        "team_id": TEAM,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "handle": group.handle,
        "description": group.description,
        "is_external": False,
        "date_create": 1_700_000_000,
        "date_update": group.updated_at,
        "date_delete": 0,
        "created_by": BOT_USER,
        "updated_by": BOT_USER,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(group.users),
        **({"users": group.users} if with_users else {}),
    }


METHODS = {
    "usergroups.list": list_groups,
    "usergroups.create": create,
    "usergroups.users.list": list_members,
    "usergroups.users.update": replace_members,
}
