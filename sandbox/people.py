"""The people of the sample workspace, and a person in Slack's own shape."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

TEAM = "T0SANDBOX01"
TEAM_DOMAIN = "sandbox"
OTHER_TEAM = "T0PARTNERCO"
APP = "A0PAGERTREE"
BOT = "B0PAGERTREE"
BOT_USER = "U0PAGERTREE"
SLACKBOT = "USLACKBOT"


@dataclass(slots=True, kw_only=True)
class Person:
    """A user of the workspace; `dnd_until` is an epoch in seconds, 0 when notifications are not paused."""

    id: str
    name: str
    real_name: str
    tz: str = "Etc/UTC"
    title: str = ""
    team_id: str = TEAM
    color: str = "4bbe2e"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    dnd_until: float = 0.0

    @property
    def is_stranger(self) -> bool:
        """Whether the person belongs to another workspace (a shared channel)."""
        return self.team_id != TEAM

    @property
    def email(self) -> str:
        """The address in the profile; programs have none."""
        return "" if self.is_bot else f"{self.name}@example.com"


def sample_people(app_name: str) -> list[Person]:
    """Fresh copies of everybody: five at work, one gone, a guest, a stranger, the bot and Slackbot."""
    return [
        Person(
            id="U0ALICE0001",
            name="alice",
            real_name="Alice Moreau",
            tz="Europe/Paris",
            title="Head of Platform",
            color="9f69e7",
            is_admin=True,
            is_owner=True,
        ),
        Person(id="U0BOB000002", name="bob", real_name="Bob Nakamura", tz="Asia/Tokyo", title="SRE", color="3c989f"),
        Person(
            id="U0CAROL0003",
            name="carol",
            real_name="Carol Mendes",
            tz="America/Sao_Paulo",
            title="Payments engineer",
            color="e96699",
        ),
        Person(
            id="U0DAVE00004",
            name="dave",
            real_name="Dave Kowalski",
            tz="America/New_York",
            title="Backend engineer",
            color="d58247",
        ),
        Person(
            id="U0ERIN00005",
            name="erin",
            real_name="Erin Walsh",
            tz="Australia/Sydney",
            title="Support lead",
            color="2b6836",
        ),
        Person(
            id="U0FRANK0006",
            name="frank",
            real_name="Frank Adeyemi",
            tz="Africa/Lagos",
            title="Left in spring",
            color="8d4b84",
            deleted=True,
        ),
        Person(
            id="U0GRACE0007",
            name="grace",
            real_name="Grace Lindqvist",
            tz="Europe/Stockholm",
            title="Contractor",
            color="53b759",
            is_restricted=True,
        ),
        Person(
            id="U0MALLORY08",
            name="mallory",
            real_name="Mallory Chen",
            tz="America/Los_Angeles",
            title="Partner Co",
            color="5a4592",
            team_id=OTHER_TEAM,
        ),
        Person(id=BOT_USER, name="pagertree", real_name=app_name, color="1264a3", is_bot=True),
        Person(id=SLACKBOT, name="slackbot", real_name="Slackbot", color="757575", is_bot=True),
    ]


def describe_person(person: Person, now: float) -> dict[str, Any]:
    """The user object of `users.info` and `users.list`."""
    zone = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(person.tz))
    offset = zone.utcoffset()
    return {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": zone.tzname() or person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": describe_profile(person),
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_primary_owner": person.is_owner,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot and person.id != SLACKBOT,
        "is_app_user": False,
        "updated": 1_700_000_000,
        "is_email_confirmed": not person.is_bot,
        **({"is_stranger": True} if person.is_stranger else {}),
    }


def describe_profile(person: Person) -> dict[str, Any]:
    """The profile object; programs have no address in it."""
    profile = {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "status_text": "",
        "status_emoji": "",
        "first_name": person.real_name.split(" ")[0],
        "last_name": person.real_name.split(" ")[-1],
        "team": person.team_id,
    }
    if person.email:
        profile["email"] = person.email
    if person.id == BOT_USER:
        profile |= {"bot_id": BOT, "api_app_id": APP}
    return profile
