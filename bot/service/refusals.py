"""What was refused at the door, as one alert of the integration's own: opened, repeated hourly, closed.

The door reports a refusal as a notice among the integration's logs; the one who reads the logs decides here what comes
of it. All is kept in the store, so that it holds over restarts and however many processes report.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.model import Integration, Signal, SignalKind
from bot.ports import Log, RefusalHistory, Source, UnitOfWork
from bot.service.masking import mask_text
from bot.service.notices import REFUSED, notice, signals_in

KEY = "pagertree: refused"
_FORMER_KEY = "pagertree: over the rate"
KEYS = frozenset({KEY, _FORMER_KEY})
"""Dedup keys of the alert, and of one that a version before 0.3 may have left open."""

FORBIDDEN, TOO_LARGE, TOO_OFTEN, UNCHECKED = 403, 413, 429, 503
TOLD = frozenset({400, FORBIDDEN, TOO_LARGE, 415, TOO_OFTEN, UNCHECKED})
"""Answers by which a sender's alerts are lost. 404 and 405 are none: nobody is known, or it was switched off."""

_AGAIN = timedelta(hours=1)
_STRANGER = timedelta(minutes=10)
_ENOUGH = 10  # refusals with 403 within that time: fewer may be of a stranger who has the address
_MOST_OPENED = 3  # within the hour: the last of them stays open while refusals go on
_CALM = timedelta(minutes=1)  # over the rate, what is accepted and what is refused alternate
_READ, _SHOWN = 600, 300  # bytes that are looked at, and characters of them that are shown

