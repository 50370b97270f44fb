"""What people answer from their phones: the words of a text message, the keys of a call.

A message is acted on only when it is exactly a code, with or without a number. Whatever else it says is answered with
help, never guessed at.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from bot.engine.alerts.lifecycle import Verb, is_asking
from bot.engine.delivery.card import Card
from bot.engine.directory import Directory
from bot.engine.escalation.who_is_asked import concerns
from bot.engine.model import Actor, Alert, Answer, Status, User, person
from bot.engine.paging import phones
from bot.errors import NotFound, Refused
from bot.ports import AlertFilter, Announcement, Ports, UnitOfWork
from bot.service import alert_cards, answers, storm_answers
from bot.service.announce import About, for_user
from bot.service.callbacks import fresh
from bot.service.desk import Acted, Repeated

HELP = (
    "Reply A to acknowledge, R to reject, C to close; with its number when several alerts are open, like A #1042. "
    "STOP ends all texts."
)
STRANGER = (
    "This number pages people on call, and yours belongs to nobody there. Add it in Slack: /pagertree me. "
    "Nothing was changed."
)
_REJECT, _TAKE, _ALL = "reject", Verb.ACKNOWLEDGE.value, "all"
_SMS = "sms"
_CODES: Mapping[str, str] = (
    dict.fromkeys(("a", "ack", "acknowledge", "acknowledged"), Verb.ACKNOWLEDGE.value)
    | dict.fromkeys(("r", "reject", "rejected"), _REJECT)
    | dict.fromkeys(("c", "close", "closed", "resolve", "resolved"), Verb.RESOLVE.value)
)
_LETTERS = {Verb.ACKNOWLEDGE.value: "A", _REJECT: "R", Verb.RESOLVE.value: "C"}
_ACTS: Mapping[str, Callable[..., Acted]] = {
    Verb.ACKNOWLEDGE.value: answers.acknowledge,
    _REJECT: answers.reject,
    Verb.RESOLVE.value: answers.resolve,
}
_ASKING = (Status.OPEN,)
_ABOUT: Mapping[str, tuple[tuple[Status, ...], ...]] = {
    Verb.ACKNOWLEDGE.value: (_ASKING, (Status.DROPPED,), ()),
    _REJECT: (_ASKING, ()),
    Verb.RESOLVE.value: ((Status.OPEN, Status.ACKNOWLEDGED), (Status.DROPPED,), ()),
}
"""Which alerts a code without a number can be about, the likeliest first; at last the latest, to say what it is."""

# Twilio answers these itself, and sends nothing more after the first: https://help.twilio.com/articles/223134027, in
# French https://www.twilio.com/docs/proxy/opt-out-keywords; toll-free numbers know STOP, START and UNSTOP alone:
# https://help.twilio.com/articles/360058144374.
_STOPS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}) | frozenset(
    {"arret", "arrete", "arrett"}
)
_TOLL_FREE = re.compile(r"\+18(?:00|33|44|55|66|77|88)\d{7}$", re.ASCII)  # of the North American plan
_STARTS = frozenset({"start", "unstop", "yes"})
_HELPS = frozenset({"help", "info"})

_TOKENS = re.compile(r"#?[0-9]+|[^\W\d_]+")
_MOST_LISTED = 5
_MOST_LOOKED_AT = 100  # alerts that somebody has
_MOST_HELPED = 5  # answers in an hour to what a number writes and we do not understand
_LONGEST_WORD = 30
_LONGEST_TITLE = 40
_LONGEST_TEXT = 1_600
_KEYS = {"1": Verb.ACKNOWLEDGE.value, "2": _REJECT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A message from a phone, to a number of ours.

    `id` is the provider's; `opting` is what it made of STOP, START and HELP by itself.
    """

    id: str
    number: str
    body: str
    opting: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What came of a key: words to say, or a card to say once more to whoever was called."""

    said: str = ""
    card: Card | None = None
    user: User | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a message asks for: a verb, and an alert's number when it names one.

    With `all_of_it` it is about a storm: the one that the alert was told in, or the latest.
    """

    verb: str
    reference: str = ""
    all_of_it: bool = False


def answer(ports: Ports, text: Text) -> str:
    """Do what a message says and return what to reply; "" when nothing has to be said."""
    number = phones.normal(text.number)
    now = ports.clock.now()
    if number is None:
        return ""
    with ports.store.begin() as uow:
        if _opts(ports, uow, number, text, now):
            return ""
        people = phones.owners(uow.directory(), number, ports.phone_allow)
        if not people:
            return STRANGER if uow.first_sight(f"stranger {number} {now:%Y-%m-%d %H}", now) else ""
    order = HELP if _plain(text.opting or text.body).strip(" .!") in _HELPS else read(text.body)
    if isinstance(order, str):
        return _while_few(ports, number, order, now)
    return _obey(ports, people, order, f"text {text.id}")


