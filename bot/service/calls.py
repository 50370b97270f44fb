"""Live calls: a caller is asked whom they want, waits while the team is paged, and is put through or leaves a message.

Everything that is known of a call is its alert, found by the provider's id of the call: no process remembers a caller.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot import ids
from bot.engine.alerts import answers, lifecycle
from bot.engine.alerts.routing import route
from bot.engine.calls import voicemail
from bot.engine.calls.live_calls import ROUNDS, Manner, choices, manner
from bot.engine.decision import Decision, consider
from bot.engine.directory import Directory
from bot.engine.intake import creation, signal_intake
from bot.engine.model import SYSTEM, ActorKind, Alert, EntryKind, Integration, Receiver, Status, User
from bot.engine.paging import phones
from bot.errors import NotFound
from bot.ports import Announcement, Log, LogState, Ports, Request, Situation, UnitOfWork
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
    """A caller's next turn. `names` are the choices of a menu, `ring` the number to be dialled and put through.

    `chosen` is the digit that was pressed, 0 for none.
    """

    turn: CallStep
    manner: Manner
    names: tuple[str, ...] = ()
    round: int = 1
    ring: str = ""
    chosen: int = 0


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
        wanted = choices(self._integration, self._directory)
        if len(wanted) > 1 or (wanted and self._manner.force_menu):
            return self._menu(1)
        return self._begin(caller, wanted)

    def choose(self, caller: Caller, digits: str, round_: int) -> Next:
        """Have the chosen team paged; without a choice the menu is read again, three times in all."""
        wanted = self._chosen(digits)
        if wanted:
            return replace(self._begin(caller, wanted), chosen=int(digits))
        return self._menu(round_ + 1) if round_ < ROUNDS else self._next(CallStep.GOODBYE)

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
        return self._next(CallStep.RECORD if self._manner.record else CallStep.UNATTENDED)

    def keep(self, caller: Caller, url: str, seconds: str, digit: str) -> Next:
        """Put a recorded message on the alert, or make the alert of it that was waiting for it."""
        if not url:
            return self._next(CallStep.GOODBYE)
        with self._ports.store.begin() as uow:
            situation = self._situation(uow, caller)
            decision = self._noted(situation, url, seconds) if situation else None
            if decision:
                uow.save([decision])
        if decision is None:
            self._open(caller, self._chosen(digit) or choices(self._integration, self._directory))
        else:
            wake_for(self._ports.queue, [decision])
        self._mail(caller, url)
        return self._next(CallStep.THANKS)

    # --- Beginning ------------------------------------------------------------------------------------------------

    def _begin(self, caller: Caller, wanted: tuple[Receiver, ...]) -> Next:
        if self._manner.voicemail_only:
            return self._next(CallStep.RECORD)
        self._open(caller, wanted)
        return self._next(CallStep.QUEUE)

    def _open(self, caller: Caller, wanted: tuple[Receiver, ...]) -> None:
        """Make the call's alert and page whom it is for; the same call twice is one alert."""
        source = self._ports.sources[TYPE]
        (signal,) = source.read(caller.request, self._integration.options)
        now = self._ports.clock.now()
        log = replace(self._log(caller, LogState.READ, "made an alert"), alert_ids=(ids.new("alt"),))
        self._ports.store.append([log])
        material = material_of(log, source)
        with self._ports.store.begin() as uow:
            uow.lock_dedup_keys(self._integration.id, [caller.id])
            if self._situation(uow, caller):
                return
            created = creation.create(signal, self._integration, material, self._directory, now)
            alert = replace(created.alert, id=log.alert_ids[0], dedup_key=caller.id, log_id=log.id)
            routing = route(alert, material, wanted or created.destinations, self._directory, now)
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
        since = now - ((alert.settled_at or now) + self._manner.pause)
        if since < timedelta(0):
            return self._next(CallStep.WAIT)
        number = self._number_of(alert)
        attempt = since // _BETWEEN
        if not number or attempt >= _ATTEMPTS:
            return self._next(CallStep.LEAVE)
        if not uow.first_sight(f"dial {caller.id} {alert.settled_at} {attempt}", now):
            return self._next(CallStep.WAIT)
        return replace(self._next(CallStep.WAIT), ring=number)

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
            uow.save([decision])
        wake_for(self._ports.queue, [decision])

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

    def _chosen(self, digit: str) -> tuple[Receiver, ...]:
        """Whom a digit of the menu stands for; nobody for a digit that was not offered."""
        offered = dict(enumerate(choices(self._integration, self._directory), start=1))
        number = int(digit) if digit.isascii() and digit.isdigit() and len(digit) == 1 else 0
        return (offered[number],) if number in offered else ()

    def _menu(self, round_: int) -> Next:
        found = choices(self._integration, self._directory)
        return replace(
            self._next(CallStep.MENU), names=tuple(_name(each, self._directory) for each in found), round=round_
        )

    def _next(self, turn: CallStep) -> Next:
        return Next(turn=turn, manner=self._manner)


def _name(receiver: Receiver, directory: Directory) -> str:
    shelves = (directory.teams, directory.users, directory.schedules)
    found = next((shelf[receiver.id] for shelf in shelves if receiver.id in shelf), None)
    return found.name if found else directory.name(receiver)
