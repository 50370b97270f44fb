"""Why something happened, or nothing did: the whole way of a payload and of an alert, in plain words.

Everything is said from what was written down when it was decided: the log's trace, the alert's timeline, the ledger.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.delivery.order import say_outcome
from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.escalation.on_call_reasons import NAMED, why_on_call
from bot.engine.model import (
    Alert,
    Entry,
    EntryKind,
    Integration,
    NoticeKind,
    Notification,
    Receiver,
    ReceiverKind,
    Stage,
    Status,
    Trace,
)
from bot.engine.paging import conversations
from bot.engine.rehearsal.next_step import next_step
from bot.engine.rehearsal.playthrough import Pending
from bot.engine.schedules import on_call
from bot.errors import Invalid, NotFound
from bot.ports import Log, LogState, Situation, UnitOfWork
from bot.service import notices, outcomes
from bot.service.standing import say_dropped, say_state

_MOST_ENTRIES = 40
_MOST_SENT = 40
_MOST_REASONS = 5
_LOOKED_AT = 200
"""Payloads of an integration that are looked through for refusals."""
_QUIET = timedelta(days=1)

_MENDS = {
    401: "The sender has to send the secret that is set in the integration: edit shows where.",
    403: "The secret or signature is wrong: set the same one at the sender and with edit.",
    404: "The sender uses an address that does not exist: copy it anew from integration show.",
    405: "The integration is disabled, or takes payloads by another method: what was answered says which.",
    413: "The sender sends too much at once: have it send less (Alertmanager: `max_alerts`), or raise the limit.",
    415: "The sender compresses in a way that is not known here: have it use gzip, or none.",
    429: "The sender sends too often: have it wait between two payloads.",
    400: "The body is not what this type takes: choose the type that fits the sender.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedLine:
    """One thing that is said, with the instant that it is about. `deep` ones are indented below the one before."""

    text: str
    at: datetime | None = None
    deep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationPart:
    """A heading and what is said below it."""

    heading: str
    lines: tuple[ExplainedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why, in short and in parts. Everything is plain text, partly from outside; `alerts` are those it is about."""

    title: str
    short: str
    parts: tuple[ExplanationPart, ...]
    alerts: tuple[int, ...] = ()


# --- An alert -----------------------------------------------------------------------------------------------------


def why_alert(uow: UnitOfWork, reference: str, now: datetime) -> Explanation:
    """Say why an alert went where it went, who was asked and how, and where it stands. Raises `NotFound`."""
    situation = uow.situation(reference)
    if situation is None:
        raise NotFound(f"There is no alert #{reference[:30].lstrip('#')}.")
    alert, directory = situation.alert, uow.directory()
    entries = uow.entries(alert.id)
    ledger = uow.notifications([alert.id]).get(alert.id, ())
    log = uow.log(alert.log_id) if alert.log_id else None
    newest = uow.log(alert.latest_log_id) if alert.latest_log_id else None
    parts = (
        ExplanationPart(heading="What came in", lines=tuple(_origin(alert, log, directory))),
        ExplanationPart(heading="How it was routed", lines=tuple(_routed(log.reasons if log else (), alert.receivers))),
        ExplanationPart(
            heading="How its newest repetition was routed",
            lines=tuple(_routed(newest.reasons, ()) if newest and newest.reasons else ()),
        ),
        ExplanationPart(heading="Who was asked, and what became of it", lines=tuple(_sent(alert, ledger, directory))),
        ExplanationPart(heading="What happened", lines=tuple(_happened(entries))),
        ExplanationPart(heading="What comes next", lines=tuple(_ahead(uow, situation, directory))),
        ExplanationPart(heading="What it gathered", lines=tuple(_gathered(uow.children(alert.id)))),
    )
    return Explanation(
        title=f"#{alert.number} {alert.title}",
        short=f"{_short(uow, alert, entries, now)}.",
        parts=tuple(part for part in parts if part.lines),
        alerts=(alert.number,),
    )


