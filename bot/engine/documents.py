"""The document that rules match and templates read: `{always, alert, data, log, integration}`."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

from bot.engine.model import Alert, Integration, ReceiverKind, Urgency
from bot.languages.query.paths import keys_of

Document: TypeAlias = dict[str, object]

LOG_FACTS = ("id", "data", "headers", "body", "params", "method", "url", "remote_ip")
"""What rules may ask of the payload as it came."""


OLD_FACTS: Final[Mapping[tuple[str, str], str]] = {
    ("alert", "source_id"): "alert.integration_id",
    ("alert", "thirdparty_id"): "alert.dedup_key",
    ("alert", "third_party_id"): "alert.dedup_key",
    ("alert", "d_team_id"): "alert.team_id",
    ("log", "subject"): "data.subject",
}
"""Facts by the names that PagerTree gives them, with the names used here. Both are understood."""
_ADDRESSES = ("from", "to")
"""Facts of a mail's log that are lists, as PagerTree has them; in `data` they are one text."""


def document(alert: Alert, data: object, log: Mapping[str, object], integration: Integration | None) -> Document:
    """Build the document of an alert: `data` is the payload's body, `log` what came with it."""
    made: Document = {
        "always": True,
        "alert": alert_facts(alert),
        "data": data,
        "log": dict(log),
        "integration": integration_facts(integration) if integration else {},
    }
    _add_old_facts(made)
    return made


def _add_old_facts(made: Document) -> None:
    for (root, fact), path in OLD_FACTS.items():
        facts, value = made[root], value_at(made, path)
        if isinstance(facts, dict) and value is not None:
            facts.setdefault(fact, value)
    data, log = made["data"], made["log"]
    for fact in _ADDRESSES if isinstance(data, Mapping) and "subject" in data else ():
        joined = data.get(fact) if isinstance(data, Mapping) else None
        if isinstance(log, dict) and isinstance(joined, str):
            log.setdefault(fact, [each.strip() for each in joined.split(",") if each.strip()])


def alert_facts(alert: Alert) -> Document:
    """What rules may ask of an alert."""
    return {
        "id": alert.id,
        "number": alert.number,
        "title": alert.title,
        "description": alert.description,
        "urgency": alert.urgency.value,
        "status": alert.status.value,
        "tags": list(alert.tags),
        "incident": alert.incident is not None,
        "incident_severity": alert.incident.severity.value if alert.incident else None,
        "incident_message": alert.incident.message if alert.incident else None,
        "dedup_key": alert.dedup_key,
        "team_id": _team_of(alert),
        "integration_id": alert.integration_id,
        "count": alert.count,
        "created_at": alert.created_at.isoformat(),
        "additional_data": alert.data,
    }


def _team_of(alert: Alert) -> str | None:
    """The team that has the alert, None before it was sent to one."""
    asked = (*alert.in_charge, *alert.receivers)
    return next((each.id for each in asked if each.kind is ReceiverKind.TEAM), None)


def integration_facts(integration: Integration) -> Document:
    """What rules may ask of an integration; never its key or the secrets among its options."""
    return {
        "id": integration.id,
        "name": integration.name,
        "handle": integration.handle,
        "type": integration.type,
        "urgency": integration.urgency.value,
    }


class Headers(dict[str, object]):
    """Headers of a request, named in lower case and found in any."""

    def __init__(self, headers: Mapping[str, object]) -> None:
        super().__init__((name.lower(), value) for name, value in headers.items())

    def __getitem__(self, name: str) -> object:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name.lower() if isinstance(name, str) else name)

    def get(self, name: str, default: object = None) -> object:
        """The value of a header."""
        return super().get(name.lower(), default)


def query_and_body(params: Mapping[str, object], body: object) -> object:
    """What `log.data` holds: the fields of the query and of the body, which goes before; or a body without fields."""
    return {**params, **body} if params and isinstance(body, Mapping) else body


_EPOCH = datetime.fromtimestamp(0, UTC)
_SOME_ALERT = Alert(id="", title="", urgency=Urgency.MEDIUM, created_at=_EPOCH, changed_at=_EPOCH)
_SOME_INTEGRATION = Integration(id="", name="", handle="", type="", key="")

SHAPE: Mapping[str, tuple[str, ...] | None] = {
    "always": (),
    "alert": tuple(alert_facts(_SOME_ALERT)),
    "data": None,
    "log": LOG_FACTS,
    "integration": tuple(integration_facts(_SOME_INTEGRATION)),
}
"""The first two keys that a path can have; None where any key may follow."""
UNDERSTOOD: Final = frozenset({*OLD_FACTS, *(("log", fact) for fact in _ADDRESSES)})
"""Two keys that a path can have besides: what others call something that there is."""


_INDEX = re.compile(r"[0-9]{1,9}")


def value_at(found: object, path: str) -> object:
    """Walk keys and indexes of a path; None where it leads nowhere."""
    for key in keys_of(path):
        if isinstance(found, Mapping):
            found = found.get(key)
        elif isinstance(found, list) and _INDEX.fullmatch(key) and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found
