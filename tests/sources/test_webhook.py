"""The plain webhook: what scripts send, and what they forget."""

from collections.abc import Callable, Mapping

import msgspec
import pytest

from bot.engine.model import SignalKind, Urgency
from bot.errors import Unreadable
from bot.ports import Request
from bot.sources import discover, webhook

SOURCE = discover()["webhook"]


def post(body: object) -> Request:
    """A body as JSON."""
    return Request(method="POST", path="/", body=msgspec.json.encode(body))


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (" Create", SignalKind.CREATE),
        ("ACKNOWLEDGE", SignalKind.ACKNOWLEDGE),
        ("resolve ", SignalKind.RESOLVE),
        ("trigger", SignalKind.CREATE),
        (None, SignalKind.CREATE),
        (["resolve"], SignalKind.CREATE),
    ],
)
def test_the_event_type_decides_and_the_unclear_creates(said: object, kind: SignalKind) -> None:
    (found,) = SOURCE.read(post({"event_type": said, "id": "k"}), {})
    assert found.kind is kind


def test_an_unknown_event_type_is_told() -> None:
    (found,) = SOURCE.read(post({"Event_Type": "trigger", "ID": 7, "TITLE": "t"}), {})
    assert (found.dedup_key, found.title) == ("7", "t")
    assert "event_type `trigger` is unknown" in found.description


@pytest.mark.parametrize("kind", ["acknowledge", "resolve"])
def test_what_names_no_alert_is_refused(kind: str) -> None:
    with pytest.raises(Unreadable, match=f"which alert to {kind}"):
        SOURCE.read(post({"event_type": kind, "title": "t"}), {})


def test_a_resolve_may_name_its_alert_by_another_key() -> None:
    (found,) = SOURCE.read(post({"event_type": "resolve", "dedup_keys": ["other"]}), {})
    assert found.dedup_key == "other"


@pytest.mark.parametrize(
    ("said", "urgency"),
    [("silent", Urgency.SILENT), ("Very HIGH", Urgency.HIGH), ("medium-ish", Urgency.MEDIUM), ("odd", None), (3, None)],
)
def test_an_urgency_is_taken_as_it_is_written(said: object, urgency: Urgency | None) -> None:
    (found,) = SOURCE.read(post({"event_type": "create", "urgency": said}), {})
    assert found.urgency is urgency


def test_a_wrapper_may_hold_several_events() -> None:
    body = {"events": [{"event_type": "create", "id": "1"}, {"event_type": "resolve", "id": "2"}, None]}
    found = SOURCE.read(post(body), {"wrapper_key": "events"})
    assert [(one.kind, one.dedup_key) for one in found] == [(SignalKind.CREATE, "1"), (SignalKind.RESOLVE, "2")]


@pytest.mark.parametrize("expression", ["nothing.here", "events[", "length(@)", "`1`", "@.id"])
def test_a_wrapper_that_finds_no_object_says_so(expression: str) -> None:
    with pytest.raises(Unreadable, match="wrapper_key"):
        SOURCE.read(post({"id": "k"}), {"wrapper_key": expression})


def test_too_many_events_are_refused_rather_than_cut() -> None:
    with pytest.raises(Unreadable, match="5001 events"):
        SOURCE.read(post([{"id": "k"}] * 5001), {"wrapper_key": "@"})


DEEP = b'{"event_type": "create", "meta": ' + b"[" * 80 + b"]" * 80 + b"}"
BODIES = {
    "a create": b'{"event_type": "create", "title": "Disk full"}',
    "a create with letters of Western Europe": '{"event_type": "create", "title": "Überlast"}'.encode("latin-1"),
    "a create with a raw line break": b'{"event_type": "create", "title": "Disk\nfull"}',
    "a create that is cut off": b'{"event_type": "create", "title": "Disk',
    "a create with something behind it": b'{"event_type": "create"} x',
    "a create with NaN": b'{"event_type": "create", "meta": NaN}',
    "a create nested too deeply": DEEP,
    "a resolve that says of what": b'{"event_type": "resolve", "id": "disk"}',
    "a resolve that does not": b'{"event_type": "resolve"}',
    "no event type": b'{"title": "Disk full"}',
    "an event type that is no text": b'{"event_type": 1}',
    "a list": b'[{"event_type": "create"}]',
    "null": b"null",
    "nothing": b"",
}
CONTENT_TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "Multipart/Form-Data",
    "",
)


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_the_check_refuses_what_reading_refuses(content_type: str) -> None:
    for name, body in BODIES.items():
        request = Request(method="POST", path="/", body=body, headers={"content-type": content_type})
        assert reason_of(webhook.precheck, request) == reason_of(webhook.read, request), name


def reason_of(asked: Callable[[Request, Mapping[str, object]], object], request: Request) -> str:
    try:
        asked(request, {})
    except Unreadable as error:
        return str(error)
    return ""
