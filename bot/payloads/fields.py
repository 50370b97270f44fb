"""Reading senders that say one thing in one object: which of its fields hold what, as a declaration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import TypeAlias

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import headlines, reading, urgencies, values
from bot.payloads.signals import CREATE, formerly, signal
from bot.ports import Request

Patterns: TypeAlias = str | tuple[str, ...]
Kinds: TypeAlias = Mapping[str, SignalKind | None]
Piece: TypeAlias = tuple[str, str]  # literal text, then the path of what follows it ("" at the end)

NOWHERE: dict[str, object] = {}


def pieces(pattern: str) -> tuple[Piece, ...]:
    """A pattern of ours such as `{server}: {check.name}`, cut into texts and paths. Payloads are never cut so."""
    return tuple((literal, path or "") for literal, path, _, _ in Formatter().parse(pattern))


@dataclass(frozen=True, slots=True)
class Wording:
    """Patterns to try in turn: the first whose every field holds something counts."""

    alternatives: tuple[tuple[Piece, ...], ...]

    @classmethod
    def of(cls, patterns: Patterns) -> "Wording":
        """The wording of one pattern or several."""
        return cls(tuple(pieces(pattern) for pattern in ((patterns,) if isinstance(patterns, str) else patterns)))

    def say(self, data: object) -> str:
        """The first pattern that can be filled, "" when none can."""
        return next((said for alternative in self.alternatives if (said := filled(alternative, data))), "")

    def said(self, data: object) -> tuple[str, ...]:
        """All patterns that can be filled."""
        return values.kept(filled(alternative, data) for alternative in self.alternatives)

    def paths(self) -> tuple[str, ...]:
        """The fields that the patterns name."""
        return tuple(path for alternative in self.alternatives for _, path in alternative if path)


def filled(alternative: tuple[Piece, ...], data: object) -> str:
    """A pattern with its fields in their places, "" when one of them is empty."""
    parts = []
    for literal, path in alternative:
        found = values.text(data, path) if path else ""
        if path and not found:
            return ""
        parts += [literal, found]
    return "".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Which fields of a sender's object hold what.

    `state` is looked up in `kinds` (lower case); None there means that nothing is asked for. A state that is not in
    `kinds` counts as `otherwise`: by default as create, and the description says why, so that somebody looks. Without
    `state` everything is `otherwise`. `where` are the places that a title names if it does not yet. The first of
    `urgency` that means something counts, by `urgencies` (lower case) and the shared vocabulary. `former` are the keys
    that such problems once had. `tags` is a path.
    """

    state: Patterns = ()
    kinds: Kinds = field(default_factory=dict)
    otherwise: SignalKind | None = CREATE
    key: Patterns = ()
    former: Patterns = ()
    title: Patterns = ()
    where: Patterns = ()
    description: Patterns = ()
    urgency: Patterns = ()
    urgencies: Mapping[str, Urgency] = field(default_factory=dict)
    tags: str = ""
    separator: str | None = ","
    data: Mapping[str, Patterns] = field(default_factory=dict)

    @property
    def takes(self) -> tuple[str, ...]:
        """The states that ask for something."""
        return tuple(state for state, kind in self.kinds.items() if state and kind)

    def reader(self) -> "FieldsReader":
        """The reading of these fields, prepared once."""
        return FieldsReader(
            fields=self,
            state=Wording.of(self.state),
            key=Wording.of(self.key),
            former=Wording.of(self.former),
            title=Wording.of(self.title),
            where=Wording.of(self.where),
            description=Wording.of(self.description),
            urgency=Wording.of(self.urgency),
            data=tuple((name, Wording.of(patterns)) for name, patterns in self.data.items()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsReader:
    """Reads one signal, or none, from an object by its `Fields`."""

    fields: Fields
    state: Wording
    key: Wording
    former: Wording
    title: Wording
    where: Wording
    description: Wording
    urgency: Wording
    data: tuple[tuple[str, Wording], ...]

    def __call__(self, request: Request, options: Mapping[str, object] = NOWHERE) -> tuple[Signal, ...]:
        """Read a request's object. Raises `Unreadable`."""
        return self.signals(reading.mapping(request), options)

    def event_kind(self, request: Request) -> str:
        """The state that a request's object says, in lower case. Raises `Unreadable`."""
        return self.state.say(reading.mapping(request)).lower()

    def signals(self, data: Mapping[str, object], options: Mapping[str, object] = NOWHERE) -> tuple[Signal, ...]:
        """What an object asks for. Raises `Unreadable` when it has none of the sender's fields."""
        said, key, title = self.state.say(data), self.key.say(data), self.title.say(data)
        if not (said or key or title):
            reading.refuse(f"it has none of the fields {self.named()}, which this sender sends.")
        kind = self.fields.kinds.get(said.lower(), self.fields.otherwise)
        if kind is None:
            return ()
        found = self.signal(kind, key or self.keyless(kind), title, data, options)
        return (formerly(found, self.former.said(data)),)

    def signal(
        self, kind: SignalKind, key: str, title: str, data: Mapping[str, object], options: Mapping[str, object]
    ) -> Signal:
        """The signal of a kind."""
        said = self.state.say(data)
        description = "\n\n".join(values.kept((self.description.say(data), self.doubt(kind, said))))
        return signal(
            kind,
            key,
            headlines.placed(title, self.where.said(data)),
            description,
            urgency=urgencies.first_urgency(self.urgency.said(data), options, self.fields.urgencies),
            tags=values.words(data, self.fields.tags, self.fields.separator) if self.fields.tags else (),
            data={name: wording.say(data) for name, wording in self.data},
        )

    def keyless(self, kind: SignalKind) -> str:
        """No key: only a create can do without. Raises `Unreadable`."""
        if kind is CREATE:
            return ""
        return reading.refuse(f"{', '.join(self.key.paths())} is missing: it has to say which alert to {kind}.")

    def doubt(self, kind: SignalKind, said: str) -> str:
        """Why a state that is not known made an alert."""
        if kind is not CREATE or not self.fields.state or said.lower() in self.fields.kinds:
            return ""
        problem = f"says `{said[:50]}`" if said else "is missing"
        return f"(The field {', '.join(self.state.paths())} {problem}: taken as a new alert.)"

    def named(self) -> str:
        """The fields that make out the sender's object."""
        paths = (*self.state.paths(), *self.key.paths(), *self.title.paths())
        return ", ".join(f"`{path}`" for path in dict.fromkeys(paths))
