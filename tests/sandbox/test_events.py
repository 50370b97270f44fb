"""The Events API: subscriptions, retries, repeats, order."""

import json
from typing import Any

from starlette.responses import Response

from sandbox.server import Running
from tests.sandbox.client import Driver, Recorder, serving

Json = dict[str, Any]


def event(recorder: Recorder) -> tuple[dict[str, str], Json]:
    headers, body = recorder.next()
    return headers, json.loads(body)


def test_an_event_comes_again_until_it_is_taken(slack: Running, driver: Driver) -> None:
    driver.post("settings", retry_after=[0, 0, 0])
    recorder = Recorder(Response(status_code=500), Response(status_code=500))
    with serving(recorder) as url:
        slack.bot_url = url
        driver.post("home", as_="bob")
        deliveries = [event(recorder) for _ in range(3)]
    assert [h.get("x-slack-retry-num") for h, _ in deliveries] == [None, "1", "2"]
    assert [h.get("x-slack-retry-reason") for h, _ in deliveries] == [None, "http_error", "http_error"]
    assert len({body["event_id"] for _, body in deliveries}) == 1
    assert deliveries[0][1]["event"]["type"] == "app_home_opened"
    assert recorder.deliveries.empty()


def test_a_bot_may_refuse_retries(slack: Running, driver: Driver) -> None:
    driver.post("settings", retry_after=[0, 0, 0])
    recorder = Recorder(Response(status_code=500, headers={"x-slack-no-retry": "1"}))
    with serving(recorder) as url:
        slack.bot_url = url
        driver.post("home", as_="bob")
        event(recorder)
        driver.post("messages", as_="bob", channel="bob", text="next")
        assert event(recorder)[1]["event"]["type"] == "message"


def test_only_subscribed_events_are_sent(driver: Driver, recorder: Recorder) -> None:
    driver.post("messages", as_="bob", channel="payments", text="not subscribed")
    driver.post("messages", as_="bob", channel="payments", text="hey <@U0PAGERTREE>")
    _, mentioned = event(recorder)
    assert (mentioned["event"]["type"], mentioned["event"]["channel"]) == ("app_mention", "C0PAYMENTS3")
    driver.post("settings", events=["user_change"])
    driver.post("people/dave", deleted=True)
    _, changed = event(recorder)
    assert changed["event"]["user"]["deleted"] is True


def test_the_same_event_twice_and_events_out_of_order(driver: Driver, recorder: Recorder) -> None:
    driver.post("event-order", copies=2)
    driver.post("messages", as_="bob", channel="bob", text="twice")
    twice = [event(recorder)[1] for _ in range(2)]
    assert twice[0]["event_id"] == twice[1]["event_id"]
    driver.post("event-order", copies=1, hold=True)
    for text in ("first", "second"):
        driver.post("messages", as_="bob", channel="bob", text=text)
    assert driver.post("event-order")["held"] == 2
    assert driver.post("event-order", release="reversed")["released"] == 2
    assert [event(recorder)[1]["event"]["text"] for _ in range(2)] == ["second", "first"]


def test_an_event_of_one_s_own(driver: Driver, recorder: Recorder) -> None:
    events = [{"type": "team_join", "n": n} for n in range(2)]
    sent = driver.post("events", events=events, times=2, reverse=True)
    assert sent["ok"]
    assert [event(recorder)[1]["event"]["n"] for _ in range(4)] == [1, 1, 0, 0]
    assert len({answer["event_id"] for answer in sent["answers"]}) == 2
