"""Where a team's cards go: its Slack channel, and the places that it names on other channels."""

from dataclasses import dataclass

from bot.engine.directory import Directory
from bot.engine.model import Contact, Team

SLACK = "slack"
"""The channel of `Team.slack_channel`, as it is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One of a team's conversations: `address` is what its messages carry, `key` a part of their ids.

    The address of a place on another channel is often a secret, such as a webhook: messages carry the team's id.
    """

    channel: str
    address: str
    key: str


def of(team: Team) -> tuple[Conversation, ...]:
    """All conversations of a team."""
    slack = team.slack_channel
    own = (Conversation(channel=SLACK, address=slack, key=slack),) if slack else ()
    others = (Conversation(channel=each, address=team.id, key=f"{team.id}.{each}") for each in _named(team))
    return (*own, *others)


def place_of(channel: str, address: str, directory: Directory) -> str:
    """Where a message for a conversation goes: the place that its team names now, or the address itself."""
    team = directory.teams.get(address)
    return place(team, channel) if team else address


def place(team: Team, channel: str) -> str:
    """What a team names for its cards on a channel; empty when it names nothing."""
    return next((each.address for each in team.places if each.channel == channel), "")


def with_place(places: tuple[Contact, ...], channel: str, address: str) -> tuple[Contact, ...]:
    """The places of a team with another one on a channel; an empty address takes it away."""
    others = tuple(each for each in places if each.channel != channel)
    return (*others, Contact(channel=channel, address=address)) if address else others


def _named(team: Team) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.channel for each in team.places if each.address))
