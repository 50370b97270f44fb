"""Calls of Slack that are tried again: where it asks to wait, has trouble, or does not answer.

Only for calls that may be made twice, because the second leaves things as the first did: a view that is replaced.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.errors import Rejected, Undelivered
from bot.slack.web import SlackWeb

_PAUSES = (0.5, 2.0, 5.0)  # seconds before each further attempt, where Slack names none
_LONGEST = 10.0  # seconds; a person who looks at a form is told sooner than that


def insist(
    slack: SlackWeb, method: str, arguments: Mapping[str, Any], sleep: Callable[[float], None] = time.sleep
) -> Mapping[str, Any]:
    """Call a method until Slack takes it, at its own word. Raises the last `Undelivered` error; `Rejected` at once."""
    for pause in _PAUSES:
        try:
            return slack.call(method, arguments)
        except Rejected:
            raise
        except Undelivered as error:
            wait = pause if error.retry_after is None else error.retry_after
            if wait > _LONGEST:
                raise
            sleep(wait)
    return slack.call(method, arguments)