def _short(uow: UnitOfWork, alert: Alert, entries: Iterable[Entry], now: datetime) -> str:
    directory = uow.directory()
    if alert.status is Status.DROPPED:
        empty = any(entry.kind is EntryKind.LAYER_EMPTY for entry in entries)
        asked = len({each.user_id for each in alert.responders})
        why = f"nobody of the {asked} who were asked answered" if asked else "nobody was on call"
        some = "; a layer had nobody on call" if empty and asked else ""
        if alert.why_dropped:
            return f"{say_state(alert, directory, now)}: {say_dropped(alert, uow).rstrip('.')}"
        return f"{say_state(alert, directory, now)}: {why}{some}"
    if alert.status is Status.SUPPRESSED:
        why = "it was gathered under another alert" if alert.parent_id else "a router ignores it"
        return f"{say_state(alert, directory, now)}: {why}"
    return say_state(alert, directory, now)


def _origin(alert: Alert, log: Log | None, directory: Directory) -> Iterator[ExplainedLine]:
    integration = directory.integrations.get(alert.integration_id or "")
    if alert.integration_id is None:
        yield ExplainedLine(text="No payload: somebody made it by hand.", at=alert.created_at)
        return
    name = integration.name if integration else "an integration that was deleted"
    yield ExplainedLine(text=f"From {name}, with the key {alert.dedup_key!r:.100}", at=alert.created_at)
    if log:
        yield ExplainedLine(text=f"In the payload {log.id}, answered {log.answered}", at=log.at, deep=True)
    if alert.count > 1:
        yield ExplainedLine(text=f"It came {alert.count} times with the same key and was counted here.", deep=True)


def _routed(trace: Trace, receivers: tuple[Receiver, ...]) -> Iterator[ExplainedLine]:
    for line in trace:
        where = "" if line.stage is Stage.ROUTER else f"{line.stage}: "
        yield ExplainedLine(text=f"{where}{line.subject}: {line.said}")
    if not trace:
        said = "No rule was asked: it went straight to its destinations."
        yield ExplainedLine(text=said if receivers else "No rule was asked.")


def _sent(alert: Alert, ledger: Iterable[Notification], directory: Directory) -> Iterator[ExplainedLine]:
    personal = [each for each in ledger if each.user_id]
    why_asked = reasons(alert, directory)
    for user_id in dict.fromkeys(each.user_id or "" for each in personal):
        user = directory.users.get(user_id)
        why = f": {why_asked[user_id]}" if user_id in why_asked else ""
        yield ExplainedLine(text=f"{user.name if user else user_id}{why}")
        own = [each for each in personal if each.user_id == user_id]
        yield from (_message(each) for each in own[:_MOST_SENT])
    for responder in (each for each in alert.responders if each.unpaged):
        user = directory.users.get(responder.user_id)
        name, where = user.name if user else responder.user_id, f"layer {responder.layer}"
        yield ExplainedLine(text=f"{name}, {where}: not paged, {responder.unpaged}")
    for each in (each for each in ledger if not each.user_id):
        place = _conversation(each, directory)
        yield ExplainedLine(text=f"{place}: {say_outcome(each)}", at=each.sent_at or each.due_at)
    if not personal:
        yield ExplainedLine(text="Nobody was sent anything.")


def _conversation(sent: Notification, directory: Directory) -> str:
    for team in directory.teams.values():
        if any((each.channel, each.address) == (sent.channel, sent.address) for each in conversations.of(team)):
            return f"The {directory.channel_kinds.of(sent.channel).title} channel of {team.name}"
    return f"{sent.channel} to {sent.address}"


def _message(sent: Notification) -> ExplainedLine:
    kind = "" if sent.kind is NoticeKind.OPEN else f" ({sent.kind.removeprefix('alert.')})"
    because = f" ({sent.because})" if sent.because else ""
    said = f"{sent.channel}{kind}: {say_outcome(sent)}{because}"
    return ExplainedLine(text=said, at=sent.sent_at or sent.due_at, deep=True)


def reasons(alert: Alert, directory: Directory) -> dict[str, str]:
    """Why each responder was asked, by user id: as it was written down then, or else as the schedules stand now."""
    found: dict[str, dict[str, None]] = {}
    for responder in alert.responders:
        because = responder.because or next(_shifts(alert, responder.user_id, responder.layer, directory), "")
        said = f"layer {responder.layer}, {because}" if because else f"asked in layer {responder.layer}"
        found.setdefault(responder.user_id, {})[said] = None
    return {user_id: "; ".join(list(said)[:_MOST_REASONS]) for user_id, said in found.items()}


