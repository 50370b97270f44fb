"""Live calls: a caller is asked whom they want, waits while the team is paged, and is put through or leaves a message.

Everything that is known of a call is its alert, found by the provider's id of the call: no process remembers a caller.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot import ids
from bot.engine.alerts import answers, lifecycle
from bot.engine.alerts.routing import Routing, route
from bot.engine.calls import voicemail
from bot.engine.calls.live_calls import ROUNDS, Manner, choices, chosen, manner
from bot.engine.decision import Decision, consider
from bot.engine.directory import Directory
from bot.engine.intake import creation, signal_intake
from bot.engine.intake.creation import Created
from bot.engine.model import SYSTEM, ActorKind, Alert, EntryKind, Integration, Receiver, Status, User
from bot.engine.paging import phones
from bot.errors import NotFound
from bot.ports import Announcement, Log, LogState, Ports, Request, Situation, UnitOfWork
from bot.service import announce
from bot.service.announce import About
from bot.service.families import Families
from bot.service.log_material import material_of
from bot.service.waking import wake_for

TYPE = "live_call"
_ATTEMPTS = 3
_BETWEEN = timedelta(seconds=45)
"""From one attempt to reach the acknowledger to the next: longer than a phone rings."""
_WAITING = frozenset({Status.QUEUED, Status.OPEN})


class CallStep(StrEnum):
    """What a caller meets next."""

    REJECT = "reject"
    DISABLED = "disabled"
    MAINTENANCE = "maintenance"
    MENU = "menu"
    QUEUE = "queue"
    WAIT = "wait"
    LEAVE = "leave"
    RECORD = "record"
    UNATTENDED = "unattended"
    THANKS = "thanks"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A call on its way through an integration. `request` is what the provider posted, `id` its name of the call."""

    id: str
    number: str
    request: Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """A caller's next turn. `offered` are the choices of a menu and `names` what they are called; `ring` is the number
    to be dialled and put through.

    `chosen` is whom the caller wants, `has_heard` whether they were welcomed already, and `first` what they are told
    before anything else.
    """

    turn: CallStep
    manner: Manner
    offered: tuple[Receiver, ...] = ()
    names: tuple[str, ...] = ()
    round: int = 1
    ring: str = ""
    chosen: Receiver | None = None
    has_heard: bool = False
    first: str = ""


