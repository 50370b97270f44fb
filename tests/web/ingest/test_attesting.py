"""SNS at the rim: certificates are fetched and signatures checked, subscriptions confirmed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.routing import Route

from bot.ports import LogState
from bot.settings import Settings
from bot.sources import aws_cloudwatch
from bot.store import open_store
from tests.payloads.test_sns import PEM, signed
from tests.web.serving import Web, serve, web


class Amazon:
    """Stands in for Amazon: it has a certificate, and notes who confirms."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 200
        self.app = Starlette(routes=[Route("/{path:path}", self.answer)])
        self.url = ""

    async def answer(self, asked: Asked) -> Response:
        self.asked.append(asked.url.path)
        return Response(PEM if asked.url.path.endswith(".pem") else b"confirmed", self.status)

    def message(self, **changes: str) -> dict[str, str]:
        """A message as SNS posts it, signed."""
        given = {
            "Type": "Notification",
            "MessageId": "22b80b92",
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:oncall",
            "Message": "the shop is down",
            "Timestamp": datetime.now(UTC).isoformat(),
            "SigningCertURL": f"{self.url}/sns.pem",
        }
        return signed(given | changes)

    def confirmation(self) -> dict[str, str]:
        """A message that asks for the subscription to be confirmed."""
        return self.message(Type="SubscriptionConfirmation", Token="2336", SubscribeURL=f"{self.url}/confirm")


@pytest.fixture
def amazon() -> Iterator[Amazon]:
    standing = Amazon()
    with serve(standing.app) as url:
        standing.url = url
        yield standing


@pytest.fixture
def running(sqlite_url: str, amazon: Amazon) -> Iterator[Web]:
    trusted = (urlsplit(amazon.url).netloc,)
    with open_store(sqlite_url) as store, web(store, Settings(sns_trusted_hosts=trusted)) as started:
        yield started


def send(running: Web, message: dict[str, str]) -> tuple[int, str]:
    """Post a message; gives the answer, and what was logged of it."""
    known = running.store.directory().integrations.values()
    integration = next(iter(known), None) or running.integration(type="aws_cloudwatch")
    answer = running.client.post(f"/integrations/{integration.key}", json=message)
    return answer.status_code, running.logs(integration)[0].outcome


def test_a_signed_message_is_taken_and_its_certificate_fetched_once(running: Web, amazon: Amazon) -> None:
    assert [send(running, amazon.message())[0] for _ in range(3)] == [200, 200, 200]
    assert amazon.asked == ["/sns.pem"]


def test_a_message_that_was_changed_is_refused(running: Web, amazon: Amazon) -> None:
    assert send(running, amazon.message() | {"Message": "all is well"}) == (403, "The signature is wrong.")


def test_an_old_message_is_refused(running: Web, amazon: Amazon) -> None:
    status, said = send(running, amazon.message(Timestamp="2026-01-01T00:00:00.000Z"))
    assert (status, "older than an hour" in said) == (403, True)


@pytest.mark.parametrize("url", ["https://evil.example/sns.pem", "http://sns.us-east-1.amazonaws.com/x.pem", "x", ""])
def test_a_certificate_from_elsewhere_is_refused_and_not_fetched(running: Web, amazon: Amazon, url: str) -> None:
    status, said = send(running, amazon.message(SigningCertURL=url))
    assert (status, "does not point to Amazon" in said) == (403, True)
    assert amazon.asked == []


def test_a_certificate_that_is_not_there_is_refused(running: Web, amazon: Amazon) -> None:
    amazon.status = 404
    assert send(running, amazon.message())[0] == 403


def test_while_no_certificate_can_be_had_amazon_is_asked_again_and_the_team_is_told(
    running: Web, amazon: Amazon
) -> None:
    amazon.status = 503
    assert [send(running, amazon.message())[0] for _ in range(3)] == [503, 503, 503]

    (integration,) = running.store.directory().integrations.values()
    told = [alert.title for alert in running.alerts(integration)]
    assert told == ["Scripts cannot be checked: Amazon's certificate cannot be fetched (503)"]


def test_a_message_without_an_envelope_passes(running: Web, amazon: Amazon) -> None:
    assert send(running, {"AlarmName": "CPU", "NewStateValue": "ALARM"})[0] == 200
    assert amazon.asked == []


def test_a_subscription_is_confirmed_and_needs_nobody(running: Web, amazon: Amazon) -> None:
    assert send(running, amazon.confirmation())[0] == 200

    (integration,) = running.store.directory().integrations.values()
    (log,) = running.logs(integration)
    assert amazon.asked == ["/sns.pem", "/confirm"]
    assert log.state is LogState.UNREAD
    assert aws_cloudwatch.read(log.request, {}) == ()


def test_a_forged_subscription_is_not_confirmed(running: Web, amazon: Amazon) -> None:
    forged = amazon.confirmation() | {"SubscribeURL": f"{amazon.url}/elsewhere"}
    assert send(running, forged)[0] == 403
    assert amazon.asked == ["/sns.pem"]


def test_a_subscription_that_could_not_be_confirmed_makes_an_alert(running: Web, amazon: Amazon) -> None:
    send(running, amazon.message())
    amazon.status = 500
    assert send(running, amazon.confirmation())[0] == 200

    (integration,) = running.store.directory().integrations.values()
    (signal,) = aws_cloudwatch.read(running.logs(integration)[0].request, {})
    assert signal.title.startswith("Confirm the SNS subscription")


def test_nobody_else_can_say_that_a_subscription_was_confirmed(running: Web, amazon: Amazon) -> None:
    send(running, amazon.message())
    amazon.status = 500
    (integration,) = running.store.directory().integrations.values()
    headers = {"pagertree-confirmed": "yes"}
    running.client.post(f"/integrations/{integration.key}", json=amazon.confirmation(), headers=headers)
    assert aws_cloudwatch.read(running.logs(integration)[0].request, {}) != ()
