"""Where the documentation says how a channel is set up, for those who can do it and those who have to ask."""

from collections.abc import Collection

from bot.engine.model import Role, User


def chapters(channels: Collection[str]) -> str:
    """Where the documentation tells of some channels, such as `docs/channels/sms.md`."""
    others = [each for each in dict.fromkeys(channels) if each != "slack"]
    pages = ["docs/slack.md"] if "slack" in channels else []
    if others:
        pages.append("docs/channels" if len(others) > 1 else f"docs/channels/{others[0]}.md")
    return " and ".join(pages)


def how_to_set_up(channels: Collection[str], reader: User) -> str:
    """Say what somebody can do about channels that are not set up: admins do it themselves, others ask one."""
    where = f"{chapters(channels)} says how to set it up."
    return where if reader.role is Role.ADMIN else f"Ask an admin: {where}"
