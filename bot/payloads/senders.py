"""Senders that people have: a type declares as `SENDERS` whom it reads, for the table in the documentation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender, a note, and the types beside this one that read it `also`, the best first; `last` is the end's."""

    name: str
    note: str = ""
    also: tuple[str, ...] = ()
    last: bool = False
