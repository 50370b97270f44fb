"""What is somebody's own: open alerts, what they are on call for, and how they are reached."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from bot.engine import teams_on_call
from bot.engine.alerts.lifecycle import Verb, allows, is_asking
from bot.engine.directory import Directory
from bot.engine.escalation.who_is_asked import concerns
from bot.engine.model import Alert, ChannelKinds, Contact, Role, Status, User
from bot.engine.paging.readiness import advice, shortcomings
from bot.engine.schedules import Schedule, Shift, next_shifts
from bot.errors import Invalid
from bot.handlers import alert_lists, health_lines, on_call_lines, permits
from bot.handlers.buttons import NEXT_INTEGRATION, NEXT_TEAM, run
from bot.handlers.pictures import picture
from bot.handlers.visit import Visit
from bot.ports import AlertFilter, AlertOrder
from bot.slack.blocks import Block, actions, button, code, context, line, section, when
from bot.slack.cards import ACKNOWLEDGE, RESOLVE, ticket
from bot.slack.web import HEARS

_MOST = 10
_LOOKED_AT = 1_000  # alerts, the most urgent first, that are looked through for those that are theirs still
_MOST_NEXT = 5
_MOST_FINDINGS = 12
_UNDER_WAY = (Status.OPEN, Status.ACKNOWLEDGED, Status.DROPPED)


def overview(visit: Visit) -> tuple[Block, ...]:
    """Alerts that the person was asked about and that are not over, and their shifts."""
    return (*_alerts(visit), *_on_call(visit), _buttons(visit))


def page(visit: Visit) -> tuple[Block, ...]:
    """All of somebody's App Home."""
    return (
        *_unheard(visit),
        *_alerts(visit),
        *_on_call(visit),
        *_drawn(visit),
        *_reached(visit),
        _buttons(visit),
        *_health(visit),
    )


def _unheard(visit: Visit) -> Iterator[Block]:
    """What to type while the app lacks the permission to hear what is written to it."""
    if visit.is_deaf:
        mend = (
            "An admin of the workspace installs the app again with the current manifest, which asks for the permission"
        )
        yield section(
            "⚠️ What you write to me under *Messages* is not heard. Press a card's buttons, or type "
            f"`/pagertree alert ack #12` in any conversation. {mend} `{HEARS}` and the event `message.im`."
        )


# --- Alerts -------------------------------------------------------------------------------------------------------


def _alerts(visit: Visit) -> Iterator[Block]:
    """The most urgent of somebody's alerts that are not over, and how many more there are."""
    wanted = AlertFilter(statuses=_UNDER_WAY, concerned_id=visit.user.id, order=AlertOrder.URGENCY, limit=_LOOKED_AT)
    with visit.ports.store.begin() as uow:
        asked = uow.alerts(wanted)
        own = [each for each in asked if concerns(each, visit.user.id)]
        found, left = own[:_MOST], len(own) - _MOST
        rows = tuple(alert_lists.rows_of(uow, found, visit.now))
    yield section("*Your alerts*" if found else "*Your alerts*\nNone. Nothing waits for you.")
    for alert, row in zip(found, rows, strict=True):
        yield row
        yield _answers(alert)
    if left > 0:
        more = f"and {left:,}{' or more' if len(asked) == _LOOKED_AT else ''} more, less urgent or older"
        yield section(more, run("All of mine", "alert list --mine --sort urgency"))


def _confirms(alert: Alert, verb: Verb) -> bool:
    """Whether a verb says that somebody knows that what they have got worse."""
    return verb is Verb.ACKNOWLEDGE and is_asking(alert)


def _answers(alert: Alert) -> Block:
    """The buttons of an alert in a list: the same as on its card, with an id of their own for each alert."""
    value = ticket(alert.id, alert.version)
    verbs = ((Verb.ACKNOWLEDGE, ACKNOWLEDGE, "Acknowledge", "primary"), (Verb.RESOLVE, RESOLVE, "Resolve", ""))
    fitting = [each for each in verbs if allows(alert.status, each[0]) or _confirms(alert, each[0])]
    shown = [button(action_id, label, value, style) for _, action_id, label, style in fitting]
    return actions(*shown, run("Why?", f"why #{alert.number}")) | {"block_id": f"alert.{alert.number}"}


# --- Duty ---------------------------------------------------------------------------------------------------------


def _on_call(visit: Visit) -> Iterator[Block]:
    directory = visit.directory()
    now = on_call_lines.own(teams_on_call.on_call_now(directory, visit.now), visit.user, directory)
    yield section("*On call*\n" + ("\n".join(now) or "You are not on call now."))
    if ahead := list(_ahead(visit, directory)):
        yield section("*Next*\n" + "\n".join(ahead[:_MOST_NEXT]))


def _drawn(visit: Visit) -> Iterator[Block]:
    """The schedule that the person takes turns in, as a picture."""
    own = _own_schedule(visit)
    if own:
        yield from picture(visit, own)


