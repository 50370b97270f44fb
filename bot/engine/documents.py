"""The document that rules match and templates read: `{always, alert, data, log, integration}`."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from bot.engine.model import Alert, Integration, Urgency
from bot.languages.query.paths import keys_of

Document: TypeAlias = dict[str, object]

LOG_FACTS = ("id", "data", "headers", "body", "params", "method", "url", "remote_ip")
"""What rules may ask of the payload as it came."""


def document(alert: Alert, data: object, log: Mapping[str, object], integration: Integration | None) -> Document:
    """Build the document of an alert: `data` is the payload's body, `log` what came with it."""
    return {
        "always": True,
        "alert": alert_facts(alert),
        "data": data,
        "log": dict(log),
        "integration": integration_facts(integration) if integration else {},
    }


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
        "integration_id": alert.integration_id,
        "count": alert.count,
        "created_at": alert.created_at.isoformat(),
        "additional_data": alert.data,
    }


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
