"""A channel is one file: what each says of itself holds, and one more works with nothing else changed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from bot import channels, ids
from bot.channels import discover
from bot.engine.model import SYSTEM, NotificationRule, Role
from bot.errors import Invalid
from bot.ports import Addressed, Channel, Herald, Narrator, Summariser
from bot.service import health, manage, people
from bot.store import open_store
from tests.harness import World, world_on

SIXTH = dedent('''
    """Pages by carrier pigeon."""

    from pathlib import Path

    from bot.engine.model import ChannelKind
    from bot.errors import Rejected
    from bot.ports import Receipt

    KIND = ChannelKind(name="pigeon", title="Pigeon", contact="loft", example="pigeon:roof-7", sound=True)


    def build(environment):
        return Pigeon(Path(environment["PIGEON_SKY"])) if environment.get("PIGEON_SKY") else None


    class Pigeon:
        kind = KIND

        def __init__(self, sky):
            self._sky = sky

        def send(self, page):
            lofts = [each.address for each in page.user.contacts if each.channel == KIND.contact and each.verified_at]
            if not lofts:
                raise Rejected("There is no loft.")
            return self._fly(lofts[0], page.card.title)

        def tell(self, said, user):
            return self._fly(said.address, said.text)

        def repaint(self, page):
            pass

        def _fly(self, loft, words):
            with (self._sky / loft).open("a") as letters:
                letters.write(words + "\\n")
            return Receipt(provider_id=loft)
''')
RULE = """
rules:
  - match: {always: true}
    actions:
      - {type: notify, channels: [pigeon], timeout: 2m}
      - {type: notify, channels: [sms]}
"""


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, ...]:
    """The channels' folder and another, with one more file."""
    more = tmp_path / "more"
    more.mkdir()
    (more / "pigeon.py").write_text(SIXTH)
    return (*channels.FOLDERS, str(more))


@pytest.fixture
def sky(tmp_path: Path) -> Path:
    """Where the letters go."""
    sky = tmp_path / "sky"
    sky.mkdir()
    return sky


@pytest.fixture
def world(sky: Path, folders: tuple[str, ...], sqlite_url: str) -> Iterator[World]:
    """A World of a process that started with the file there."""
    with open_store(sqlite_url, channel_kinds=channels.known(folders)) as store, world_on(store) as world:
        built = discover({"PIGEON_SKY": str(sky)}, folders)
        world.ports = replace(world.ports, channels={**world.ports.channels, "pigeon": built["pigeon"]})
        yield world


def test_a_sixth_channel_is_chosen_proven_and_paged_with_no_other_change(world: World, sky: Path) -> None:
    alice = world.person("alice", "sms")
    people.send_code(world.ports, alice.id, "pigeon:roof-7")
    code = (sky / "roof-7").read_text()[:6]
    assert people.verify(world.ports, alice.id, code).channel == "loft"
    assert people.set_channels(world.ports, alice.id, ("pigeon", "slack")).channels == ("pigeon", "slack")
    rule = NotificationRule(id=ids.new("ntr"), name="Night", handle="night", yaml=RULE)
    manage.create(world.ports, rule, SYSTEM)
    people.attach_rule(world.ports, alice.id, rule)
    world.policy(("alice", 5))
    world.fires("disk full")
    assert (sky / "roof-7").read_text().splitlines()[1:] == ["disk full"]
    world.passes(minutes=2)
    world.expect_sms("alice", "disk full")


def test_without_an_address_it_is_not_chosen_and_says_how_to_get_one(world: World) -> None:
    bob = world.person("bob", "sms")
    with pytest.raises(Invalid, match=r"You have no verified loft for pigeon. /pagertree me add pigeon:roof-7 adds"):
        people.set_channels(world.ports, bob.id, ("pigeon",))
    with pytest.raises(Invalid, match=r"jane@example.com or pigeon:roof-7"):
        people.send_code(world.ports, bob.id, "roof-7")


def test_where_it_is_not_set_up_an_admin_is_told(world: World) -> None:
    admin = world.person("ada", "sms", role=Role.ADMIN)
    world.ports = replace(world.ports, channels=dict(world.phones))
    with pytest.raises(Invalid, match="pigeon is not set up here"):
        people.set_channels(world.ports, admin.id, ("pigeon",))
    said = [each.said for each in health.findings(world.ports, world.clock.now())]
    assert any("pigeon" in each and "not set up here" in each for each in said)


def test_when_the_file_is_gone_its_pages_give_way_to_others(world: World, sky: Path) -> None:
    alice = world.person("alice", "pigeon", "sms")
    world.ports = replace(world.ports, channels=dict(world.phones))
    world.policy((alice.handle, 5))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")
    assert list(sky.iterdir()) == []


# --- What each says of itself -------------------------------------------------------------------------------------


def everything(folder: Path) -> dict[str, Channel]:
    """Every channel, set up."""
    return dict(
        discover(
            {
                "SLACK_BOT_TOKEN": "xoxb-1",
                "TWILIO_ACCOUNT_SID": f"AC{'0' * 32}",
                "TWILIO_AUTH_TOKEN": "0" * 32,
                "TWILIO_FROM": "+15005550006",
                "SMTP_HOST": "127.0.0.1",
                "EMAIL_FROM": "pager@example.com",
                "PUBLIC_URL": "https://pager.example.com",
                "NTFY_URL": "https://ntfy.example.com",
                "DATA_DIR": str(folder),
            }
        )
    )


def test_every_channel_does_what_its_kind_says(tmp_path: Path) -> None:
    built, kinds = everything(tmp_path), channels.known()
    assert set(built) == set(kinds.known)
    for name, channel in built.items():
        kind = channel.kind
        power: object = channel
        assert kind == kinds.of(name)
        assert (Path(__file__).parents[2] / kind.manual).is_file()
        assert kind.pages or kind.cards
        assert isinstance(power, Herald | Narrator)
        if kind.repaints:
            assert isinstance(power, Summariser)
        if kind.place or kind.example:
            assert isinstance(power, Addressed)


def test_the_channels_are_offered_in_the_order_of_how_well_they_wake_somebody() -> None:
    assert channels.known().paging == ("slack", "ntfy", "push", "sms", "voice", "email")
