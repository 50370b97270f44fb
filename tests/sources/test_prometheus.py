"""Groups whose alerts differ: nothing that fires may be resolved or left without an alert."""

import msgspec
import pytest

from bot.engine.model import Signal, SignalKind, Urgency
from bot.ports import Request
from bot.sources import discover

SOURCE = discover()["prometheus"]
CREATE, RESOLVE = SignalKind.CREATE, SignalKind.RESOLVE


def alert(number: int, status: str, severity: str = "") -> dict[str, object]:
    """An alert of the group."""
    labels = {"alertname": "Down", "instance": f"web{number}"} | ({"severity": severity} if severity else {})
    return {"status": status, "labels": labels, "annotations": {}, "fingerprint": f"f{number}"}


def read(status: str, *alerts: dict[str, object], left_out: object = 0, per_alert: bool = False) -> tuple[Signal, ...]:
    """What a group is read as."""
    group = {"status": status, "alerts": alerts, "groupKey": "g", "receiver": "r", "truncatedAlerts": left_out}
    request = Request(method="POST", path="/", body=msgspec.json.encode(group))
    return SOURCE.read(request, {"per_alert": per_alert})


@pytest.mark.parametrize(
    ("status", "statuses", "kind"),
    [
        ("firing", ("firing", "firing"), CREATE),
        ("firing", ("resolved", "firing"), CREATE),
        ("firing", ("resolved", "resolved"), CREATE),
        ("resolved", ("resolved", "resolved"), RESOLVE),
        ("resolved", ("resolved", "firing"), CREATE),
        ("resolved", (), RESOLVE),
        ("", ("resolved",), CREATE),
        ("unknown", ("resolved",), CREATE),
    ],
)
def test_a_group_is_resolved_only_when_all_of_it_is(status: str, statuses: tuple[str, ...], kind: SignalKind) -> None:
    (found,) = read(status, *(alert(number, each) for number, each in enumerate(statuses)))
    assert (found.kind, found.dedup_key) == (kind, "g")


def test_the_loudest_that_fires_sets_the_urgency() -> None:
    (found,) = read(
        "firing", alert(1, "resolved", "critical"), alert(2, "firing", "warning"), alert(3, "firing", "odd")
    )
    assert found.urgency is Urgency.MEDIUM


def test_what_fires_is_listed_and_the_rest_counted() -> None:
    (found,) = read("firing", *(alert(number, "firing") for number in range(25)), alert(99, "resolved"), left_out=7)
    lines = found.description.splitlines()
    assert lines[0] == "firing: Down (web0)"
    assert lines[20:] == [
        "and 5 more firing",
        "1 of the group resolved",
        "7 more alerts of the group were left out by Alertmanager (max_alerts)",
    ]


def test_alerts_that_were_left_out_have_an_alert_until_the_group_is_resolved() -> None:
    firing = read("firing", alert(1, "firing"), alert(2, "resolved"), left_out=3, per_alert=True)
    assert [(found.kind, found.dedup_key) for found in firing] == [(CREATE, "f1"), (RESOLVE, "f2"), (CREATE, "g")]
    over = read("resolved", alert(1, "resolved"), per_alert=True)
    assert [(found.kind, found.dedup_key) for found in over] == [(RESOLVE, "f1"), (RESOLVE, "g")]


@pytest.mark.parametrize("left_out", [None, "3", -1, [], True, 10**30])
def test_an_odd_count_does_no_harm(left_out: object) -> None:
    (found,) = read("firing", alert(1, "firing"), left_out=left_out)
    assert found.kind is CREATE


def test_without_a_group_key_the_group_labels_are_the_key() -> None:
    body = b'{"status": "firing", "alerts": [], "groupLabels": {"job": "web", "alertname": "Down"}}'
    (found,) = SOURCE.read(Request(method="POST", path="/", body=body), {})
    assert found.dedup_key == '{alertname="Down", job="web"}'