def _ahead(visit: Visit, directory: Directory) -> list[str]:
    """When somebody's next shifts begin, soonest first."""
    found = [
        (shift.start_at, f"*{line(schedule.name, 80)}*, layer {shift.layer}, from {when(shift.start_at)}")
        for schedule in directory.schedules.values()
        if _is_named(schedule, visit.user, visit.now)
        for shift in _next(schedule, visit.user, visit.now)
    ]
    return [said for _, said in sorted(found)]


def _is_named(schedule: Schedule, user: User, now: datetime) -> bool:
    ahead = (override for override in schedule.overrides if override.end_at > now)
    return _takes_part(schedule, user) or any(user.id in override.user_ids for override in ahead)


def _next(schedule: Schedule, user: User, now: datetime) -> tuple[Shift, ...]:
    try:
        return next_shifts(schedule, user.id, now)
    except Invalid:
        return ()


# --- How they are reached -----------------------------------------------------------------------------------------


def _reached(visit: Visit) -> Iterator[Block]:
    user, directory = visit.user, visit.directory()
    lines = [f"You are paged {say_how_paged(user, directory)}.", *_contacts(user, directory.channel_kinds)]
    yield section("*How you are reached*\n" + "\n".join((*lines, *warnings(visit, user))))


def say_how_paged(user: User, directory: Directory) -> str:
    """By which rule, in which version where it is not the newest, or on which channels."""
    taken = directory.rule_of(user)
    if taken is None:
        return f"at once by {line(', '.join(user.channels), 200)}"
    newest = directory.versions.get(taken.rule.id, 0)
    handle = code(f"/pagertree rule take {taken.rule.handle}")
    old = f", in version {taken.version}; version {newest} is somebody else's, and {handle} takes it"
    return f"by the rule *{line(taken.rule.name, 100)}*{old if user.kept_rule else ''}"


def _contacts(user: User, kinds: ChannelKinds) -> Iterator[str]:
    """Each address, and how many devices: what is kept of those is long, and theirs to sign with."""
    hidden = [each for each in user.contacts if kinds.is_hidden(each.channel)]
    yield from (_contact(each) for each in user.contacts if each not in hidden)
    for channel, count in Counter(each.channel for each in hidden).items():
        yield f"✅ {channel} to {count} {'device' if count == 1 else 'devices'}"


def _contact(contact: Contact) -> str:
    said = f"{contact.channel} {line(contact.address, 80)}"
    if contact.stopped_at:
        return f"⚠️ {said}: you sent STOP, so that no texts come to it until you send START; calls do"
    return f"✅ {said}" if contact.verified_at else f"⚠️ {said}: not verified, so it is not used"


def warnings(visit: Visit, user: User) -> tuple[str, ...]:
    """What keeps pages from somebody, else that one way alone is little; as markup, said to them."""
    directory, set_up, allow = visit.directory(), visit.ports.channels, visit.ports.phone_allow
    found = shortcomings(user, directory, set_up, allow) or (advice(user, directory, set_up),)
    return tuple(f"⚠️ {line(each, 300)}" for each in found if each)


# --- The rest -----------------------------------------------------------------------------------------------------


def _buttons(visit: Visit) -> Block:
    return actions(
        *_beginning(visit),
        run("Page somebody", "alert page"),
        *_handing_over(visit),
        run("Open alerts", "alert list --status open"),
        run("Who is on call", "oncall"),
        run("My channels", "me"),
        run("Everything else", "help"),
    )


def _beginning(visit: Visit) -> Iterator[Block]:
    """What an admin of a new installation has to make first."""
    directory = visit.directory()
    if visit.user.role is not Role.ADMIN or directory.integrations:
        return
    yield NEXT_INTEGRATION if directory.teams else NEXT_TEAM


def _handing_over(visit: Visit) -> Iterator[Block]:
    """How the person gets out of a shift: others are asked to take it, or two of them swap."""
    own = _own_schedule(visit)
    if own and (permits.may_change(visit, own.id) or permits.is_of(visit, own.id)):
        yield run("Somebody takes my shift", f"oncall cover {own.handle}")
        yield run("Swap a shift of mine", f"oncall swap {own.handle}")


def _own_schedule(visit: Visit) -> Schedule | None:
    """The first schedule that the person takes turns in."""
    found = visit.directory().all(Schedule)
    mine = (each for each in found if isinstance(each, Schedule) and _takes_part(each, visit.user))
    return next(mine, None)


def _takes_part(schedule: Schedule, user: User) -> bool:
    return any(user.id in event.attendees for event in schedule.events)


def _health(visit: Visit) -> Iterator[Block]:
    if visit.user.role is not Role.ADMIN:
        return
    figures = visit.figures.known(visit.ports, visit.now, visit.credentials)
    troubles = [each for each in figures.findings if not each.well]
    yield section("*Health*" if troubles else f"*Health*\n{health_lines.say_well(figures)}")
    yield from map(health_lines.row, troubles[:_MOST_FINDINGS])
    if (left := len(troubles) - _MOST_FINDINGS) > 0:
        yield section(f"and {left:,} more", run("All of them", "health"))
    if well := [each.said for each in figures.findings if each.well]:
        yield context(line(" · ".join(well), 1_500))
    yield actions(run("Changes", "audit list"), run("Integrations", "integration list"), run("Routers", "router list"))
