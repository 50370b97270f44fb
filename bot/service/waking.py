"""After a commit: wake the workers for what the decisions left to do."""

from collections.abc import Iterable

from bot.engine.decision import Decision, Notify, RunAutomations, SetTimer
from bot.ports import Job, Queue


def wake_for(queue: Queue, decisions: Iterable[Decision]) -> None:
    """Wake each drain that has something to do now, and set the alarm for each timer."""
    decided = tuple(decisions)
    effects = [effect for decision in decided for effect in decision.effects]
    if any(isinstance(effect, Notify) for effect in effects):
        queue.wake(Job.DELIVER)
    if any(isinstance(effect, RunAutomations) for effect in effects):
        queue.wake(Job.AUTOMATE)
    for due_at in sorted({effect.timer.due_at for effect in effects if isinstance(effect, SetTimer)}):
        queue.wake_at(Job.FIRE, due_at)
    if any(decision.seen and decision.alert.version != decision.seen for decision in decided):
        queue.wake(Job.REFRESH)
