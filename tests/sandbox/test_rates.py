"""Slack's rates."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.rates import METHOD_TIER, TIER_PER_MINUTE, Bucket, Rates
from tests.sandbox.client import Driver


def test_a_bucket_gives_what_it_has_and_fills_up_again() -> None:
    bucket = Bucket(size=2, per_second=0.5, tokens=2, at=0)
    assert [bucket.take(0), bucket.take(0), bucket.take(0)] == [0, 0, 2]
    assert bucket.take(1) == 1
    assert bucket.take(2) == 0
    assert [bucket.take(100), bucket.take(100), bucket.take(100) > 0] == [0, 0, True]


@pytest.mark.parametrize(
    ("method", "per_minute"),
    [("views.open", 100), ("chat.update", 50), ("dnd.info", 50), ("users.list", 20), ("usergroups.users.update", 20)],
)
def test_a_method_has_the_rate_of_its_tier(method: str, per_minute: int) -> None:
    rates = Rates()
    assert TIER_PER_MINUTE[METHOD_TIER[method]] == per_minute
    assert [rates.wait_for(method, "", 1.0) for _ in range(per_minute)] == [None] * per_minute
    assert rates.wait_for(method, "", 1.0) in range(1, 4)
    assert rates.wait_for(method, "", 0) is None


def test_posting_has_a_rate_per_channel_and_one_for_all() -> None:
    rates = Rates()
    assert [rates.wait_for("chat.postMessage", "C1", 1.0) for _ in range(4)] == [None, None, None, 1]
    assert rates.wait_for("chat.postMessage", "C2", 1.0) is None
    waits = [rates.wait_for("chat.postMessage", f"C{n}", 1.0) for n in range(10, 700)]
    assert waits.count(None) in range(590, 620)


def test_a_call_over_the_rate_is_told_when_to_come_back(client: WebClient, driver: Driver) -> None:
    for _ in range(20):
        client.usergroups_list()
    with pytest.raises(SlackApiError) as caught:
        client.usergroups_list()
    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert int(response.headers["Retry-After"]) in range(1, 4)
    driver.post("settings", rates=0)
    assert client.usergroups_list()["ok"]
    assert driver.get("calls")["counts"]["usergroups.list"] == 22
