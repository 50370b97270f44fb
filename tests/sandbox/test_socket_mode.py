"""Socket Mode with the real client of the SDK."""

import json
import threading
from collections.abc import Iterator

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from sandbox.server import Running
from tests.sandbox.client import Driver, Recorder
from tests.sandbox.tiny_bot import make_bot


@pytest.fixture
def socket_bot(slack: Running, driver: Driver) -> Iterator[SocketModeHandler]:
    """The tiny bot, connected by socket; over HTTP it would not be reached."""
    slack.bot_url = "http://127.0.0.1:9/"
    app = make_bot(slack)
    handler = SocketModeHandler(app, slack.config.app_token, web_client=app.client)
    handler.client.auto_reconnect_enabled = False
    handler.connect()  # type: ignore[no-untyped-call]
    assert driver.get("sockets", wait=60)["open"] == 1
    yield handler
    handler.close()  # type: ignore[no-untyped-call]


def test_a_socket_needs_the_app_token(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.apps_connections_open(app_token="xoxb-sandbox")
    assert caught.value.response["error"] == "not_allowed_token_type"


@pytest.mark.usefixtures("socket_bot")
def test_everything_goes_through_the_socket(driver: Driver) -> None:
    assert driver.command("bob", "payments", "/pagertree hello")["ok"]
    assert driver.messages("payments", "bob")[0]["text"].startswith("You said _hello_")
    driver.command("bob", "payments", "/pagertree router")
    assert driver.modal("bob")["callback_id"] == "router"
    options = driver.post("options", as_="bob", action_id="pick", query="plat")["options"]
    refused = driver.submit("bob", name="abc", team=options[0])
    assert set(refused["errors"]) == {"yaml"}
    driver.post("home", as_="bob")
    assert driver.get("home", as_="bob", wait=60)["view"]["type"] == "home"


@pytest.mark.usefixtures("socket_bot")
def test_a_silent_socket_stays_open_and_delivers_nothing(driver: Driver) -> None:
    driver.post("sockets", silent=True)
    driver.post("settings", answer_within=0.2)
    assert driver.command("bob", "payments", "/pagertree hello")["error"] == "operation_timeout"
    assert driver.post("sockets", silent=False)["open"] == 1
    driver.post("settings", answer_within=60)
    assert driver.command("bob", "payments", "/pagertree hello")["ok"]


def test_a_disconnect_is_announced_and_http_is_next(driver: Driver, client: WebClient, recorder: Recorder) -> None:
    url = str(client.apps_connections_open(app_token="xapp-sandbox")["url"])
    with connect(url, proxy=None) as socket:
        hello = json.loads(socket.recv(60))
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert driver.post("sockets", disconnect="refresh_requested")["disconnected"] == 1
        assert json.loads(socket.recv(60))["reason"] == "refresh_requested"
        with pytest.raises(ConnectionClosed):
            socket.recv(60)
    assert driver.command("bob", "payments", "/pagertree hello")["ok"]
    assert recorder.next()[0]["x-slack-signature"]


def test_a_ticket_is_good_for_one_connection(client: WebClient) -> None:
    url = str(client.apps_connections_open(app_token="xapp-sandbox")["url"])
    with connect(url, proxy=None) as socket:
        assert json.loads(socket.recv(60))["type"] == "hello"
        with pytest.raises(InvalidStatus):
            connect(url, proxy=None)


def test_a_late_ack_is_too_late(driver: Driver, client: WebClient) -> None:
    driver.post("settings", answer_within=0.2)
    with connect(str(client.apps_connections_open(app_token="xapp-sandbox")["url"]), proxy=None) as socket:
        socket.recv(60)
        assert driver.command("bob", "payments", "/pagertree hello")["error"] == "operation_timeout"
        envelope = json.loads(socket.recv(60))
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        socket.send("not json")
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"], "payload": {"text": "late"}}))
        driver.post("settings", answer_within=60)
        answering = threading.Thread(target=_answer_next, args=(socket,))
        answering.start()
        assert driver.command("bob", "payments", "/pagertree hello")["answer"] == {"text": "in time"}
        answering.join()
    assert [m["text"] for m in driver.messages("payments", "bob", contains="in time")] == ["in time"]


def _answer_next(socket: ClientConnection) -> None:
    envelope = json.loads(socket.recv(60))
    socket.send(json.dumps({"envelope_id": envelope["envelope_id"], "payload": {"text": "in time"}}))
