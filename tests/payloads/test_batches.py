"""Batches in parts: nothing is lost, nothing is twice, and no part is too large."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payloads import batches
from bot.ports import Request
from bot.sources import discover

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
ITEMS = st.lists(st.one_of(WORDS, st.integers(0, 9), st.dictionaries(WORDS, WORDS, max_size=4)), max_size=40)


def request(content: object) -> Request:
    """A batch as it is posted."""
    return Request(method="POST", path="/integrations/key", body=msgspec.json.encode(content), headers={"x-who": "a"})


@given(items=ITEMS, limit=st.integers(20, 2_000))
def test_parts_of_a_list_by_itself_hold_all_in_order(items: list[object], limit: int) -> None:
    parts = batches.parts(request(items), batches.WHOLE, limit)
    read = [msgspec.json.decode(part.body) for part in parts]
    assert all(len(part.body) <= limit for part in parts)
    assert [one for each in read for one in each] in ([], items)


@given(items=ITEMS, beside=WORDS, limit=st.integers(20, 2_000))
def test_parts_hold_all_in_order_within_the_limit(items: list[object], beside: str, limit: int) -> None:
    parts = batches.parts(request({"status": beside, "alerts": items}), "alerts", limit)
    read = [msgspec.json.decode(part.body) for part in parts]

    assert all(len(part.body) <= limit for part in parts)
    assert {each["status"] for each in read} <= {beside}
    assert [one for each in read for one in each["alerts"]] in ([], items)
    assert [part.headers[batches.PART] for part in parts] == [f"{n + 1} of {len(parts)}" for n in range(len(parts))]
    if not parts:
        smallest = [len(msgspec.json.encode({"status": beside, "alerts": [one]})) for one in items]
        assert not items or max(smallest) > limit


@pytest.mark.parametrize("content", [[], "words", {"alerts": "words"}, {"alerts": []}, {"other": [1]}])
def test_what_is_no_batch_has_no_parts(content: object) -> None:
    assert batches.parts(request(content), "alerts", 1000) == ()


def test_what_cannot_be_read_has_no_parts() -> None:
    assert batches.parts(Request(method="POST", path="/", body=b"{"), "alerts", 1000) == ()


def test_types_whose_payloads_are_batches_read_a_list_and_say_how_to_send_less() -> None:
    batched = {name: source for name, source in discover().items() if getattr(source, "BATCH", "")}
    assert set(batched) == {"grafana", "hetrix_tools", "prometheus", "signoz", "terraform_cloud"}
    for source in batched.values():
        name = batches.list_name(source, {})
        bodies = [example.request.body for example in source.EXAMPLES]
        assert any(body[:1] == b"[" if name == batches.WHOLE else f'"{name}"'.encode() in body for body in bodies)
        assert str(getattr(source, "LESS", "")).endswith(".")


@pytest.mark.parametrize(
    ("wrapper", "name"),
    [("events", "events"), ("events[*]", "events"), ("@", "@"), ("a.b", ""), ("x[?y]", ""), ("", "")],
)
def test_a_webhook_can_be_parted_by_the_list_that_its_wrapper_names(wrapper: str, name: str) -> None:
    assert batches.list_name(discover()["webhook"], {"wrapper_key": wrapper}) == name
