"""PagerDuty's Events API v1, told in the words of v2.

Format: developer.pagerduty.com/docs/events-api-v1/overview.
"""

from collections.abc import Mapping

from bot.payloads import values

CREATE_EVENT = "/generic/2010-04-15/create_event.json"
SERVICE_KEY = "service_key"
INCIDENT_KEY = "incident_key"


def as_v2(event: Mapping[str, object]) -> dict[str, object]:
    """An event of v1 as one of v2. It has no severity, and names no source but its client."""
    contexts = [each for each in values.items(event, "contexts") if isinstance(each, dict)]
    return {
        "event_action": values.text(event, "event_type"),
        "dedup_key": values.text(event, INCIDENT_KEY),
        "client": values.text(event, "client"),
        "client_url": values.text(event, "client_url"),
        "payload": {"summary": values.text(event, "description"), "custom_details": values.find(event, "details")},
        "links": [each for each in contexts if each.get("type") == "link"],
        "images": [each for each in contexts if each.get("type") == "image"],
    }
