"""Who is on call, in words, for commands and the App Home."""

from collections.abc import Iterator

from bot.engine.directory import Directory
from bot.engine.model import User
from bot.engine.schedules import Shift
from bot.service.alert_cards import OnCall
from bot.slack.blocks import line, mention, when


def say_team(on_call: OnCall, directory: Directory) -> str:
    """One team: each layer with who is on call in it and until when."""
    return "\n".join([f"*{line(on_call.team.name, 80)}* `team:{on_call.team.handle}`", *_layers(on_call, directory)])


def _layers(on_call: OnCall, directory: Directory) -> Iterator[str]:
    if not on_call.layers:
        yield "No schedule: nobody is paged."
    for layer in on_call.layers[:10]:
        people = [_say(shift, directory) for shift in on_call.shifts if shift.layer == layer]
        yield f"Layer {layer}: {', '.join(people[:10]) or 'nobody on call'}"


def _say(shift: Shift, directory: Directory) -> str:
    return f"{name(directory, shift.user_id)} until {when(shift.end_at)}"


def name(directory: Directory, user_id: str) -> str:
    """Name somebody so that their profile opens."""
    user = directory.users.get(user_id)
    return mention(user.slack_id, user.name) if user else "somebody who is gone"


def own(on_call: tuple[OnCall, ...], user: User) -> tuple[str, ...]:
    """The layers that somebody answers for now, one line each."""
    return tuple(
        f"*{line(each.team.name, 80)}*, layer {shift.layer}, until {when(shift.end_at)}"
        for each in on_call
        for shift in each.shifts
        if shift.user_id == user.id
    )
