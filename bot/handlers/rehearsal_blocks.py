"""A rehearsal as blocks: the rule and why, who is on call then, and who would hear what when."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.model import NoticeKind, Stage, Verdict
from bot.engine.rehearsal.playthrough import ForeseenPage, Rehearsal, who_is_on_call
from bot.slack.blocks import Block, context, line, section, when

_MOST_PAGES = 25
_MOST_REASONS = 25
_SIGNS: Mapping[Verdict | None, str] = {None: "      →", Verdict.MATCHED: "✅", Verdict.DID_NOT_MATCH: "•"}
_CONVERSATION = re.compile(r"[CG][A-Z0-9]{6,}")  # Slack's ids of channels, which it shows by name


def say_rehearsed() -> Block:
    """Say that all this was a rehearsal. Only where nothing follows from it: the forms that send say what they do."""
    return context("This was a rehearsal: nothing was stored and nobody was paged.")


def draw(rehearsal: Rehearsal, directory: Directory) -> Iterator[Block]:
    """Draw what would become of one alert if nobody answered."""
    yield section(_alert(rehearsal))
    if rehearsal.is_lost:
        yield section("⚠️ *Nobody would be paged.*")
    yield section("*Rules*\n" + "\n".join(_rules(rehearsal)))
    yield section(f"*Goes to*\n{_receivers(rehearsal, directory)}")
    if on_call := list(_on_call(rehearsal, directory)):
        yield section("*On call then*\n" + "\n".join(on_call))
    if ladder := list(_ladder(rehearsal)):
        yield section("*If nobody answers*\n" + "\n".join(ladder))


def _alert(rehearsal: Rehearsal) -> str:
    alert = rehearsal.alert
    tags = f" · {line(', '.join(alert.tags), 200)}" if alert.tags else ""
    incident = f" · 🚨 {alert.incident.severity} {line(alert.incident.message, 200)}" if alert.incident else ""
    return f"*{line(alert.title, 300)}*\n{alert.urgency} urgency{tags}{incident} · at {when(rehearsal.at)}"


def _rules(rehearsal: Rehearsal) -> Iterator[str]:
    told = [each for each in rehearsal.routing.trace if each.stage is Stage.ROUTER]
    for each in told[:_MOST_REASONS]:
        yield f"{_SIGNS[each.verdict]} *{line(each.subject, 120)}*: {line(each.said, 300)}"
    if not told:
        yield "None is asked: it goes straight to its destinations."
    if len(told) > _MOST_REASONS:
        yield f"… and {len(told) - _MOST_REASONS} more"


def _receivers(rehearsal: Rehearsal, directory: Directory) -> str:
    if rehearsal.ignored:
        return "nobody: a router ignores it"
    names = ", ".join(directory.name(each) for each in rehearsal.routing.receivers)
    held = " (gathered with others like it first)" if rehearsal.aggregated else ""
    return f"{line(names, 500) or 'nobody'}{held}"


def _on_call(rehearsal: Rehearsal, directory: Directory) -> Iterator[str]:
    for receiver in rehearsal.routing.receivers[:10]:
        for seat in list(who_is_on_call(receiver, directory, rehearsal.at))[:10]:
            override = ", by an override" if seat.is_override else ""
            yield f"{line(directory.name(receiver), 80)} {line(seat.who, 200)}{override}"


def _ladder(rehearsal: Rehearsal) -> Iterator[str]:
    if rehearsal.ignored:
        return
    for _, together in groupby(rehearsal.ladder[:_MOST_PAGES], key=lambda page: replace(page, channel="", address="")):
        pages = tuple(together)
        channels = ", ".join(dict.fromkeys(page.channel for page in pages))
        yield f"{_after(pages[0], rehearsal)} {_said(pages[0], channels)}"
    if len(rehearsal.ladder) > _MOST_PAGES:
        yield f"… and {len(rehearsal.ladder) - _MOST_PAGES} more messages"
    if rehearsal.dropped_at:
        yield f"`+{say_duration(rehearsal.dropped_at - rehearsal.at)}` dropped: nobody is left to page"
    if rehearsal.cut_off:
        yield "… and so on: it goes on for longer than a rehearsal does"


def _after(page: ForeseenPage, rehearsal: Rehearsal) -> str:
    after = page.at - rehearsal.at
    return f"`+{say_duration(after)}`" if after else "`at once`"


def _said(page: ForeseenPage, channels: str) -> str:
    if page.kind is NoticeKind.CARD:
        return "a card in the team's Slack channel"
    to = f"<#{page.to}>" if _CONVERSATION.fullmatch(page.to) else line(page.to, 80)
    if page.kind is not NoticeKind.OPEN:
        return f"{to} by {channels}: told that it was {page.kind.removeprefix('alert.')}"
    again = f", pass {page.passage + 1}" if page.passage else ""
    return f"{to} by {channels}: layer {page.layer}{again} of {line(page.receiver, 80)}"
