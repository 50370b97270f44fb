"""Where the documentation says how a channel is set up, for those who can do it and those who have to ask."""

from collections.abc import Collection

from bot.engine.model import ChannelKind, Role, User

_FOLDER = "docs/channels"


def chapters(channels: Collection[ChannelKind]) -> str:
    """Where the documentation tells of some channels, such as `docs/channels/sms.md`."""
    pages = dict.fromkeys(each.manual for each in channels if each.manual)
    alike = [page for page in pages if page.startswith(_FOLDER)]
    folded = [page for page in pages if page not in alike] + ([_FOLDER] if len(alike) > 1 else alike)
    return " and ".join(folded) or "the documentation"


def how_to_set_up(channels: Collection[ChannelKind], reader: User) -> str:
    """Say what somebody can do about channels that are not set up: admins do it themselves, others ask one."""
    where = f"{chapters(channels)} says how to set it up."
    return where if reader.role is Role.ADMIN else f"Ask an admin: {where}"