def _shifts(alert: Alert, user_id: str, layer: int, directory: Directory) -> Iterator[str]:
    for receiver in alert.receivers:
        team = directory.teams.get(receiver.id)
        schedule = directory.schedules.get((team.schedule_id or "") if team else receiver.id)
        if schedule is None:
            continue
        try:
            shifts = [each for each in on_call(schedule, alert.created_at, layer) if each.user_id == user_id]
        except Invalid:
            continue
        for shift in shifts:
            yield why_on_call(schedule, shift, directory)
    if Receiver(kind=ReceiverKind.USER, id=user_id) in alert.receivers:
        yield NAMED


def _happened(entries: tuple[Entry, ...]) -> Iterator[ExplainedLine]:
    if len(entries) > _MOST_ENTRIES:
        yield ExplainedLine(text=f"{len(entries) - _MOST_ENTRIES} earlier entries are left out")
    yield from (ExplainedLine(text=each.text, at=each.at) for each in entries[-_MOST_ENTRIES:])


def _ahead(uow: UnitOfWork, situation: Situation, directory: Directory) -> Iterator[ExplainedLine]:
    timers = uow.pending_timers([situation.alert.id])
    cycles = uow.cycles({timer.cycle_id for timer in timers if timer.cycle_id})
    pending = Pending(escalations=situation.escalations, timers=timers, cycles=cycles)
    said, at = next_step(situation.alert, pending, directory)
    if said:
        yield ExplainedLine(text=said, at=at)
    if situation.alert.parent_id:
        parent = uow.situation(situation.alert.parent_id)
        yield ExplainedLine(
            text=f"#{parent.alert.number} stands for it: ask why of that one." if parent else "Its parent is gone."
        )


def _gathered(children: tuple[Alert, ...]) -> Iterator[ExplainedLine]:
    yield from (
        ExplainedLine(text=f"#{each.number} {each.title} ({each.status})", at=each.created_at) for each in children[:20]
    )
    if len(children) > 20:
        yield ExplainedLine(text=f"and {len(children) - 20} more")


# --- A payload ----------------------------------------------------------------------------------------------------


def why_log(uow: UnitOfWork, log_id: str, now: datetime) -> Explanation:
    """Say what became of a payload, whatever that was. Raises `NotFound`."""
    log = uow.log(log_id)
    if log is None:
        raise NotFound(f"There is no payload {log_id[:60]}. /pagertree integration logs shows those that there are.")
    directory = uow.directory()
    alerts = [found.alert for each in log.alert_ids if (found := uow.situation(each))]
    integration = directory.integrations.get(log.integration_id)
    parts = (
        ExplanationPart(heading="What came in", lines=tuple(_received(log, integration))),
        ExplanationPart(heading="What became of it", lines=tuple(_outcome(log, now))),
        ExplanationPart(heading="How that was decided", lines=tuple(_routed(log.reasons, ()) if log.reasons else ())),
        ExplanationPart(heading="Alerts", lines=tuple(_about(alerts, log, directory, now))),
    )
    return Explanation(
        title=f"Payload {log.id}",
        short=f"{_fate(log)}.",
        parts=tuple(part for part in parts if part.lines),
        alerts=tuple(alert.number for alert in alerts),
    )


def _received(log: Log, integration: Integration | None) -> Iterator[ExplainedLine]:
    name = integration.name if integration else "an integration that was deleted"
    request = log.request
    sender = f" from {request.remote}" if request.remote else ""
    yield ExplainedLine(text=f"{request.method} with {len(request.body)} bytes{sender}, for {name}", at=log.at)
    yield ExplainedLine(text=f"It was answered {log.answered}.")


def _fate(log: Log) -> str:
    return {
        LogState.REFUSED: f"Refused with {log.answered}: {log.outcome.rstrip('.')}",
        LogState.UNREAD: "Accepted, and not worked on yet",
        LogState.FAILED: f"Accepted, but it could not be worked on: {log.outcome.rstrip('.')}",
        LogState.READ: f"Accepted: {log.outcome.rstrip('.')}",
    }[log.state]


def _outcome(log: Log, now: datetime) -> Iterator[ExplainedLine]:
    match log.state:
        case LogState.REFUSED:
            yield ExplainedLine(text=log.outcome)
            if mend := _MENDS.get(log.answered):
                yield ExplainedLine(text=mend)
        case LogState.UNREAD:
            yield ExplainedLine(
                text=f"It waits since {say_duration(max(now - log.at, timedelta(seconds=1)))}. Nothing is lost."
            )
            yield ExplainedLine(
                text="When this takes longer than seconds, no worker runs: an admin sees the health in App Home."
            )
        case LogState.FAILED:
            yield ExplainedLine(text=log.outcome)
            yield ExplainedLine(text="The integration's own destinations were paged about it.")
        case _:
            yield from (ExplainedLine(text=said) for said in outcomes.explain(log))


