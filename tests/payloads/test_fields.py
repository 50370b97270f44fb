"""Reading by declaration."""

import pytest

from bot.engine.model import Signal, SignalKind, Urgency
from bot.errors import Unreadable
from bot.payloads.fields import Fields
from bot.payloads.signals import ACKNOWLEDGE, CREATE, MAX_KEY, MAX_KEYS, RESOLVE, also_keyed, signal, whole_key

READER = Fields(
    state="{state}",
    kinds={"down": CREATE, "seen": ACKNOWLEDGE, "up": RESOLVE, "chat": None},
    key="{host}/{check.id}",
    title=("{host}: {check.name}", "{host} is {state}"),
    description="{text}",
    urgency="{level}",
    tags="tags",
    data={"url": "{url}"},
).reader()
FULL: dict[str, object] = {
    "state": "Down",
    "host": "web1",
    "check": {"id": 7, "name": "http"},
    "text": "refused",
    "level": "Critical",
    "tags": "a,b",
}


def read(**changes: object) -> Signal:
    """What the object, changed so, is read as."""
    (found,) = READER.signals(FULL | changes)
    return found


def test_fields_become_a_signal() -> None:
    assert read() == signal(
        CREATE, "web1/7", "web1: http", "refused", urgency=Urgency.CRITICAL, tags=("a", "b"), data={}
    )


@pytest.mark.parametrize(("state", "kind"), [("UP", RESOLVE), (" seen ", ACKNOWLEDGE)])
def test_the_state_decides_whatever_its_case(state: str, kind: SignalKind) -> None:
    assert read(state=state).kind is kind


def test_a_pattern_with_an_empty_field_is_passed_over() -> None:
    assert read(check={"id": 7}).title == "web1 is Down"


def test_a_state_that_asks_for_nothing_gives_nothing() -> None:
    assert READER.signals(FULL | {"state": "chat"}) == ()


@pytest.mark.parametrize(("state", "why"), [("melted", "says `melted`"), ("", "is missing"), ({}, "is missing")])
def test_a_state_that_is_not_known_makes_an_alert_and_says_so(state: object, why: str) -> None:
    found = read(state=state)
    assert found.kind is CREATE
    assert found.description == f"refused\n\n(The field state {why}: taken as a new alert.)"


def test_what_resolves_nothing_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"host, check\.id is missing: .* which alert to resolve"):
        READER.signals({"state": "up"})


def test_an_object_with_none_of_the_fields_is_refused_with_their_names() -> None:
    with pytest.raises(Unreadable, match=r"`state`, `host`, `check\.id`"):
        READER.signals({"else": 1})


def test_texts_of_the_payload_are_never_patterns() -> None:
    assert read(host="{check.name}", text="{host!r:>99999999}").title == "{check.name}: http"


def test_long_keys_stay_two() -> None:
    one, two = whole_key("k" * 2_000 + "1"), whole_key("k" * 2_000 + "2")
    assert one != two
    assert len(one) == len(two) == MAX_KEY


def test_further_keys_are_bounded_and_never_the_first_again() -> None:
    (found,) = also_keyed((read(),), ["web1/7", "", "k" * 2_000, *map(str, range(200))])
    assert found.dedup_keys[:2] == (whole_key("k" * 2_000), "0")
    assert len(found.dedup_keys) == MAX_KEYS
