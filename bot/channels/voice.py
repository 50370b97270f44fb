"""Pages by phone call, through Twilio: what is said goes with the call, so that nothing has to be fetched from here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.engine.delivery import storms
from bot.engine.delivery.pacing import Pace, scaled
from bot.engine.model import AddressForm, ChannelKind, User
from bot.engine.paging.phones import PHONE
from bot.ports import Announcement, Channel, Digest, Page, Receipt
from bot.twilio import credentials, speech
from bot.twilio.credentials import TwilioAccount
from bot.twilio.fixed_words import words_for
from bot.twilio.numbers import first_taken, of_digest, of_page, told
from bot.twilio.web import TwilioWeb
from bot.variables import Group, Variable, times

# Calls that are asked for faster than an account may make them wait at Twilio, the critical behind the rest.
_PACE = Pace(key="twilio calls", period=timedelta(seconds=1), burst=2, spare=1)

SETTINGS = Group(
    heading="Calls by Twilio",
    variables=(
        Variable(name="TWILIO_CALLS_PER_SECOND", default="1", about="calls that the account may begin; 0: no limit"),
    ),
    checks=(partial(times, name="TWILIO_CALLS_PER_SECOND"),),
)


KIND = ChannelKind(
    name="voice",
    title="Voice",
    contact=PHONE,
    form=AddressForm.PHONE,
    mend="/pagertree me add +442071234567 adds one.",
    tells=False,
    answers=True,
    sound=True,
    spoken=True,
    manual="docs/channels/voice.md",
)


def build(environment: Mapping[str, str]) -> Channel | None:
    """Make the channel of the Twilio number that is set, or None: a Messaging Service cannot call. Raises `Invalid`."""
    account = credentials.read(environment)
    if account is None or not account.number:
        return None
    return Voice(account, TwilioWeb(account), times(environment, "TWILIO_CALLS_PER_SECOND"))


class Voice:
    """The channel `voice`. An address is `primary`, `secondary` or a number; see `bot.engine.paging.phones`."""

    kind = KIND

    def __init__(self, account: TwilioAccount, web: TwilioWeb, speed: float = 1.0) -> None:
        self._account = account
        self._web = web
        self._speed = speed

    def send(self, page: Page) -> Receipt:
        """Have Twilio ring; whether a person answered is reported later. Raises `Undelivered`."""
        words = speech.page(page.card, self._account.callback("keys", page.notification.id), words_for(page.user))
        reports = self._reports(page.notification.id)
        taken = first_taken(of_page(page), lambda number: self._web.call(number, twiml=words, **reports))
        return replace(taken, remark=self._web.unreported)

    def paces(self, page: Page) -> tuple[Pace, ...]:  # noqa: ARG002 - they all count alike
        """A call takes room in the account."""
        return scaled(self._speed, _PACE)

    def summary_paces(self, digest: Digest) -> tuple[Pace, ...]:  # noqa: ARG002 - they all count alike
        """A storm takes as much room as any other call."""
        return scaled(self._speed, _PACE)

    def tell(self, said: Announcement, user: User | None) -> Receipt:
        """Have Twilio ring and say a plain text; a number is used as it stands. Raises `Undelivered`."""
        words = speech.announcement(said.text)
        return told(said, user, lambda number: self._web.call(number, twiml=words))

    def narrate(self, digest: Digest) -> Receipt:
        """Have Twilio ring and tell a storm, with a key that takes all of it. Raises `Undelivered`."""
        said, keys_at = storms.say(digest.summary, digest.fresh), self._account.callback("storms", digest.storm.id)
        asks = digest.summary.untaken > 0
        words = speech.storm(said, keys_at, words_for(digest.user)) if asks else speech.announcement(said)
        return first_taken(of_digest(digest), lambda number: self._web.call(number, twiml=words))

    def repaint(self, page: Page) -> None:
        """A call cannot be changed."""

    def close(self) -> None:
        """Let go of the connections to Twilio."""
        self._web.close()

    def _reports(self, notification_id: str) -> Mapping[str, object]:
        """Have the end of the call reported, and whether a machine took it, without making a person wait for that."""
        if not self._account.public_url:
            return {}
        return {
            "status_callback": self._account.callback("calls", notification_id),
            "status_callback_event": ["completed"],
            "machine_detection": "Enable",
            "async_amd": "true",
            "async_amd_status_callback": self._account.callback("machines", notification_id),
        }
