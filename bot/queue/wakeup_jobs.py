"""RQ's jobs as a worker takes them: a name from a fixed table, and nothing else of what stands in Redis.

RQ imports and calls whatever a job names, with the arguments and callbacks that stand beside it: whoever can write to
Redis could run anything here. So a job's name is looked up, never imported, and all its other words are not read.
"""

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any

import msgspec
from rq.job import Job as RQJob

from bot.ports import Job

_LONGEST = 1_000  # bytes of what a job says; a wake-up has about 40
_SHOWN = 80  # characters of a foreign name
_SECONDS = 300  # RQ's limit on a wake-up, which only sets an event


def name_of(job: Job) -> str:
    """What a wake-up is called in Redis. Two versions of the bot have to know the same names."""
    return f"bot.jobs.{job}"


NAMED: Mapping[str, Job] = {name_of(job): job for job in Job}


class RefusedJob(Exception):
    """A job in Redis is no wake-up; it was not run. Its text says what it is."""


class WakeUpJob(RQJob):
    """A job of which only the name counts. Arguments, callbacks, webhooks, retries and dependencies are not read."""

    def restore(self, raw_data: Any) -> Any:
        """Take over what the job is to be called, and the line that it came from."""
        kept = {name: raw_data[name] for name in (b"data", b"origin") if name in raw_data}
        kept[b"origin"] = kept.get(b"origin", b"").decode("utf-8", "replace").encode()
        super().restore({b"data": b"", **kept})
        self.timeout, self.result_ttl, self.failure_ttl = _SECONDS, 0, 0

    def asked(self) -> Job:
        """What is woken. Raises `RefusedJob`."""
        try:
            name, *rest = msgspec.json.decode(self.data[: _LONGEST + 1], type=list[Any])
        except (msgspec.MsgspecError, ValueError, RecursionError, UnicodeError):
            raise RefusedJob("it cannot be read") from None
        if not isinstance(name, str) or name not in NAMED:
            raise RefusedJob(f"it names {str(name)[:_SHOWN]!r}")
        if any(rest):
            raise RefusedJob(f"it gives arguments to {name!r}")
        return NAMED[name]

    @property
    def func(self) -> Any:
        """The function of the table. Raises `RefusedJob`."""
        return resolve_name(name_of(self.asked()))

    def _execute(self) -> Any:
        """Wake, with no arguments."""
        return self.func()
