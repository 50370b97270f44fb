"""Who is on call, in words, for commands and the App Home."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.directory import Directory
from bot.engine.model import User
from bot.engine.schedules import Schedule, Shift, on_call
from bot.engine.staffing import gone_from, staffed
from bot.engine.teams_on_call import OnCall
from bot.slack.blocks import line, mention, when


def say_team(team_on_call: OnCall, directory: Directory) -> str:
    """One team: each layer with who is on call in it and until when."""
    return "\n".join(
        [f"*{line(team_on_call.team.name, 80)}* `team:{team_on_call.team.handle}`", *_layers(team_on_call, directory)]
    )


def _layers(found: OnCall, directory: Directory) -> Iterator[str]:
    if not found.layers:
        yield "No schedule: nobody is paged."
    for layer in found.layers[:10]:
        people = [_say(shift, directory) for shift in found.shifts if shift.layer == layer]
        yield f"Layer {layer}: {', '.join(people[:10]) or 'nobody on call'}{say_gone(found.gone, layer, directory)}"


def _say(shift: Shift, directory: Directory) -> str:
    return f"{name(directory, shift.user_id)} until {when(shift.end_at)}"


def gone_now(schedule: Schedule, directory: Directory, now: datetime) -> tuple[Shift, ...]:
    """The shifts at an instant of those who are here no more. Raises Invalid where it cannot be computed."""
    gone = gone_from(schedule, directory)
    return tuple(each for each in on_call(schedule, now) if each.user_id in gone) if gone else ()


def say_gone(gone: Iterable[Shift], layer: int, directory: Directory) -> str:
    """Name those who would be on call in a layer, were they still here."""
    names = [name(directory, each.user_id) for each in gone if each.layer == layer]
    return f" (⚠️ {', '.join(names[:5])} {'is' if len(names) == 1 else 'are'} deactivated)" if names else ""


def name(directory: Directory, user_id: str) -> str:
    """Name somebody so that their profile opens."""
    user = directory.users.get(user_id)
    return mention(user.slack_id, user.name) if user else "somebody who is gone"


def own(teams: tuple[OnCall, ...], user: User, directory: Directory) -> tuple[str, ...]:
    """The layers that somebody answers for now, one line each: for whom, until when, and who is next."""
    return tuple(
        f"*{line(each.team.name, 80)}*, layer {shift.layer}, until {when(shift.end_at)}{_after(each, shift, directory)}"
        for each in teams
        for shift in each.shifts
        if shift.user_id == user.id
    )


def _after(found: OnCall, shift: Shift, directory: Directory) -> str:
    """Who has the layer when a shift is over."""
    schedule = directory.schedules.get(found.team.schedule_id or "")
    present = on_call(staffed(schedule, directory), shift.end_at, shift.layer) if schedule else ()
    names = ", ".join(name(directory, each.user_id) for each in present[:3])
    return f"; then {names}" if names else "; then nobody"
