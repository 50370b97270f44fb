"""Pages in Slack: a card in a direct message, and one card in a team's conversation that is kept up to date."""

import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.engine.delivery.pacing import Pace, scaled
from bot.engine.model import Account, ChannelKind, NoticeKind, User
from bot.errors import Rejected, Unanswered, Unavailable
from bot.ports import Announcement, Channel, Digest, Page, Receipt, SlackAccount
from bot.service.manage import SlackProfile
from bot.slack import membership
from bot.slack.accounts import Accounts, find_account
from bot.slack.blocks import Message, escape
from bot.slack.cards import draw
from bot.slack.do_not_disturb import DoNotDisturb
from bot.slack.summaries import draw_summary
from bot.slack.web import DEFAULT_URL, HEARS, FormRefused, SlackWeb
from bot.variables import Group, Variable, times

_log = logging.getLogger(__name__)

# https://docs.slack.dev/apis/web-api/rate-limits: one message a second in a conversation, with short bursts, and
# several hundred a minute in a workspace; a change is of the third tier, fifty a minute. In a conversation the bot is a
# tenth slower: what leaves at an even pace does not arrive at one.
_POSTS = Pace(key="slack chat.postMessage", period=timedelta(seconds=0.2), burst=100, spare=50)
_CONVERSATION = Pace(key="slack chat.postMessage", period=timedelta(seconds=1.1), burst=3, spare=1)
_CHANGES = Pace(key="slack chat.update", period=timedelta(seconds=1.2), burst=10)
SETTINGS = Group(
    heading="Slack's pace",
    variables=(
        Variable(
            name="SLACK_RATES",
            default="1",
            about="how many times as fast as Slack's published limits messages may leave; 0: as fast as can be "
            "([rates](decisions/0008-rates.md))",
        ),
    ),
    checks=(partial(times, name="SLACK_RATES"),),
)
_MOST_REFUSED = 1_000  # messages whose form was refused, that are remembered


KIND = ChannelKind(
    name="slack",
    title="Slack",
    contact="slack",
    account=Account.SLACK,
    missing="You are not linked to Slack: typing /pagertree there does it.",
    cards=True,
    answers=True,
    by_default=True,
    sound=True,
    repaints=True,
    manual="docs/slack.md",
)


def build(environment: Mapping[str, str]) -> Channel | None:
    """Make the channel of `SLACK_BOT_TOKEN` (`SLACK_API_URL` for another Slack), or None without a token."""
    token = environment.get("SLACK_BOT_TOKEN", "")
    if not token:
        return None
    web = SlackWeb(token, environment.get("SLACK_API_URL") or DEFAULT_URL)
    return Slack(web, times(environment, "SLACK_RATES"))