def _about(alerts: Iterable[Alert], log: Log, directory: Directory, now: datetime) -> Iterator[ExplainedLine]:
    for alert in alerts:
        counted = "" if alert.log_id == log.id else ", made by an earlier payload"
        yield ExplainedLine(text=f"#{alert.number} {alert.title}{counted}")
        yield ExplainedLine(text=f"{say_state(alert, directory, now)}.", deep=True)
        if alert.status is Status.SUPPRESSED and alert.parent_id:
            yield ExplainedLine(text="It was gathered under another alert.", deep=True)


# --- Nothing ------------------------------------------------------------------------------------------------------


def why_integration(uow: UnitOfWork, integration: Integration, now: datetime) -> Explanation:
    """Say what was last heard of an integration, what was refused, and what keeps its alerts from people."""
    logs = tuple(log for log in uow.logs(integration.id, limit=_LOOKED_AT) if not notices.is_notice(log))
    refused = [log for log in logs if log.state is LogState.REFUSED]
    parts = (
        ExplanationPart(heading="What was heard", lines=tuple(_heard(logs, now))),
        ExplanationPart(heading="What was refused", lines=tuple(_refusals(refused))),
        ExplanationPart(
            heading="What keeps alerts from people", lines=tuple(_obstacles(integration, uow.directory(), now))
        ),
    )
    return Explanation(
        title=f"Integration {integration.name}",
        short=_last_heard(logs, now),
        parts=tuple(part for part in parts if part.lines),
    )


def _last_heard(logs: tuple[Log, ...], now: datetime) -> str:
    accepted = next((log for log in logs if log.state is not LogState.REFUSED), None)
    if not logs:
        return "Nothing ever arrived."
    if accepted is None:
        return f"Everything that arrived was refused, the last time with {logs[0].answered}."
    ago = say_duration(max(now - accepted.at, timedelta(seconds=1)))
    refused = f" The latest was refused with {logs[0].answered}." if logs[0].state is LogState.REFUSED else ""
    return f"The last payload was accepted {ago} ago.{refused}"


def _heard(logs: tuple[Log, ...], now: datetime) -> Iterator[ExplainedLine]:
    if not logs:
        yield ExplainedLine(
            text="No payload ever reached this address. The sender may use another one, or cannot reach the bot."
        )
        yield ExplainedLine(text="Try it from the sender's machine with the line that integration show gives.")
        return
    for log in logs[:5]:
        yield ExplainedLine(text=f"{log.id}: {_fate(log)}", at=log.at)
    if now - logs[0].at > _QUIET:
        yield ExplainedLine(
            text="It has been quiet since: the sender had nothing to say, or does not reach the bot any more."
        )


def _refusals(refused: list[Log]) -> Iterator[ExplainedLine]:
    counted = Counter((log.answered, log.outcome) for log in refused)
    for (answered, outcome), count in counted.most_common(5):
        last = next(log for log in refused if (log.answered, log.outcome) == (answered, outcome))
        yield ExplainedLine(text=f"{count}× {answered}: {outcome}", at=last.at)
        if mend := _MENDS.get(answered):
            yield ExplainedLine(text=mend, deep=True)


def _obstacles(integration: Integration, directory: Directory, now: datetime) -> Iterator[ExplainedLine]:
    if not integration.enabled:
        yield ExplainedLine(text="It is disabled: what it sends is refused with 405.")
    if window := directory.in_maintenance(integration.id, now):
        yield ExplainedLine(
            text=f"The maintenance window {window.name} is on: payloads are kept, and nobody is alerted."
        )
    if integration.urgency == "silent":
        yield ExplainedLine(text="Its urgency is silent: nobody is notified.")
    if not integration.destinations:
        yield ExplainedLine(text="It has no destinations: its alerts are dropped at once. Choose some with edit.")
    for receiver in integration.destinations:
        if directory.receiver(str(receiver)) is None:
            yield ExplainedLine(text=f"Its destination {directory.name(receiver)} does not exist any more.")
