"""From an alert and its destinations to who has to answer, with the reasons.

Routing fails open: whatever is missing, broken, too deep or circular ends at a default destination, and the trace says
why.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.directory import Directory
from bot.engine.documents import Document, document, value_at
from bot.engine.model import (
    Alert,
    Automation,
    Incident,
    Receiver,
    ReceiverKind,
    Router,
    Severity,
    Stage,
    Stakeholder,
    Trace,
    TraceLine,
    Urgency,
    Verdict,
)
from bot.engine.rules.actions import (
    Action,
    Aggregate,
    Assign,
    Attach,
    Automate,
    Escalate,
    FlagIncident,
    Ignore,
    Route,
    SetVal,
    Words,
)
from bot.engine.rules.routers import RouterRule, Rules, read_router
from bot.engine.rules.saying import say_action
from bot.engine.rules.undecided import GivenUp, noted
from bot.errors import Invalid, TemplateFailed
from bot.languages.query import Match, Undecided

DEEPEST = 10  # routers behind each other
MOST_ENTERED = 100  # routers entered for one alert: lists of routers that name lists of routers grow fast
_TOLD = 20  # rules whose reason for not matching is kept in a trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Send the alert to these receivers. With a delay they are looked up, and routed further, only then."""

    receivers: tuple[Receiver, ...]
    delay: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """An escalation written in a router: who is notified together, how long to wait, and who takes over."""

    receiver: Receiver
    steps: tuple[tuple[tuple[Receiver, ...], timedelta], ...]
    repeat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    """Hold the alert and gather others with the same fingerprint under it.

    Without receivers the alert goes where routing sends it besides; it only gathers. `what` says what it gathers then.
    """

    fingerprint: str
    timeout: timedelta
    receivers: tuple[Receiver, ...]
    route: Route
    what: str = "others with its title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The rule that decided in a router, by its name; empty when none matched."""

    router_id: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """What routing decided: the alert with what actions set on it, and where it goes."""

    alert: Alert
    assignments: tuple[Assignment, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    aggregations: tuple[Aggregation, ...] = ()
    automations: tuple[str, ...] = ()
    ignored: bool = False
    matched: tuple[Matched, ...] = ()
    given_up: tuple[GivenUp, ...] = ()
    trace: Trace = ()

    @property
    def receivers(self) -> tuple[Receiver, ...]:
        """All who are named as receivers, now or later, each once."""
        assigned = (receiver for each in self.assignments for receiver in each.receivers)
        laddered = (receiver for each in self.ladders for receivers, _ in each.steps for receiver in receivers)
        gathered = (receiver for each in self.aggregations for receiver in each.receivers)
        return tuple(dict.fromkeys((*assigned, *laddered, *gathered)))

    @property
    def at_once(self) -> tuple[Receiver, ...]:
        """Whom the alert is assigned to without a delay, each once."""
        return tuple(dict.fromkeys(each for one in self.assignments if not one.delay for each in one.receivers))

    @property
    def direct(self) -> tuple[Receiver, ...]:
        """All whom the alert is assigned to, now or later, and those for whom it is held, each once."""
        assigned = (receiver for each in self.assignments for receiver in each.receivers)
        gathered = (receiver for each in self.aggregations for receiver in each.receivers)
        return tuple(dict.fromkeys((*assigned, *gathered)))

    @property
    def leads_somewhere(self) -> bool:
        """Whether anything becomes of the alert."""
        gathered = any(each.receivers for each in self.aggregations)
        return self.ignored or bool(self.assignments or self.ladders or gathered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What rules can see beside the alert: the payload's body and what came with it."""

    data: object = None
    log: Mapping[str, object] | None = None


def route(
    alert: Alert, material: Material, destinations: tuple[Receiver, ...], directory: Directory, now: datetime
) -> Routing:
    """Follow destinations through routers until only teams, users and schedules are left."""
    run = _RoutingRun(alert, material, directory, now)
    for destination in destinations:
        run.follow(destination, ())
        if run.ignored:
            break
    return run.result()


class _RoutingRun:
    """One routing under way; what it gathers becomes a `Routing`."""

    def __init__(self, alert: Alert, material: Material, directory: Directory, now: datetime) -> None:
        self._alert = alert
        self._material = material
        self._directory = directory
        self._now = now
        self._assignments: list[Assignment] = []
        self._ladders: list[Ladder] = []
        self._aggregations: list[Aggregation] = []
        self._automations: list[str] = []
        self._matched: list[Matched] = []
        self._given_up: list[GivenUp] = []
        self._trace: list[TraceLine] = []
        self._entered = 0
        self._led = 0
        self.ignored = False

    def result(self) -> Routing:
        description = noted(self._alert.description, tuple(self._given_up), "its default destination is asked")
        return Routing(
            alert=replace(self._alert, description=description),
            assignments=tuple(self._assignments),
            ladders=tuple(self._ladders),
            aggregations=tuple(self._aggregations),
            automations=tuple(dict.fromkeys(self._automations)),
            ignored=self.ignored,
            matched=tuple(self._matched),
            given_up=tuple(self._given_up),
            trace=tuple(self._trace),
        )

    def follow(self, receiver: Receiver, behind: tuple[Router, ...]) -> None:
        if receiver.kind is not ReceiverKind.ROUTER:
            self._assign((receiver,), timedelta(0))
            return
        router = self._directory.routers.get(receiver.id)
        if router is None:
            self._say("router", f"{receiver.id} does not exist any more")
            self._default(behind[-1] if behind else None, behind)
        elif behind and (reason := self._why_not_enter(router, behind)):
            self._turn_back(router, behind[0], reason)
        else:
            self._entered += 1
            self._enter(router, (*behind, router))

    def _why_not_enter(self, router: Router, behind: tuple[Router, ...]) -> str:
        if router.id in {each.id for each in behind}:
            return "it was passed through already"
        if len(behind) >= DEEPEST:
            return f"{DEEPEST} routers were passed through already"
        return f"{MOST_ENTERED} routers were entered already" if self._entered >= MOST_ENTERED else ""

    def _turn_back(self, router: Router, first: Router, reason: str) -> None:
        self._say(f"router:{router.handle}", f"not entered, {reason}; the default of router:{first.handle} is used")
        target = first.default_destination
        if target is None or target.kind is ReceiverKind.ROUTER:
            self._say(f"router:{first.handle}", "has no default destination that ends the circle")
            return
        self._assign((target,), timedelta(0))

    def _enter(self, router: Router, behind: tuple[Router, ...]) -> None:
        rules = self._rules(router)
        rule = self._first(router, rules) if rules else None
        self._matched.append(Matched(router_id=router.id, rule=rule.name if rule else ""))
        if rule is None:
            self._default(router, behind)
            return
        self._act(router, rule, behind)

    def _first(self, router: Router, rules: Rules) -> RouterRule | None:
        """The rule that decides. One that cannot be decided ends the search: whatever is below it is not asked."""
        found = rules.first.first(self._document(), self._now)
        self._tell_tried(router, rules, found.index if found else None)
        match found:
            case Match(index=index):
                return rules.rules[index]
            case Undecided(index=index, reason=reason):
                subject, name = f"router:{router.handle}", rules.rules[index].name
                self._given_up.append(GivenUp(object_id=router.id, subject=subject, rule=name, reason=reason))
                self._say(f"{subject} {name}", f"could not be decided: {reason}")
                return None
            case None:
                return None

    def _rules(self, router: Router) -> Rules | None:
        if not router.enabled:
            self._say(f"router:{router.handle}", "is disabled")
            return None
        try:
            return read_router(router.yaml)
        except Invalid as invalid:
            self._say(f"router:{router.handle}", f"cannot be read: {invalid.problems[0]}")
            return None

    def _tell_tried(self, router: Router, rules: Rules, index: int | None) -> None:
        tried = len(rules.rules) if index is None else index
        seen = self._document()
        for number in range(min(tried, _TOLD)):
            failure = rules.first.predicates[number].explain(seen, self._now)
            reason = f"{failure.path} {failure.condition}, seen {failure.seen}" if failure else "it does not match"
            self._say(
                f"router:{router.handle} {rules.rules[number].name}", f"did not match: {reason}", Verdict.DID_NOT_MATCH
            )
        if tried > _TOLD:
            self._say(f"router:{router.handle}", f"{tried - _TOLD} more rules did not match", Verdict.DID_NOT_MATCH)

    def _default(self, router: Router | None, behind: tuple[Router, ...]) -> None:
        if router is None:
            return
        if router.default_destination is None:
            self._say(f"router:{router.handle}", "has no default destination")
            return
        self._say(f"router:{router.handle}", "the default destination is used")
        self.follow(router.default_destination, behind)

    def _act(self, router: Router, rule: RouterRule, behind: tuple[Router, ...]) -> None:
        self._say(f"router:{router.handle} {rule.name}", "matched", Verdict.MATCHED)
        before = self._led
        for action in rule.actions:
            self._perform(router, rule, action, behind)
            if self.ignored:
                return
        if self._led == before:
            self._default(router, behind)

    def _perform(self, router: Router, rule: RouterRule, action: Action, behind: tuple[Router, ...]) -> None:
        self._say(f"router:{router.handle} {rule.name}", say_action(action))
        match action:
            case Assign():
                self._perform_assign(action, behind)
            case Aggregate():
                self._aggregate(router, rule, action)
            case Escalate():
                self._escalate(router, action)
            case Ignore() if self._given_up:
                self._say("ignore", f"not done: {self._given_up[0].said}")
            case Ignore():
                self.ignored = True
            case _:
                self._alter(action)

    def _alter(self, action: SetVal | FlagIncident | Attach | Automate) -> None:
        match action:
            case SetVal():
                self._set(action)
            case FlagIncident():
                message = self._words(action.message)
                self._alert = replace(self._alert, incident=Incident(severity=self._severity(action), message=message))
            case Attach():
                ids = self._known(action.ids, Stakeholder, "stakeholder:")
                attached = tuple(dict.fromkeys((*self._alert.stakeholder_ids, *ids)))
                self._alert = replace(self._alert, stakeholder_ids=attached)
            case Automate():
                self._automations += self._known(action.ids, Automation, "automation:")

    def _perform_assign(self, action: Assign, behind: tuple[Router, ...]) -> None:
        receivers = self._receivers(action.receivers)
        if action.delay:
            self._assign(receivers, action.delay)
            return
        for receiver in receivers:
            self.follow(receiver, behind)

    def _assign(self, receivers: tuple[Receiver, ...], delay: timedelta) -> None:
        self._led += len(receivers)
        known = {receiver for each in self._assignments if each.delay <= delay for receiver in each.receivers}
        fresh = tuple(each for each in receivers if each not in known)
        if fresh:
            self._assignments.append(Assignment(receivers=fresh, delay=delay))

    def _aggregate(self, router: Router, rule: RouterRule, action: Aggregate) -> None:
        seen = self._document()
        values = [value_at(seen, path) for path in action.by]
        receivers = self._receivers(action.receivers)
        if not receivers:
            return
        self._led += 1
        said = json.dumps([router.id, rule.name, action.by, values], sort_keys=True, default=str)
        self._aggregations.append(
            Aggregation(
                fingerprint=hashlib.sha256(said.encode()).hexdigest(),
                timeout=action.timeout,
                receivers=receivers,
                route=action.route,
            )
        )

    def _escalate(self, router: Router, action: Escalate) -> None:
        steps = tuple((self._receivers(step.receivers), step.timeout) for step in action.steps)
        filled = tuple((receivers, timeout) for receivers, timeout in steps if receivers)
        if filled:
            self._led += 1
            via = Receiver(kind=ReceiverKind.ROUTER, id=router.id)
            self._ladders.append(Ladder(receiver=via, steps=filled, repeat=action.repeat))

    def _set(self, action: SetVal) -> None:
        changes: dict[str, object] = {}
        if action.title is not None:
            changes["title"] = self._words(action.title) or self._alert.title
        if action.description is not None:
            changes["description"] = self._words(action.description)
        if action.tags is not None:
            changes["tags"] = tuple(tag for tag in (self._words(each) for each in action.tags) if tag)
        if action.urgency is not None:
            changes |= {"urgency": self._urgency(self._words(action.urgency)), "urgency_ruled": True}
        self._alert = replace(self._alert, **changes)  # type: ignore[arg-type]  # each value has its field's type

    def _urgency(self, text: str) -> Urgency:
        wanted = text.strip().lower()
        if wanted in set(Urgency):
            return self._no_less(Urgency(wanted))
        self._say("setval", f"{wanted!r:.40} is no urgency; {self._alert.urgency} is kept")
        return self._alert.urgency

    def _severity(self, action: FlagIncident) -> Severity:
        if isinstance(action.severity, Severity):
            return action.severity
        said = self._words(action.severity).strip().upper()
        if said not in set(Severity):
            self._say("incident", f"{said!r:.40} is no severity; it is left unknown")
        return Severity(said) if said in set(Severity) else Severity.UNKNOWN

    def _no_less(self, wanted: Urgency) -> Urgency:
        """The urgency that is set; none that is lower, once a rule could not be decided."""
        if not self._given_up or wanted.loudness >= self._alert.urgency.loudness:
            return wanted
        self._say("setval", f"{self._alert.urgency} is kept: {self._given_up[0].said}")
        return self._alert.urgency

    def _words(self, words: Words) -> str:
        if isinstance(words, str):
            return words
        try:
            return words.render(self._document(), self._now)
        except TemplateFailed as failed:
            self._say("template", f"failed and was left empty: {failed}")
            return ""

    def _receivers(self, texts: tuple[str, ...]) -> tuple[Receiver, ...]:
        found = {text: self._directory.receiver(text) for text in texts}
        for text in (text for text, receiver in found.items() if receiver is None):
            self._say(text, "does not exist any more")
        return tuple(dict.fromkeys(receiver for receiver in found.values() if receiver))

    def _known(self, ids: tuple[str, ...], kind: type[Stakeholder] | type[Automation], prefix: str) -> list[str]:
        found = {each: self._directory.get(kind, each.removeprefix(prefix)) for each in ids}
        for text in (text for text, known in found.items() if known is None):
            self._say(text, "does not exist any more")
        return [known.id for known in found.values() if known]

    def _document(self) -> Document:
        integration = self._directory.integrations.get(self._alert.integration_id or "")
        return document(self._alert, self._material.data, self._material.log or {}, integration)

    def _say(self, subject: str, said: str, verdict: Verdict | None = None) -> None:
        self._trace.append(TraceLine(stage=Stage.ROUTER, subject=subject, said=said, verdict=verdict))
