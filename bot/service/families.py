"""What an alert's end means for those that it gathered, and for the one that it was gathered under.

Whoever decides that an alert is over, or that somebody has it, asks here before it is saved.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.engine.decision import Decision, consider
from bot.engine.directory import Directory
from bot.engine.intake import gathering
from bot.engine.intake.gathering import Family
from bot.engine.model import Alert, Integration, SignalKind, Status
from bot.ports import Source, UnitOfWork

_DEFINITION = "definition"


class Families:
    """Alerts that are decided on together, with those that they are related to; `decisions` grows in place."""

    def __init__(
        self, uow: UnitOfWork, sources: Mapping[str, Source], decisions: dict[str, Decision], now: datetime
    ) -> None:
        self._uow, self._sources, self._now = uow, sources, now
        self.decisions = decisions
        self._childless: set[str] = set()

    def expect(self, alert_ids: Iterable[str]) -> None:
        """Look up at once which of the alerts have gathered others, rather than one by one."""
        wanted = set(alert_ids)
        self._childless |= wanted - self._uow.parents_among(wanted)

    def load(self, alert_ids: Iterable[str]) -> None:
        """Read and lock alerts that are not at hand yet."""
        wanted = {each for each in alert_ids if each not in self.decisions}
        if wanted:
            found = self._uow.situations(wanted)
            self.decisions.update({each: consider(one.alert, one.escalations) for each, one in found.items()})

    def keep(self, before: Alert, after: Decision, directory: Directory) -> None:
        """Keep a decision, with what follows from it for its relatives."""
        self.decisions[after.alert.id] = after
        if after.alert.parent_id:
            self._childless.discard(after.alert.parent_id)
        if after.alert.status is before.status or after.alert.status not in {Status.RESOLVED, Status.ACKNOWLEDGED}:
            return
        if after.alert.parent_id:
            self._tell_parent(after.alert.parent_id, after.alert)
        if after.alert.status is Status.RESOLVED:
            self.end(before, directory)

    def end(self, before: Alert, directory: Directory) -> None:
        """Have those come forth that an alert gathered that is over; `before` is how it was until then."""
        children = self.children(before.id)
        if not children:
            return
        family = Family(
            before=before,
            parent=self.decisions[before.id],
            children=children,
            pending=self._uow.pending_timers([before.id]),
            stays=frozenset(each.alert.id for each in children if not self._says_over(each.alert, directory)),
        )
        self.decisions.update({each.alert.id: each for each in gathering.succeed(family, directory, self._now)})

    def children(self, alert_id: str) -> tuple[Decision, ...]:
        """What an alert gathered and is not over."""
        if alert_id in self._childless:
            return ()
        self.load(each.id for each in self._uow.children(alert_id) if each.status is Status.SUPPRESSED)
        found = (each for each in self.decisions.values() if each.alert.parent_id == alert_id)
        return tuple(each for each in found if each.alert.status is Status.SUPPRESSED)

    def _tell_parent(self, parent_id: str, child: Alert) -> None:
        self.load([parent_id])
        if parent := self.decisions.get(parent_id):
            self.decisions[parent_id] = gathering.tell_over(parent, child, self._now)

    def _says_over(self, alert: Alert, directory: Directory) -> bool:
        """Whether the alert's sender ever says that something is over, as far as anything is known of it."""
        integration = directory.integrations.get(alert.integration_id or "")
        source = self._sources.get(integration.type) if integration else None
        return integration is None or source is None or says_over(integration, source)


def says_over(integration: Integration, source: Source) -> bool:
    """Whether an integration can be told that something is over: its type's examples show that, and how.

    Where all of these have a definition, it depends on the integration's own.
    """
    resolving = [each for each in source.EXAMPLES if any(one.kind is SignalKind.RESOLVE for one in each.signals)]
    if resolving and all(_DEFINITION in each.options for each in resolving):
        return SignalKind.RESOLVE.value in str(integration.options.get(_DEFINITION, ""))
    return bool(resolving)