class Slack:
    """The channel `slack`. An address is a person's Slack id, or the id of a conversation."""

    kind = KIND

    def __init__(self, web: SlackWeb, speed: float = 1.0) -> None:
        self._web = web
        self._speed = speed
        self._rest = DoNotDisturb(web)
        self._accounts = Accounts(web)
        self._refused: deque[str] = deque(maxlen=_MOST_REFUSED)

    def send(self, page: Page) -> Receipt:
        """Post the card to the person or the conversation; raises `Undelivered`.

        A page to somebody in do-not-disturb is posted all the same, and comes back as `muted`; one to a deactivated
        account, which Slack takes as well, is `Rejected`. Where Slack does not
        take the card's form, its text is posted at the next attempt, which books room of its own: better than no page.
        Another process that makes that attempt has the form refused once more, and then knows, too.
        """
        where = {"channel": _address(page), "unfurl_links": False, "unfurl_media": False}
        drawn = self._draw(page)
        if page.notification.id in self._refused:
            drawn = _bare(page, drawn)
        try:
            receipt = _receipt(self._web.call("chat.postMessage", {**where, **_body(drawn)}))
        except FormRefused as error:
            if not drawn.blocks:
                raise
            self._refused.append(page.notification.id)
            raise Unavailable(f"The card leaves as text: {error.reason}", retry_after=0) from error
        return self._as_heard(receipt, page.user) if page.notification.kind is NoticeKind.OPEN else receipt

    def accounts(self) -> tuple[SlackAccount, ...]:
        """Everybody of the workspace, and whether they still are members; raises `Undelivered`."""
        return membership.accounts(self._web)

    def find_account(self, email: str) -> SlackProfile | None:
        """Who of the workspace has an address: `bot.service.calendars.Roster`."""
        return find_account(self._web, email)

    def paces(self, page: Page) -> tuple[Pace, ...]:
        """A message takes room in the workspace, and in the conversation that it goes to."""
        return self._post_paces(page.user, page.notification.address)

    def summary_paces(self, digest: Digest) -> tuple[Pace, ...]:
        """A summary takes the room of a message when it is posted, and of a change from then on."""
        if digest.storm.provider_id:
            return scaled(self._speed, _CHANGES)
        return self._post_paces(digest.user, digest.storm.address)

    def paces_of_words(self, said: Announcement, user: User | None) -> tuple[Pace, ...]:
        """What is said takes the room of a message."""
        return self._post_paces(user, said.address)

    def _post_paces(self, user: User | None, conversation: str) -> tuple[Pace, ...]:
        address = user.slack_id if user else conversation
        return scaled(self._speed, _POSTS, replace(_CONVERSATION, key=f"{_CONVERSATION.key} {address}"))

    def repaint_paces(self, page: Page) -> tuple[Pace, ...]:  # noqa: ARG002 - they all count alike
        """A change takes room in the workspace."""
        return scaled(self._speed, _CHANGES)

    def tell(self, said: Announcement, user: User | None) -> Receipt:
        """Post plain text to the person or the conversation; raises `Undelivered`."""
        address = _slack_id(user, said.address)
        posted = self._web.call("chat.postMessage", {"channel": address, "text": escape(said.text)})
        if user is not None:
            self._accounts.check_active(address)
        return Receipt(provider_id=str(posted.get("ts", "")), conversation=str(posted.get("channel", address)))

    def verify(self) -> None:
        """Ask Slack whether it takes the bot's token; raises `Undelivered`."""
        self._web.call("auth.test", {})

    def repaint(self, page: Page) -> None:
        """Change the posted card into what it says now; raises `Undelivered`."""
        sent = page.notification
        where = {"channel": sent.conversation or _address(page), "ts": sent.provider_id}
        drawn = self._draw(page)
        self._call_or_bare("chat.update", where, drawn, _bare(page, drawn))

    def summarise(self, digest: Digest) -> Receipt:
        """Post a storm's summary, or change it when the storm has one; raises `Undelivered`."""
        storm, drawn = digest.storm, draw_summary(digest.summary)
        if storm.provider_id:
            self._call_or_bare(
                "chat.update", {"channel": storm.conversation, "ts": storm.provider_id}, drawn, _words(drawn)
            )
            return self._as_heard(Receipt(provider_id=storm.provider_id, conversation=storm.conversation), digest.user)
        address = _slack_id(digest.user, storm.address)
        where = {"channel": address, "unfurl_links": False}
        return self._as_heard(
            _receipt(self._call_or_bare("chat.postMessage", where, drawn, _words(drawn))), digest.user
        )

    def _call_or_bare(
        self, method: str, where: Mapping[str, object], drawn: Message, bare: Message
    ) -> Mapping[str, Any]:
        """Say it with blocks, or with text alone where Slack does not take them."""
        try:
            return self._web.call(method, {**where, **_body(drawn)})
        except FormRefused as error:
            _log.warning("slack refused a card", extra={"method": method, "reason": error.reason})
            return self._web.call(method, {**where, **_body(bare)})

    def _draw(self, page: Page) -> Message:
        """The card; to a person with what to do instead of writing, where the bot hears nothing that is written."""
        if page.user is None:
            return draw(page.card)
        deaf = f"What is written here is not heard: {_instead(page.card.number)}." if self._web.lacks(HEARS) else ""
        return draw(page.card, page.user.slack_id, deaf, page.user.zone)

    def _as_heard(self, receipt: Receipt, user: User | None) -> Receipt:
        """Say whether the person hears of what was posted: not while Slack keeps it quiet for them."""
        if user is None or not user.slack_id:
            return receipt
        unsure = self._accounts.check_active(user.slack_id)
        rest = self._rest.of(user.slack_id)
        if rest.until:
            said = f"do-not-disturb is on in Slack until {rest.until:%Y-%m-%d %H:%M} UTC, so this makes no sound"
            return replace(receipt, muted=True, remark=said)
        if rest.unread:
            return replace(receipt, remark=f"taken as heard, as do-not-disturb could not be read: {rest.unread}")
        return (
            replace(receipt, remark=f"taken as heard, as the account could not be read: {unsure}")
            if unsure
            else receipt
        )


def _instead(number: int) -> str:
    return f"press a button, or type `/pagertree alert ack #{number}`"


def _bare(page: Page, drawn: Message) -> Message:
    """The text of a drawn card, for a Slack that does not take its form."""
    return Message(text=f"{drawn.text}\nAnswer with `/pagertree alert ack #{page.card.number}`", blocks=[])


def _words(drawn: Message) -> Message:
    return replace(drawn, blocks=[])


def _receipt(posted: Mapping[str, Any]) -> Receipt:
    try:
        return Receipt(provider_id=str(posted["ts"]), conversation=str(posted["channel"]))
    except KeyError as error:
        raise Unanswered("Slack's answer does not name the message.") from error


def _address(page: Page) -> str:
    return _slack_id(page.user, page.notification.address)


def _slack_id(user: User | None, conversation: str) -> str:
    """Where a person's direct message, or a conversation's, is posted. Raises `Rejected` when that is not known."""
    address = user.slack_id if user else conversation
    if not address:
        raise Rejected(f"{user.name if user else 'The team'} has no Slack account or channel set.")
    return address


def _body(message: Message) -> Mapping[str, object]:
    return {"text": message.text, "blocks": message.blocks}