def _while_few(ports: Ports, number: str, said: str, now: datetime) -> str:
    """Answer what was not understood, a few times an hour: what writes there may be a machine that answers us."""
    hour = f"unread {number} {now:%Y-%m-%d %H}"
    with ports.store.begin() as uow:
        free = next((each for each in range(1, _MOST_HELPED + 1) if uow.first_sight(f"{hour} {each}", now)), None)
    if free is None:
        return ""
    return f"{said} This is the last such answer for an hour." if free == _MOST_HELPED else said


def press(ports: Ports, notification_id: str, call_id: str, key: str) -> Pressed:
    """Do what a key in a call asks for. Raises `NotFound` and `Forbidden` as callbacks do."""
    now = ports.clock.now()
    with ports.store.begin() as uow:
        sent = fresh(uow.notification(notification_id), now)
        card = alert_cards.cards(uow, {sent.alert_id: {sent.kind}}).get((sent.alert_id, sent.kind))
        verb, user = _KEYS.get(key, ""), uow.directory().users.get(sent.user_id or "")
        if card is None or sent.user_id is None:
            raise NotFound("There is no such alert.")
    if not verb:
        return Pressed(card=card, user=user)
    heard = f"key {call_id} {notification_id} {key}"
    actor = person(sent.user_id, sent.channel)
    try:
        return Pressed(said=act(ports, verb, sent.alert_id, actor, heard))
    except Repeated:
        return Pressed(said=f"Your answer about #{card.number} was taken already.")
    except Refused as refused:
        return Pressed(said=str(refused))


def _opts(ports: Ports, uow: UnitOfWork, number: str, text: Text, now: datetime) -> bool:
    """Note STOP and START on the contacts that have the number; whether the message was one of them."""
    word = _letters(text.opting or text.body)
    holders = tuple(_holders(uow.directory(), number))
    starts = word in _STARTS and (word == "start" or any(phones.has_stopped(user, number) for user in holders))
    if word not in _stops_of(text) and not starts:
        return False
    for user in holders:
        changed = _marked(user, number, None if starts else now)
        if changed != user:
            uow.put(changed, person(user.id, _SMS), now, seen=uow.version_of(user.id))
            uow.announce(() if starts else tuple(_of_the_stop(ports, user, number, text, now)))
    return True


def _stops_of(text: Text) -> frozenset[str]:
    """What ends all texts: at a toll-free number STOP alone, else the word would end them with us and not there."""
    return frozenset({"stop"}) if not text.opting and _TOLL_FREE.match(text.to) else _STOPS


def _of_the_stop(ports: Ports, user: User, number: str, text: Text, now: datetime) -> Iterator[Announcement]:
    """Say over somebody's other channels that their phone gets no more texts: no text can say it."""
    said = f"STOP came from {number}: it gets no more texts, and pages go on to your next channel at once."
    what = About(
        id=f"stop.{text.id}",
        title="Your phone gets no more texts",
        text=f"{said} START from that phone takes it back.",
        at=now,
    )
    return for_user(replace(user, channels=tuple(each for each in user.channels if each != _SMS)), what, ports)


def _letters(body: str) -> str:
    """What a short message spells, however it is written: `Stop.`, `STOP ALL`, `opt-out`, `arrêt`."""
    plain = unicodedata.normalize("NFKD", _plain(body)[:_LONGEST_WORD])
    return "".join(each for each in plain if each.isalnum())


def _holders(directory: Directory, number: str) -> tuple[User, ...]:
    return tuple(
        user
        for user in directory.users.values()
        if any(each.channel == phones.PHONE and phones.normal(each.address) == number for each in user.contacts)
    )


def _marked(user: User, number: str, stopped_at: datetime | None) -> User:
    contacts = tuple(
        replace(each, stopped_at=stopped_at)
        if each.channel == phones.PHONE and phones.normal(each.address) == number
        else each
        for each in user.contacts
    )
    return replace(user, contacts=contacts)


def _plain(body: str) -> str:
    return unicodedata.normalize("NFKC", body[:_LONGEST_TEXT]).strip().casefold()


def read(body: str) -> Order | str:
    """What a message asks for, or what to reply when it cannot be told."""
    plain = _plain(body)
    tokens: list[str] = _TOKENS.findall(plain)
    numbers = [each for each in tokens if each.removeprefix("#").isdigit()]
    words = [each for each in tokens if each not in numbers]
    reference = numbers[0].removeprefix("#") if len(numbers) == 1 else ""
    if _is_about_all(words) and len(numbers) <= 1:
        return Order(verb=Verb.ACKNOWLEDGE.value, reference=reference, all_of_it=True)
    if len(words) != 1 or len(numbers) > 1:
        return f"That is no code of ours. {HELP}"
    if words[0] in _CODES:
        return Order(verb=_CODES[words[0]], reference=reference)
    near = get_close_matches(words[0], _CODES, n=1, cutoff=0.6)
    meant = f" Did you mean {_LETTERS[_CODES[near[0]]]} ({_CODES[near[0]]})?" if near else ""
    return f'"{words[0][:20]}" is no code of ours.{meant} {HELP}'


