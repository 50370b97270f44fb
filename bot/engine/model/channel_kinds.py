"""What is known of each way to reach people, as one value that its channel's own file declares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Account(StrEnum):
    """What of a person's own account a channel reaches them by, without an address that they add."""

    NONE = "none"
    SLACK = "slack"
    EMAIL = "email"


class AddressForm(StrEnum):
    """How an address of a channel is written. `OWN`: as the channel says; a rule cannot spell it out."""

    OWN = "own"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelKind:
    """One channel, whether it is set up or not.

    `title` is its name for people. It uses the contacts of `contact`, written in a `form` (`example` is one as people
    type it), or a person's `account`; `missing` and `mend` are said to somebody whom it does not reach. Contacts that
    are `hidden` are made elsewhere and shown to nobody.

    It `pages` people, `tells` them news and shifts, draws `cards` for teams, takes `answers`, is a new person's channel
    `by_default`, makes a `sound` that wakes somebody, and `repaints` what it sent; what is `spoken` is read aloud.
    `place` says what a team names for its cards, where that is not its Slack channel. `manual` is its page in `docs/`.
    """

    name: str
    title: str
    contact: str
    account: Account = Account.NONE
    form: AddressForm = AddressForm.OWN
    example: str = ""
    missing: str = ""
    mend: str = ""
    hidden: bool = False
    pages: bool = True
    tells: bool = True
    cards: bool = False
    answers: bool = False
    by_default: bool = False
    sound: bool = False
    repaints: bool = False
    spoken: bool = False
    place: str = ""
    manual: str = ""

    @property
    def tells_news(self) -> bool:
        """Whether people hear good news there unasked: not where a card says it already."""
        return self.tells and not self.repaints


@dataclass(frozen=True, slots=True, eq=False)
class ChannelKinds:
    """All channels that there are, by name. With none, nothing is known, and every name is taken for a channel's."""

    known: Mapping[str, ChannelKind] = field(default_factory=dict)

    def of(self, name: str) -> ChannelKind:
        """What is known of a channel. One that is gone counts as a plain one: its pages fail, and others take over."""
        return self.known.get(name) or ChannelKind(name=name, title=name, contact=name)

    def is_known(self, name: str) -> bool:
        """Whether there is a channel of that name that pages people."""
        return not self.known or name in self.paging

    @property
    def paging(self) -> tuple[str, ...]:
        """The names of those that people can choose."""
        return tuple(name for name, kind in self.known.items() if kind.pages)

    @property
    def by_default(self) -> tuple[str, ...]:
        """The names of those that a person is reached on who chose none."""
        return tuple(name for name, kind in self.known.items() if kind.by_default)

    @property
    def drawing(self) -> tuple[ChannelKind, ...]:
        """Those that draw a team's cards in a place that the team names."""
        return tuple(kind for kind in self.known.values() if kind.cards and kind.place)

    def in_form(self, form: AddressForm) -> tuple[str, ...]:
        """The names of those whose addresses are written so."""
        return tuple(name for name, kind in self.known.items() if kind.form is form)

    def opened_by(self, contact: str) -> tuple[str, ...]:
        """The names of those that use a contact."""
        found = tuple(name for name, kind in self.known.items() if kind.contact == contact and kind.pages)
        return found or (contact,)

    def is_hidden(self, contact: str) -> bool:
        """Whether such a contact is shown to nobody."""
        return any(kind.contact == contact and kind.hidden for kind in self.known.values())


NO_KINDS = ChannelKinds()
"""Before anything is known of the channels."""


def kinds_of(kinds: Iterable[ChannelKind]) -> ChannelKinds:
    """Put what is known of channels together, in the order in which people are offered them: first what wakes them."""
    in_order = sorted(kinds, key=lambda kind: (not kind.by_default, not kind.sound, kind.name))
    return ChannelKinds({kind.name: kind for kind in in_order})
