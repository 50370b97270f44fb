"""The workspace: people, conversations, messages, user groups. In memory, touched in the event loop only."""

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.changes import Changes
from sandbox.conversations import Conversation, Message, sample_conversations
from sandbox.errors import SlackError
from sandbox.people import BOT_USER, Person, sample_people


@dataclass(slots=True, kw_only=True)
class Usergroup:
    """A user group (`@payments-oncall`)."""

    id: str
    name: str
    handle: str
    description: str = ""
    users: list[str] = field(default_factory=list)
    updated_at: int = 0


class Workspace:
    """Everything that people can see. All methods are synchronous: within the loop each is one step."""

    def __init__(self, app_name: str) -> None:
        self.changes = Changes()
        self._last_ts = 0
        self.app_name = app_name
        self.fill()

    def fill(self) -> None:
        """Puts the sample people and channels in place of whatever was there."""
        people = sample_people(self.app_name)
        self.people = {person.id: person for person in people}
        self.conversations = {c.id: c for c in sample_conversations(people)}
        self.usergroups: dict[str, Usergroup] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.token_revoked = False
        self.changes.note()

    def next_ts(self) -> str:
        """A message timestamp that no other message has: epoch seconds with six digits, always rising."""
        self._last_ts = max(time.time_ns() // 1000, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def person(self, user: str) -> Person:
        """The person with that id. Raises `user_not_found`."""
        if user not in self.people:
            raise SlackError("user_not_found")
        return self.people[user]

    def find_person(self, reference: str) -> Person | None:
        """A person by id, `alice`, `@alice` or address."""
        wanted = reference.removeprefix("@")
        return self.people.get(wanted) or next(
            (p for p in self.people.values() if wanted in (p.name, p.email) and wanted), None
        )

    def find_conversation(self, reference: str) -> Conversation | None:
        """A conversation by id, `payments` or `#payments`; a person stands for their DM with the bot."""
        if found := self.conversations.get(reference):
            return found
        if named := self.channel_named(reference):
            return named
        person = self.find_person(reference)
        return self.direct_message(person.id) if person else None

    def channel_named(self, name: str) -> Conversation | None:
        """A channel by `payments` or `#payments`."""
        wanted = name.removeprefix("#")
        return next((c for c in self.conversations.values() if c.name == wanted and c.kind == "channel"), None)

    def direct_message(self, user: str) -> Conversation:
        """The direct message between the bot and a person; made on first use, always with the same id."""
        return self.conversation_of((user,))

    def conversation_of(self, users: Iterable[str]) -> Conversation:
        """The direct or group message of the bot with these people."""
        members = sorted({*users, BOT_USER})
        others = [m for m in members if m != BOT_USER] or [BOT_USER]
        is_im = len(others) == 1
        identity = f"D{others[0][1:]}" if is_im else "G" + "".join(m[2:5] for m in others)
        if identity not in self.conversations:
            name = "" if is_im else "mpdm-" + "--".join(self.people[m].name for m in members) + "-1"
            kind = "im" if is_im else "mpim"
            self.conversations[identity] = Conversation(id=identity, kind=kind, name=name, members=members)
            self.changes.note()
        return self.conversations[identity]

    def add_message(self, conversation: Conversation, message: Message) -> Message:
        """Appends a message, gives its blocks and elements the ids they lack, and tells whoever waits."""
        name_blocks(blocks_of(message))
        message.seq = self.changes.note()
        conversation.messages[message.ts] = message
        return message

    def touch(self, message: Message) -> None:
        """Marks a message as changed."""
        name_blocks(blocks_of(message))
        message.seq = self.changes.note()

    def remove_message(self, message: Message) -> None:
        """Deletes a message; its empty shell stays so that those who look after a number see it go."""
        message.deleted, message.text, message.blocks, message.attachments = True, "", [], []
        message.seq = self.changes.note()


def blocks_of(message: Message) -> list[dict[str, Any]]:
    """All blocks of a message, those of its attachments too."""
    return [*message.blocks, *(block for one in message.attachments for block in one.get("blocks") or [])]


def name_blocks(blocks: list[dict[str, Any]]) -> None:
    """Gives blocks and interactive elements the block_id and action_id that the bot left out, as Slack does."""
    for block in blocks:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in elements_of(block):
            if "action_id" not in element and element.get("type") != "image":
                element["action_id"] = secrets.token_urlsafe(4)


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The interactive elements of a block: of an actions block, an input, or a section's accessory."""
    match block.get("type"):
        case "actions":
            return list(block.get("elements", []))
        case "input":
            return [block["element"]] if "element" in block else []
        case "section":
            return [block["accessory"]] if "accessory" in block else []
        case _:
            return []
