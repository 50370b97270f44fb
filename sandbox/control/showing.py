"""Control API: everything that the page needs in one answer."""

from sandbox.control.request import Control, Json, route, visible
from sandbox.control.seeing import show_message, show_view
from sandbox.conversations import Conversation
from sandbox.people import BOT_USER, SLACKBOT, Person
from sandbox.slack import Slack

SHOWN = 200


async def show_page(control: Control) -> Json:
    """GET page: the workspace as one person sees it, with one conversation; waits for a change after `after`."""
    slack, after = control.slack, control.number("after", -1)
    changes = slack.workspace.changes
    await changes.until(lambda: changes.number > after, control.seconds())
    person = _viewer(control)
    conversation = _chosen(control, person)
    home = slack.views.homes.get(person.id)
    return {
        "seq": changes.number,
        "run": slack.run,
        "because": _because(slack, person),
        "app": slack.settings.app_name,
        "bot": BOT_USER,
        "me": person.id,
        "people": [_show_person(p) for p in slack.workspace.people.values()],
        "groups": [{"id": g.id, "handle": g.handle} for g in slack.workspace.usergroups.values()],
        "channels": {c.id: c.name for c in slack.workspace.conversations.values() if c.kind == "channel"},
        "conversations": [_show_conversation(c, person) for c in _listed(slack, person)],
        "channel": conversation.id,
        "messages": [show_message(slack, m) for m in visible(conversation, person.id)[-SHOWN:]],
        "views": [show_view(v) for v in slack.views.stack(person.id)],
        "home": show_view(home) if home else None,
        "shortcuts": slack.settings.shortcuts,
        "commands": slack.settings.commands,
    }


def _viewer(control: Control) -> Person:
    return control.person() if control.given.get("as") else _first(control.slack)


def _first(slack: Slack) -> Person:
    """Whom the page opens as."""
    people = slack.workspace
    return people.find_person(slack.settings.opens_as) or next(iter(people.people.values()))


def _because(slack: Slack, person: Person) -> str:
    return slack.settings.opens_because if person is _first(slack) else ""


def _listed(slack: Slack, person: Person) -> list[Conversation]:
    slack.workspace.direct_message(person.id)
    return [c for c in slack.workspace.conversations.values() if person.id in c.members]


def _chosen(control: Control, person: Person) -> Conversation:
    listed = _listed(control.slack, person)
    own = control.slack.workspace.direct_message(person.id)
    opened = own if control.slack.settings.opens_as else listed[0]
    wanted = control.given.get("channel")
    return next((c for c in listed if c.id == wanted), opened)


def _show_person(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "color": person.color,
        "tz": person.tz,
        "deleted": person.deleted,
        "is_admin": person.is_admin,
        "is_restricted": person.is_restricted,
        "is_stranger": person.is_stranger,
        "is_bot": person.is_bot,
        "is_slackbot": person.id == SLACKBOT,
        "dnd_until": person.dnd_until,
    }


def _show_conversation(conversation: Conversation, person: Person) -> Json:
    """With the timestamp of the last message that somebody else wrote, by which the page knows what is unread."""
    newest = (
        m.ts
        for m in reversed(conversation.messages.values())
        if not m.deleted and m.only_for in (None, person.id) and m.user != person.id
    )
    return {
        "id": conversation.id,
        "kind": conversation.kind,
        "name": conversation.name,
        "topic": conversation.topic,
        "members": conversation.members,
        "is_archived": conversation.is_archived,
        "is_shared": conversation.is_shared,
        "has_bot": conversation.has_bot,
        "newest": next(newest, ""),
    }


ROUTES = [route("page", "GET", show_page)]
