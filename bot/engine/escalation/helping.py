"""Help for whoever has an alert: others are asked beside them, and whatever those answer, the alert stays theirs."""

from dataclasses import replace
from datetime import datetime

from bot.engine.alerts import lifecycle
from bot.engine.decision import Decision, Quiet
from bot.engine.directory import Directory
from bot.engine.escalation.climbing import end_help
from bot.engine.escalation.who_is_asked import is_current
from bot.engine.model import Actor, ActorKind, Answer, EntryKind, Escalation, NoticeKind
from bot.engine.paging import news


def is_helper(decision: Decision, actor: Actor) -> bool:
    """Whether somebody is asked at this moment to help whoever has the alert."""
    return actor.kind is ActorKind.USER and lifecycle.asks_help(decision.alert) and bool(_asking(decision, actor.id))


def join(decision: Decision, actor: Actor, name: str, directory: Directory, now: datetime) -> Decision:
    """Have somebody help: nobody else is asked in those layers, and those who were hear of it."""
    asking = _asking(decision, actor.id)
    ids = {each.id for each in asking}
    others = [each.user_id for each in decision.alert.responders if each.escalation_id in ids]
    answered = tuple(
        replace(each, answer=Answer.ACKNOWLEDGED) if each.user_id == actor.id and each.escalation_id in ids else each
        for each in decision.alert.responders
    )
    decision = decision.change(lifecycle.touch(replace(decision.alert, responders=answered), now))
    for escalation in asking:
        decision = decision.put(replace(escalation, running=False)).do(Quiet(escalation_id=escalation.id))
    decision = end_help(decision.tell(EntryKind.ACKNOWLEDGED, actor, f"{name} helps.", now), now)
    others = [each for each in dict.fromkeys(others) if each != actor.id]
    return news.tell(decision, NoticeKind.ACKNOWLEDGED, others, directory, others)


def _asking(decision: Decision, user_id: str) -> tuple[Escalation, ...]:
    ids = {
        each.escalation_id
        for each in decision.alert.responders
        if each.user_id == user_id and each.answer is None and is_current(decision, each)
    }
    return tuple(each for each in decision.escalations if each.is_help and each.id in ids)
