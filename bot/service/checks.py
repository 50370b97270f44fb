"""Whether an object can be saved: every problem at once, in words that say how to mend it."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import TypeVar

from bot.engine.calls import voicemail
from bot.engine.directory import Configured, Directory
from bot.engine.durations import say_duration
from bot.engine.intake.automation_requests import METHODS
from bot.engine.model import (
    Automation,
    Integration,
    Maintenance,
    NotificationRule,
    Policy,
    Receiver,
    ReceiverKind,
    Router,
    Stakeholder,
    Team,
    User,
)
from bot.engine.rehearsal.router_tests import check_tests
from bot.engine.rules.integrations import check_destinations
from bot.engine.rules.notifications import check_notification_rule
from bot.engine.rules.routers import check_names, say_way, way_back
from bot.engine.schedules import Schedule
from bot.engine.schedules import check as check_schedule
from bot.engine.schedules.maintenance import as_schedule
from bot.engine.schedules.zone_names import suggest_zone, zone_names
from bot.errors import Invalid, Problem
from bot.languages.handlebars import compile_template
from bot.ports import Source
from bot.service.option_checks import option_problems

LONGEST_NAME = 100
MOST_LAYERS = 20
_MOST_ADDRESSES = 100
_SHORTEST_TIMEOUT = timedelta(seconds=10)
_SHORTEST_REMINDER = timedelta(minutes=1)
_MOST_REPEATS = 3

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "idempotency-key"})

C = TypeVar("C", bound=Configured)


def check(body: Configured, directory: Directory, sources: Mapping[str, Source]) -> None:
    """Raise `Invalid` with every problem of an object. `directory` already includes it and what comes with it."""
    problems = [*_check_name(body), *_check_body(body, directory, sources)]
    if problems:
        raise Invalid(problems)


def _check_name(body: Configured) -> Iterator[Problem]:
    if not body.name.strip():
        yield Problem(where=("name",), message="The name is empty.", mend="Give it a name.")
    if len(body.name) > LONGEST_NAME:
        yield Problem(where=("name",), message=f"The name has {len(body.name)} characters; the most is {LONGEST_NAME}.")


def _check_body(body: Configured, directory: Directory, sources: Mapping[str, Source]) -> Iterator[Problem]:
    match body:
        case Integration():
            yield from _check_integration(body, directory, sources)
        case Router():
            yield from _check_router(body, directory)
        case NotificationRule():
            yield from _collected(("yaml",), lambda: check_notification_rule(body.yaml, directory.channel_kinds))
        case Maintenance() | Stakeholder() | Automation():
            yield from _check_extras(body, directory)
        case _:
            yield from _check_people(body, directory)


def _check_people(body: Team | Policy | Schedule | User, directory: Directory) -> Iterator[Problem]:
    match body:
        case Team():
            yield from _check_team(body, directory)
        case Policy():
            yield from _check_policy(body, directory)
        case Schedule():
            yield from check_schedule(body)
        case User():
            yield from _check_user(body)


def _check_integration(body: Integration, directory: Directory, sources: Mapping[str, Source]) -> Iterator[Problem]:
    source = sources.get(body.type)
    if source is None:
        mend = f"The types are {', '.join(sources)}."
        yield Problem(where=("type",), message=f"There is no integration type {body.type!r:.80}.", mend=mend)
    else:
        yield from (_inside(("options",), problem) for problem in option_problems(source, body.options))
    for template in ("title_template", "description_template"):
        text = body.title_template if template == "title_template" else body.description_template
        yield from _collected((template,), partial(compile_template, text))
    yield from _check_receivers(body.destinations, "destinations", directory)
    for name, span in (("auto_aggregate", body.auto_aggregate), ("auto_resolve", body.auto_resolve)):
        if span is not None and span < _SHORTEST_TIMEOUT:
            said = f"{name} is {say_duration(span)}."
            yield Problem(where=(name,), message=said, mend=f"Use {say_duration(_SHORTEST_TIMEOUT)} at least, or none.")
    if body.rules.strip():
        yield from _collected(("rules",), lambda: check_destinations(body.rules, directory))


def _check_router(body: Router, directory: Directory) -> Iterator[Problem]:
    wrong = _collected(("yaml",), lambda: check_names(body, directory))
    yield from wrong or _collected(("yaml",), lambda: check_tests(body, directory))
    if body.default_destination:
        yield from _check_receivers((body.default_destination,), "default_destination", directory)
        way = way_back(body.default_destination, body.id, directory)
        if way:
            said = f"The default destination leads back to this router{say_way(way)}."
            yield Problem(where=("default_destination",), message=said, mend="Choose a team, user or schedule.")


def _check_receivers(receivers: tuple[Receiver, ...], where: str, directory: Directory) -> Iterator[Problem]:
    for receiver in receivers:
        if directory.receiver(str(receiver)) is None:
            yield Problem(where=(where,), message=f"{receiver} does not exist.", mend="Choose another receiver.")


def _check_team(body: Team, directory: Directory) -> Iterator[Problem]:
    for member in body.members:
        if member.user_id not in directory.users:
            yield Problem(where=("members",), message=f"There is no user {member.user_id}.")
    if body.schedule_id and body.schedule_id not in directory.schedules:
        yield Problem(where=("schedule",), message=f"There is no schedule {body.schedule_id}.")
    if body.policy_id and body.policy_id not in directory.policies:
        yield Problem(where=("policy",), message=f"There is no escalation policy {body.policy_id}.")


def _check_policy(body: Policy, directory: Directory) -> Iterator[Problem]:
    if not 1 <= len(body.layers) <= MOST_LAYERS:
        yield Problem(where=("layers",), message=f"A policy has 1 to {MOST_LAYERS} layers, not {len(body.layers)}.")
    if body.remind_after is not None and body.remind_after < _SHORTEST_REMINDER:
        mend = f"Wait {say_duration(_SHORTEST_REMINDER)} at least."
        yield Problem(where=("remind_after",), message="Reminders would come too often.", mend=mend)
    for layer in (layer for layer in body.layers if layer.timeout < _SHORTEST_TIMEOUT):
        said = f"Layer {layer.number} waits {say_duration(layer.timeout) or '0s'}."
        mend = f"Nobody can answer that fast: wait {say_duration(_SHORTEST_TIMEOUT)} at least."
        yield Problem(where=("layers",), message=said, mend=mend)
    if not 0 <= body.repeat <= _MOST_REPEATS:
        yield Problem(where=("repeat",), message=f"A policy repeats 0 to {_MOST_REPEATS} times, not {body.repeat}.")
    yield from _check_receivers(body.reassign, "reassign", directory)
    for receiver in (each for each in body.reassign if each.kind not in {ReceiverKind.TEAM, ReceiverKind.USER}):
        yield Problem(where=("reassign",), message=f"{receiver} is no team and no user.", mend="Reassign to one.")


def _check_user(body: User) -> Iterator[Problem]:
    if body.zone not in zone_names():
        said = f"There is no time zone {body.zone!r:.60}."
        yield Problem(where=("zone",), message=said, mend=suggest_zone(body.zone))


def _check_extras(body: Maintenance | Stakeholder | Automation, directory: Directory) -> Iterator[Problem]:
    match body:
        case Maintenance():
            yield from _check_times(body)
            for each in (each for each in body.integration_ids if each not in directory.integrations):
                yield Problem(where=("integrations",), message=f"There is no integration {each}.")
        case Stakeholder():
            yield from _check_stakeholder(body, directory)
        case Automation():
            yield from _check_automation(body)


def _check_stakeholder(body: Stakeholder, directory: Directory) -> Iterator[Problem]:
    if not body.user_ids and not body.emails:
        yield Problem(where=("users",), message="There is nobody in it.", mend="Name a person or an address.")
    for each in (each for each in body.user_ids if each not in directory.users):
        yield Problem(where=("users",), message=f"There is no user {each}.")
    if len(body.emails) > _MOST_ADDRESSES:
        yield Problem(
            where=("emails",), message=f"There are {len(body.emails)} addresses; the most is {_MOST_ADDRESSES}."
        )
    for address in (each for each in body.emails if not voicemail.is_address(each)):
        said = f"{address!r:.80} is no email address."
        yield Problem(where=("emails",), message=said, mend="Write it like press@example.com.")


def _check_times(body: Maintenance) -> Iterator[Problem]:
    if body.end_at <= body.start_at:
        yield Problem(where=("end_at",), message="The window ends before it starts.", mend="Move one of them.")
        return
    wrong = _collected((), lambda: as_schedule(body))
    yield from wrong or check_schedule(as_schedule(body))


def _check_automation(body: Automation) -> Iterator[Problem]:
    if not body.url.startswith(("https://", "http://")):
        mend = "Write the whole address."
        yield Problem(where=("url",), message="The URL has to start with https:// or http://.", mend=mend)
    if body.method.upper() not in METHODS:
        mend = f"Use one of {', '.join(METHODS)}."
        yield Problem(where=("method",), message=f"There is no method {body.method!r:.20}.", mend=mend)
    for name in (name for name in body.headers if not _HEADER.fullmatch(name) or name.lower() in _OURS):
        mend = "Use letters, digits and dashes; credentials, Host and lengths are set elsewhere."
        yield Problem(where=("headers", name), message=f"{name!r:.60} cannot be set as a header.", mend=mend)
    texts = {("url",): body.url, ("body",): body.body} | {
        ("headers", name): text for name, text in body.headers.items()
    }
    for where, text in texts.items():
        yield from _collected(where, partial(compile_template, text))


def _collected(where: tuple[str | int, ...], run: Callable[[], object]) -> tuple[Problem, ...]:
    try:
        run()
    except Invalid as invalid:
        return tuple(_inside(where, problem) for problem in invalid.problems)
    return ()


def _inside(where: tuple[str | int, ...], problem: Problem) -> Problem:
    return Problem(
        message=problem.message,
        mend=problem.mend,
        where=(*where, *problem.where),
        line=problem.line,
        column=problem.column,
    )