_TITLES = {
    400: "{name} refuses payloads that it cannot read (400)",
    FORBIDDEN: "{name} refuses payloads: their token or signature is wrong (403)",
    TOO_LARGE: "{name} refuses payloads that are too large (413)",
    415: "{name} refuses payloads: their compression is not known (415)",
    TOO_OFTEN: "{name} sends more than its limit",
    UNCHECKED: "{name} cannot be checked: Amazon's certificate cannot be fetched (503)",
}
_MENDS = {
    400: "Choose the type that fits the sender, or set the sender up as `/pagertree integration show` says.",
    FORBIDDEN: "Set the same token or secret at the sender and with `/pagertree integration edit`.",
    TOO_LARGE: "Have the sender send less at once, or raise INGEST_BODY_LIMIT (INGEST_BATCH_LIMIT for a batch).",
    415: "Switch the sender's compression off, or to gzip.",
    TOO_OFTEN: "Find out what it sends so often, or raise INGEST_RATE_PER_MINUTE and INGEST_BURST.",
    UNCHECKED: "Let the web process reach the Internet by HTTPS, and look into AWS for what SNS says meanwhile.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A payload that was refused: its log, with secrets masked, and how large it was (bytes)."""

    log: Log
    size: int


def report(integration: Integration, refusal: Refusal, source: Source | None) -> Log:
    """The notice of a refusal: what was refused, and how to mend it."""
    log = refusal.log
    title = _TITLES[log.answered].format(name=integration.name)
    mend = str(getattr(source, "LESS", "")) if log.answered == TOO_LARGE else ""
    said = (
        f"A payload was refused with {log.answered}: {log.outcome}",
        "What is in it is lost, unless the sender sends it again.",
        f"To mend it: {mend or _MENDS[log.answered]}",
        f"It is {log.id} in `/pagertree integration logs {integration.handle}`.",
        "This closes with the next payload that is accepted.",
    )
    found = notice(integration, KEY, title, "\n".join(said), log.at, data=_facts(integration, refusal))
    return replace(found, request=replace(found.request, path=REFUSED))


def _facts(integration: Integration, refusal: Refusal) -> dict[str, object]:
    log = refusal.log
    head = log.request.body[:_READ].decode(errors="replace").replace(integration.key, "")
    facts: dict[str, object] = {
        "refused_with": log.answered,
        "reason": log.outcome,
        "size": f"{refusal.size} bytes",
        "begins_with": " ".join(mask_text(head).split())[:_SHOWN],
        "sent_from": log.request.remote,
        "payload": log.id,
    }
    return {name: value for name, value in facts.items() if value}


def is_report(log: Log) -> bool:
    """Whether a log is the report of a refusal."""
    return log.request.path == REFUSED


class RefusalWatch:
    """Decides for the logs of one integration, in their order, what comes of refusals. The caller holds it."""

    def __init__(self, uow: UnitOfWork, integration_id: str) -> None:
        self._uow = uow
        self._integration_id = integration_id
        self._history: RefusalHistory | None = None
        self._seen: RefusalHistory | None = None
        self._loaded = False

    def heard(self, report: Log, *, is_open: bool, withheld: bool) -> tuple[Signal, ...]:
        """The signals of a report: one when people have to be told now. `withheld` ones are told by nobody."""
        signals = signals_in(report)
        answered = _answered(signals)
        history = after(self._known(report.at), answered, report.at)
        if not is_due(history, answered, report.at, is_open=is_open):
            self._history = history
            return ()
        self._history = history if withheld else told(history, report.at, is_open=is_open)
        return signals

    def accepted(self, log: Log) -> tuple[Signal, ...]:
        """The signals of an accepted payload while the alert is open: it resolves the alert, if that is over."""
        if not is_over(self._known(log.at), log.at):
            return ()
        return (Signal(kind=SignalKind.RESOLVE, dedup_key=KEY, dedup_keys=(_FORMER_KEY,)),)

    def keep(self) -> None:
        """Write what changed."""
        if self._history is not None and self._history != self._seen:
            self._uow.put_refusal_history(self._history)

    def _known(self, at: datetime) -> RefusalHistory:
        if not self._loaded:
            self._loaded = True
            self._seen = self._history = self._uow.refusal_history(self._integration_id)
        return self._history or RefusalHistory(integration_id=self._integration_id, last_at=at)


def after(history: RefusalHistory, answered: int, at: datetime) -> RefusalHistory:
    """The history with one more refusal."""
    forbidden = (*history.forbidden_at, at) if answered == FORBIDDEN else history.forbidden_at
    return replace(
        history,
        last_at=max(history.last_at, at),
        last_answer=answered,
        opened_at=_within(history.opened_at, at, _AGAIN),
        forbidden_at=_within(forbidden, at, _STRANGER)[-_ENOUGH:],
    )


def is_due(history: RefusalHistory, answered: int, at: datetime, *, is_open: bool) -> bool:
    """Whether people have to be told of a refusal that is in the history."""
    if is_open and history.told_at is not None:
        return at - history.told_at >= _AGAIN
    if answered == FORBIDDEN and len(history.forbidden_at) < _ENOUGH:
        return False
    return len(history.opened_at) < _MOST_OPENED


def told(history: RefusalHistory, at: datetime, *, is_open: bool) -> RefusalHistory:
    """The history when people are told now."""
    opened = history.opened_at if is_open else (*history.opened_at, at)
    return replace(history, told_at=at, opened_at=opened)


def is_over(history: RefusalHistory, at: datetime) -> bool:
    """Whether a payload that was accepted ends it.

    Where what is accepted and what is refused alternate, only time without a refusal tells: else the alert would be
    opened and closed with every pair of them, or closed before anybody was told.
    """
    if len(_within(history.opened_at, at, _AGAIN)) >= _MOST_OPENED:
        return at - history.last_at >= _AGAIN
    return at - history.last_at >= (_CALM if history.last_answer == TOO_OFTEN else timedelta(0))


def _within(instants: Iterable[datetime], at: datetime, span: timedelta) -> tuple[datetime, ...]:
    return tuple(each for each in instants if at - each < span)


def _answered(signals: tuple[Signal, ...]) -> int:
    found = next((each.data.get("refused_with") for each in signals), None)
    return found if isinstance(found, int) else 0