def _is_about_all(words: list[str]) -> bool:
    """Whether somebody takes all of a storm: `ALL`, `A all`, `ack all`."""
    return words[-1:] == [_ALL] and (not words[:-1] or [_CODES.get(each) for each in words[:-1]] == [_TAKE])


def _obey(ports: Ports, people: tuple[User, ...], order: Order, heard: str) -> str:
    if order.all_of_it:
        return _take_storm(ports, people, order.reference, heard)
    if order.reference:
        return _do(ports, order.verb, order.reference, _actor(ports, people, order.reference), heard)
    with ports.store.begin() as uow:
        found = waiting_for(uow, people, order.verb)
    if not found:
        return "Nothing waits for you."
    if len(found) > 1:
        return _which(found, _LETTERS[order.verb])
    ((alert, user),) = found
    return _do(ports, order.verb, alert.id, person(user.id, _SMS), heard)


def _take_storm(ports: Ports, people: tuple[User, ...], number: str, heard: str) -> str:
    with ports.store.begin() as uow:
        if number:
            found = storm_answers.with_alert(uow, people, _SMS, number)
        else:
            found = storm_answers.latest(uow, people, _SMS)
    if found is None:
        return f"No storm was told to this phone{f' with #{number[:20]} in it' if number else ''}. {HELP}"
    storm, user = found
    try:
        return storm_answers.take_in_time(ports, storm.id, person(user.id, _SMS), heard)
    except Repeated:
        return "Your answer was taken already."


def waiting_for(uow: UnitOfWork, people: tuple[User, ...], verb: str) -> tuple[tuple[Alert, User], ...]:
    """The alerts that a code without a number can be about, with whom of those at the phone was asked."""
    for statuses in _ABOUT[verb]:
        limit = _MOST_LOOKED_AT if statuses else 1
        asked = {
            alert.id: (alert, user)
            for user in people
            for alert in uow.alerts(AlertFilter(statuses=statuses, responder_id=user.id, limit=limit))
        }
        asked = {key: each for key, each in asked.items() if _is_theirs(*each)}
        if statuses == _ASKING:
            asked |= {alert.id: (alert, user) for user in people for alert in _got_worse(uow, user)}
        if asked:
            still = [each for each in asked.values() if not _has_rejected(*each)]
            found = sorted(still or asked.values(), key=lambda each: -each[0].number)
            return tuple(found if statuses else found[:1])
    return ()


def _is_theirs(alert: Alert, user: User) -> bool:
    """Whether a code without a number can be about it: they handed it to nobody; what is over is only told."""
    return alert.status is Status.RESOLVED or concerns(alert, user.id)


def _got_worse(uow: UnitOfWork, user: User) -> tuple[Alert, ...]:
    """What somebody is asked about although it is acknowledged."""
    has = AlertFilter(statuses=(Status.ACKNOWLEDGED,), responder_id=user.id, limit=_MOST_LOOKED_AT)
    return tuple(each for each in uow.alerts(has) if is_asking(each))


def _has_rejected(alert: Alert, user: User) -> bool:
    answers = [each.answer for each in alert.responders if each.user_id == user.id]
    return answers[-1:] == [Answer.REJECTED]


def _which(found: tuple[tuple[Alert, User], ...], letter: str) -> str:
    newest = found[0][0].number
    lines = [f"Which one? Reply with its number, like {letter} #{newest}"]
    lines += [f"#{alert.number} {_short(alert.title)}" for alert, _ in found[:_MOST_LISTED]]
    return "\n".join(lines + (["and more"] if len(found) > _MOST_LISTED else []))


def _actor(ports: Ports, people: tuple[User, ...], reference: str) -> Actor:
    """Who of those that share a phone speaks: whoever was asked about the alert, else the first."""
    with ports.store.begin() as uow:
        situation = uow.situation(reference)
    asked = {each.user_id for each in situation.alert.responders} if situation else set()
    return person(next((user.id for user in people if user.id in asked), people[0].id), _SMS)


def _do(ports: Ports, verb: str, reference: str, actor: Actor, heard: str) -> str:
    try:
        return act(ports, verb, reference, actor, heard)
    except NotFound:
        return f"There is no alert #{reference[:20]}. {HELP}"
    except Refused as refused:
        return str(refused)


def act(ports: Ports, verb: str, reference: str, actor: Actor, heard: str) -> str:
    """Do what a code means to an alert, and say what came of it. Raises `NotFound` and `Refused`."""
    acted = _ACTS[verb](ports, reference, actor, heard=heard)
    return f"{acted.said} {_short(acted.alert.title)}"


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 3]}..."
