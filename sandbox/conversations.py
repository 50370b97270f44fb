"""Channels, direct messages and what was said in them, in Slack's own shapes."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.people import BOT, BOT_USER, TEAM, Person

CREATED = 1_700_000_000


@dataclass(slots=True, kw_only=True)
class Message:
    """One message; `seq` is the number of its last change, `only_for` the one person who sees an ephemeral."""

    ts: str
    channel: str
    user: str
    text: str
    seq: int = 0
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    edited_ts: str | None = None
    only_for: str | None = None
    deleted: bool = False
    username: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Conversation:
    """A channel, a direct message (`im`) or a group (`mpim`), with its messages by timestamp, oldest first."""

    id: str
    kind: str
    name: str = ""
    topic: str = ""
    members: list[str] = field(default_factory=list)
    is_archived: bool = False
    is_private: bool = False
    is_shared: bool = False
    only_admins_post: bool = False
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def has_bot(self) -> bool:
        """Whether the bot is a member."""
        return BOT_USER in self.members


def sample_conversations(people: list[Person]) -> list[Conversation]:
    """Six channels: four with the bot, one archived, one that the bot was never invited to."""
    staff = [p.id for p in people if not (p.is_bot or p.deleted or p.is_restricted or p.is_stranger)]
    guests = [p.id for p in people if p.is_restricted]
    strangers = [p.id for p in people if p.is_stranger]
    bot = [BOT_USER]
    return [
        Conversation(id="C0GENERAL01", kind="channel", name="general", topic="Everybody", members=staff + bot),
        Conversation(id="C0INCIDENT2", kind="channel", name="incidents", topic="Something is on fire", is_shared=True,
                     members=staff + strangers + bot),
        Conversation(id="C0PAYMENTS3", kind="channel", name="payments", topic="Cards, banks, ledgers",
                     members=staff + guests + bot),
        Conversation(id="C0PLATFORM4", kind="channel", name="platform", topic="Clusters and databases",
                     members=staff + bot),
        Conversation(id="C0LAUNCHES5", kind="channel", name="old-launch", topic="Done in spring", is_archived=True,
                     members=staff + bot),
        Conversation(id="C0FINANCE06", kind="channel", name="finance", topic="The bot is not in here", members=staff),
    ]  # fmt: skip


def describe_conversation(conversation: Conversation) -> dict[str, Any]:
    """The channel object of `conversations.info`, as the bot sees it."""
    if conversation.kind == "im":
        person = next((m for m in conversation.members if m != BOT_USER), BOT_USER)
        return {
            "id": conversation.id,
            "created": CREATED,
            "is_im": True,
            "is_archived": False,
            "is_org_shared": False,
            "user": person,
            "context_team_id": TEAM,
        }
    is_mpim = conversation.kind == "mpim"
    return {
        "id": conversation.id,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": not is_mpim,
        "is_group": False,
        "is_im": False,
        "is_mpim": is_mpim,
        "is_private": conversation.is_private or is_mpim,
        "is_archived": conversation.is_archived,
        "is_general": conversation.name == "general",
        "is_shared": conversation.is_shared,
        "is_ext_shared": conversation.is_shared,
        "is_org_shared": False,
        "is_member": conversation.has_bot,
        "created": CREATED,
        "creator": "U0ALICE0001",
        "topic": {"value": conversation.topic, "creator": "U0ALICE0001", "last_set": CREATED},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(conversation.members),
        "context_team_id": TEAM,
    }


def describe_message(message: Message) -> dict[str, Any]:
    """The message object of `chat.postMessage` and `conversations.history`."""
    described: dict[str, Any] = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM,
    }
    if message.user == BOT_USER:
        described |= {"bot_id": BOT, "app_id": "A0PAGERTREE"}
    if message.edited_ts:
        described["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.reactions:
        described["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    for name in ("blocks", "attachments", "files", "thread_ts", "metadata", "username"):
        if value := getattr(message, name):
            described[name] = value
    return described
