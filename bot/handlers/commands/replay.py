"""`/pagertree replay`: a stored payload once more."""

from bot.handlers.modals.replay import ask_how
from bot.handlers.table import Argument, Arguments, Command, Noun
from bot.handlers.visit import Visit
from bot.slack.forms import Form

_LOG = Argument(name="payload")


def _replay(visit: Visit, arguments: Arguments) -> Form:
    return ask_how(visit, arguments.words[_LOG.name].text)


NOUN = Noun(
    name="replay",
    summary="A stored payload once more: dry, to you only, or for real.",
    commands=(
        Command(
            verb="",
            summary="Rehearse a payload as if it came now; then page yourself with it or, as admin, take it in.",
            run=_replay,
            arguments=(_LOG,),
            opens="Replay",
            example="replay log_01k9m5r2t3vwxyz01234",
        ),
    ),
)
