"""Where a team's cards go besides Slack: its places are read by their channel, and tried with a message."""

from dataclasses import replace

from bot import ids
from bot.engine.model import ChannelKind, Contact, Team
from bot.errors import Invalid, Problem, Undelivered
from bot.ports import Addressed, Announcement, Ports
from bot.service.announce import herald


def read_place(ports: Ports, kind: ChannelKind, text: str, where: str) -> str:
    """A place as it is kept. Raises `Invalid` at `where` for what is none, or when the channel is not set up."""
    channel: object = ports.channels.get(kind.name)
    if channel is None:
        said = f"The channel {kind.name} is not set up here."
        raise Invalid([Problem(message=said, mend=f"{kind.manual} says how to set it up.", where=(where,))])
    try:
        return channel.read_address(text) if isinstance(channel, Addressed) else text.strip()
    except Invalid as invalid:
        raise Invalid(replace(each, where=(where,)) for each in invalid.problems) from invalid


def try_place(ports: Ports, team: Team, place: Contact) -> str:
    """Post a test message into a place, and say why it was not taken; empty when it was."""
    said = Announcement(
        id=ids.new("msg"),
        channel=place.channel,
        address=place.address,
        title=f"The cards of {team.name} come here",
        text=f"This is a test message. Alerts of the team {team.name} are shown here from now on.",
        due_at=ports.clock.now(),
    )
    try:
        herald(ports, place.channel).tell(said, None)
    except Undelivered as error:
        return error.reason
    return ""
