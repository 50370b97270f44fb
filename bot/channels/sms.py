"""Pages by SMS, through Twilio."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.engine.delivery.pacing import Pace, scaled
from bot.engine.model import AddressForm, ChannelKind, User
from bot.engine.paging.phones import PHONE
from bot.ports import Announcement, Channel, Digest, Page, Receipt
from bot.twilio import credentials, text
from bot.twilio.credentials import TwilioAccount
from bot.twilio.fixed_words import words_for
from bot.twilio.numbers import first_taken, of_digest, of_page, told
from bot.twilio.text import compose, fit
from bot.twilio.web import TwilioWeb
from bot.variables import Group, Variable, times

# What comes faster than a number can send waits at Twilio, in the order in which it came: the critical behind the rest.
# https://help.twilio.com/articles/115002943027
_PACE = Pace(key="twilio SMS", period=timedelta(seconds=1), burst=5, spare=2)

SETTINGS = Group(
    heading="SMS and calls by Twilio ([sms](channels/sms.md), [voice](channels/voice.md), "
    "[live calls](channels/live-calls.md))",
    variables=(
        *credentials.VARIABLES,
        Variable(
            name="TWILIO_SMS_PER_SECOND",
            default="1",
            about="SMS that the number may send; 0: no limit, which is the default with a Messaging Service",
        ),
    ),
    checks=(
        credentials.read,
        partial(times, name="TWILIO_SMS_PER_SECOND"),
    ),
)


KIND = ChannelKind(
    name="sms",
    title="SMS",
    contact=PHONE,
    form=AddressForm.PHONE,
    mend="/pagertree me add +442071234567 adds one.",
    answers=True,
    sound=True,
    manual="docs/channels/sms.md",
)


def build(environment: Mapping[str, str]) -> Channel | None:
    """Make the channel of the Twilio account that is set, or None without one. Raises `Invalid`."""
    account = credentials.read(environment)
    if account is None:
        return None
    usual = 0.0 if account.service else 1.0
    return Sms(account, TwilioWeb(account), times(environment, "TWILIO_SMS_PER_SECOND", usual))


class Sms:
    """The channel `sms`. An address is `primary`, `secondary` or a number; see `bot.engine.paging.phones`."""

    kind = KIND

    def __init__(self, account: TwilioAccount, web: TwilioWeb, speed: float = 1.0) -> None:
        self._account = account
        self._web = web
        self._speed = speed

    def send(self, page: Page) -> Receipt:
        """Hand the text to Twilio; whether it arrived is reported later. Raises `Undelivered`."""
        body = compose(page.card, can_reply=bool(self._account.public_url), words=words_for(page.user))
        callback = self._account.callback("messages", page.notification.id)
        taken = first_taken(of_page(page), lambda number: self._web.text(number, body, callback))
        return replace(taken, remark=self._web.unreported)

    def paces(self, page: Page) -> tuple[Pace, ...]:  # noqa: ARG002 - they all count alike
        """An SMS takes room at the number that sends. A Messaging Service has many, and queues by itself."""
        return scaled(self._speed, _PACE)

    def summary_paces(self, digest: Digest) -> tuple[Pace, ...]:  # noqa: ARG002 - they all count alike
        """A storm takes as much room as any other SMS."""
        return scaled(self._speed, _PACE)

    def tell(self, said: Announcement, user: User | None) -> Receipt:
        """Hand a plain text to Twilio; a number is used as it stands. Raises `Undelivered`."""
        return told(said, user, lambda number: self._web.text(number, fit(said.text), ""))

    def narrate(self, digest: Digest) -> Receipt:
        """Hand the words of a storm to Twilio, with the code that takes all of it. Raises `Undelivered`."""
        body = text.digest(
            digest.summary, digest.fresh, can_reply=bool(self._account.public_url), words=words_for(digest.user)
        )
        return first_taken(of_digest(digest), lambda number: self._web.text(number, body, ""))

    def verify(self) -> None:
        """Ask Twilio for the account, through which calls go as well. Raises `Undelivered`."""
        self._web.verify()

    def repaint(self, page: Page) -> None:
        """An SMS cannot be changed."""

    def close(self) -> None:
        """Let go of the connections to Twilio."""
        self._web.close()