class Calls:
    """One integration's calls. Raises `NotFound` when the key is not that of a live call integration."""

    def __init__(self, ports: Ports, key: str) -> None:
        self._ports = ports
        self._directory: Directory = ports.store.directory()
        found = self._directory.integration_at(key)
        if found is None or found.type != TYPE:
            raise NotFound("There are no live calls at this address.")
        self._integration: Integration = found
        self._manner = manner(found.options)

    def greet(self, caller: Caller) -> Next:
        """Take a call: reject it, say why nobody is called, read the menu, or have the one team paged."""
        now = self._ports.clock.now()
        if self._manner.bans(phones.normal(caller.number) or caller.number):
            return self._refuse(caller, LogState.REFUSED, "The caller is banned.", CallStep.REJECT)
        if not self._integration.enabled:
            return self._refuse(caller, LogState.REFUSED, "This integration is disabled.", CallStep.DISABLED)
        if self._directory.in_maintenance(self._integration.id, now):
            return self._refuse(caller, LogState.READ, "In maintenance: nobody is called.", CallStep.MAINTENANCE)
        offered = self._offered(caller)
        if len(offered) > 1 or (offered and self._manner.force_menu):
            return self._menu(offered, 1)
        return self._begin(caller, offered[0] if offered else None)

    def choose(self, caller: Caller, digits: str, round_: int, offered: Sequence[str] = ()) -> Next:
        """Have the chosen team paged. Without a choice the menu is read three times in all, then a message is taken for
        the first one, or that one called.

        `offered` are the receivers as the caller heard them: rules may match otherwise by now. One that is gone by now
        cannot be chosen.
        """
        heard = tuple(self._directory.receiver(each) for each in offered) or self._offered(caller)
        known = tuple(each for each in heard if each) or self._offered(caller)
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 1 else 0
        wanted = heard[number - 1] if 1 <= number <= len(heard) else None
        if wanted:
            return replace(self._begin(caller, wanted), has_heard=True)
        if round_ < ROUNDS:
            return self._menu(known, round_ + 1)
        first = known[0] if known else None
        if self._manner.record:
            return replace(self._next(CallStep.RECORD), chosen=first)
        return replace(self._begin(caller, first), has_heard=True)

    def wait(self, caller: Caller) -> Next:
        """Say what a caller in the queue meets now: waiting, the acknowledger being dialled, or leaving the queue."""
        now = self._ports.clock.now()
        with self._ports.store.begin() as uow:
            situation = self._situation(uow, caller)
            alert = situation.alert if situation else None
            if alert is None or alert.status not in {*_WAITING, Status.ACKNOWLEDGED}:
                return self._next(CallStep.LEAVE)
            if alert.status in _WAITING:
                over = now - alert.created_at >= self._manner.longest_wait
                return self._next(CallStep.LEAVE if over else CallStep.WAIT)
            return self._connect(uow, caller, alert, now)

    def leave(self, caller: Caller, result: str) -> Next:
        """End the queue: hung up, talked (both resolve the alert unless set otherwise), or nobody came."""
        if result == "hangup":
            self._resolve(caller, "The caller hung up.")
            return self._next(CallStep.GOODBYE)
        if result == "bridged":
            self._resolve(caller, "The call is over.")
            return self._next(CallStep.GOODBYE)
        turn = CallStep.RECORD if self._manner.record else CallStep.UNATTENDED
        return replace(self._next(turn), first=self._say_no_phone(caller))

    def keep(self, caller: Caller, url: str, seconds: str, wanted: str) -> Next:
        """Put a recorded message on the alert, or make the alert of it that was waiting for it."""
        if not url:
            return self._next(CallStep.GOODBYE)
        with self._ports.store.begin() as uow:
            situation = self._situation(uow, caller)
            decision = self._noted(situation, url, seconds) if situation else None
            if decision:
                uow.save([decision])
        if decision is None:
            self._open(caller, self._directory.receiver(wanted) or next(iter(self._offered(caller)), None))
        else:
            wake_for(self._ports.queue, [decision])
        self._mail(caller, url)
        return self._next(CallStep.THANKS)

    # --- Beginning ------------------------------------------------------------------------------------------------

    def _begin(self, caller: Caller, wanted: Receiver | None) -> Next:
        if self._manner.voicemail_only:
            return replace(self._next(CallStep.RECORD), chosen=wanted)
        self._open(caller, wanted)
        return replace(self._next(CallStep.QUEUE), chosen=wanted)

    def _offered(self, caller: Caller) -> tuple[Receiver, ...]:
        """Whom the caller can choose: those to whom the rules that match this call, now, send it."""
        log = self._log(caller, LogState.READ, "")
        _, routing = self._routed(log, self._ports.clock.now())
        return choices(routing)

    def _routed(self, log: Log, now: datetime) -> tuple[Created, Routing]:
        """The call's alert, and where the integration's destinations lead it."""
        source = self._ports.sources[TYPE]
        (signal,) = source.read(log.request, self._integration.options)
        material = material_of(log, source)
        created = creation.create(signal, self._integration, material, self._directory, now)
        alert = replace(created.alert, id=log.alert_ids[0] if log.alert_ids else "", log_id=log.id)
        return created, route(alert, material, created.destinations, self._directory, now)

    def _open(self, caller: Caller, wanted: Receiver | None) -> None:
        """Make the call's alert and page whom it is for; the same call twice is one alert."""
        now = self._ports.clock.now()
        log = replace(self._log(caller, LogState.READ, "made an alert"), alert_ids=(ids.new("alt"),))
        self._ports.store.append([log])
        created, routing = self._routed(log, now)
        with self._ports.store.begin() as uow:
            uow.lock_dedup_keys(self._integration.id, [caller.id])
            if self._situation(uow, caller):
                return
            routing = replace(routing, alert=replace(routing.alert, dedup_key=caller.id))
            routing = chosen(routing, wanted) if wanted else routing
            decision = signal_intake.dispatch(routing, self._directory, now)
            uow.save([decision])
            uow.settle_logs([replace(log, trace=created.trace + routing.trace)])
        wake_for(self._ports.queue, [decision])

    def _refuse(self, caller: Caller, state: LogState, why: str, turn: CallStep) -> Next:
        self._ports.store.append([self._log(caller, state, why)])
        return self._next(turn)

    def _log(self, caller: Caller, state: LogState, outcome: str) -> Log:
        return Log(
            id=ids.new("log"),
            integration_id=self._integration.id,
            at=self._ports.clock.now(),
            request=caller.request,
            answered=200,
            state=state,
            outcome=outcome,
        )

    # --- Putting through --------------------------------------------------------------------------------------------

    def _connect(self, uow: UnitOfWork, caller: Caller, alert: Alert, now: datetime) -> Next:
        """Dial the acknowledger after the pause, three times at most, each time once whoever asks."""
        number = self._number_of(alert)
        if not number:
            return self._give_up(uow, caller, alert, "has no phone that could be called")
        since = now - ((alert.settled_at or now) + self._manner.pause)
        if since < timedelta(0):
            return self._next(CallStep.WAIT)
        attempt = since // _BETWEEN
        if attempt >= _ATTEMPTS:
            return self._give_up(uow, caller, alert, f"did not take the call in {_ATTEMPTS} attempts")
        if not uow.first_sight(f"dial {caller.id} {alert.settled_at} {attempt}", now):
            return self._next(CallStep.WAIT)
        return replace(self._next(CallStep.WAIT), ring=number)

    def _give_up(self, uow: UnitOfWork, caller: Caller, alert: Alert, why: str) -> Next:
        """Have the caller leave the queue; whoever acknowledged is told, once, and so is the timeline."""
        now, user = self._ports.clock.now(), self._acknowledger(alert)
        if uow.first_sight(f"not through {caller.id} {alert.settled_at}", now):
            who = f"@{user.handle}" if user else "Whoever acknowledged it"
            said = f"The caller is not put through: {who} {why}."
            uow.save([consider(alert).tell(EntryKind.UNDELIVERED, SYSTEM, said, now)])
            uow.announce(tuple(announce.for_user(user, _about(alert, why, now), self._ports)) if user else ())
        return self._next(CallStep.LEAVE)

    def _say_no_phone(self, caller: Caller) -> str:
        """What a caller is told of somebody who acknowledged and cannot be called; nothing where there is nobody."""
        with self._ports.store.begin() as uow:
            situation = self._situation(uow, caller)
        acknowledged = situation is not None and situation.alert.status is Status.ACKNOWLEDGED
        return self._manner.no_phone if acknowledged and situation and not self._number_of(situation.alert) else ""

    def _number_of(self, alert: Alert) -> str:
        user = self._acknowledger(alert)
        numbers, _ = phones.candidates(user, "voice", f"primary{phones.OTHERS}") if user else ((), "")
        return numbers[0] if numbers else ""

    def _acknowledger(self, alert: Alert) -> User | None:
        by = alert.settled_by
        return self._directory.users.get(by.id) if by and by.kind is ActorKind.USER else None

    # --- Ending -----------------------------------------------------------------------------------------------------

    def _resolve(self, caller: Caller, said: str) -> None:
        if not self._manner.resolve_on_hangup:
            return
        now = self._ports.clock.now()
        with self._ports.store.begin() as uow:
            situation = self._situation(uow, caller)
            if situation is None or not lifecycle.allows(situation.alert.status, lifecycle.Verb.RESOLVE):
                return
            decision = consider(situation.alert, situation.escalations).tell(EntryKind.NOTE, SYSTEM, said, now)
            actor = signal_intake.sender(self._integration)
            decision = answers.resolve(decision, actor, self._integration.name, now)
            families = Families(uow, self._ports.sources, {}, now)
            families.keep(situation.alert, decision, self._directory)
            decided = tuple(families.decisions.values())
            uow.save(decided)
        wake_for(self._ports.queue, decided)

    def _mail(self, caller: Caller, url: str) -> None:
        """Have the link mailed to those whom the integration names, once for each message."""
        now = self._ports.clock.now()
        with self._ports.store.begin() as uow:
            situation = self._situation(uow, caller)
            if self._manner.mail_to and situation:
                uow.announce(tuple(self._mails(situation.alert, url, now)))

    def _mails(self, alert: Alert, url: str, now: datetime) -> Iterator[Announcement]:
        users = voicemail.listeners(self._manner.mail_to, alert.receivers, self._directory, now)
        everybody: list[tuple[str, str | None]] = [("primary", user_id) for user_id in users]
        everybody += [(address, None) for address in voicemail.addresses(self._manner.mail_to)]
        for address, user_id in everybody:
            yield Announcement(
                id=f"voicemail.{alert.id}.{hashlib.sha256(url.encode()).hexdigest()[:16]}.{user_id or address}",
                channel="email",
                address=address,
                title=f"#{alert.number} {alert.title}: a message was left",
                text=f"The caller of #{alert.number} {alert.title} left a message: {url[:500]}",
                due_at=now,
                user_id=user_id,
            )

    def _noted(self, situation: Situation, url: str, seconds: str) -> Decision:
        now = self._ports.clock.now()
        data: Mapping[str, object] = {**situation.alert.data, "voicemail": url}
        alert = lifecycle.touch(replace(situation.alert, data=dict(data)), now)
        said = f"The caller left a message of {seconds[:6] or 'some'} seconds: {url[:500]}"
        return consider(situation.alert, situation.escalations).change(alert).tell(EntryKind.NOTE, SYSTEM, said, now)

    # --- Inside -----------------------------------------------------------------------------------------------------

    def _situation(self, uow: UnitOfWork, caller: Caller) -> Situation | None:
        return uow.live_alerts(self._integration.id, [caller.id]).get(caller.id)

    def _menu(self, offered: tuple[Receiver, ...], round_: int) -> Next:
        names = tuple(_name(each, self._directory) for each in offered)
        return replace(self._next(CallStep.MENU), offered=offered, names=names, round=round_)

    def _next(self, turn: CallStep) -> Next:
        return Next(turn=turn, manner=self._manner)


def _about(alert: Alert, why: str, now: datetime) -> About:
    """What whoever acknowledged a call is told when the caller cannot be put through to them."""
    told = why.replace("has no", "you have no").replace("did not", "you did not")
    caller = str(alert.data.get("caller") or "a hidden number")[:60]
    said = f"#{alert.number} {alert.title}: the caller is not put through to you, as {told}."
    mend = f"They are asked to leave a message. Call them: {caller}. /pagertree me add +442071234567 adds a phone."
    return About(
        id=f"call.{alert.id}.{alert.settled_at:%Y%m%dT%H%M%S}",
        title=f"#{alert.number}: the caller is not put through",
        text=f"{said} {mend}",
        at=now,
    )


def _name(receiver: Receiver, directory: Directory) -> str:
    shelves = (directory.teams, directory.users, directory.schedules)
    found = next((shelf[receiver.id] for shelf in shelves if receiver.id in shelf), None)
    return found.name if found else directory.name(receiver)
