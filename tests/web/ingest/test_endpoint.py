"""Every answer of the ingest, from a real server. What depends on the database is in `test_durability`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from bot import ids
from bot.engine.model import SYSTEM, Maintenance
from bot.ports import Job, LogState
from bot.service.masking import MASK
from bot.service.notices import is_notice
from bot.settings import Settings
from bot.store import SqlStore, open_store
from bot.web.ingest.bodies import masked_path
from tests.web.serving import Web, web


@pytest.fixture
def store(sqlite_url: str) -> Iterator[SqlStore]:
    with open_store(sqlite_url) as opened:
        yield opened


@pytest.fixture
def running(store: SqlStore) -> Iterator[Web]:
    with web(store, Settings(ingest_burst=100_000)) as started:
        yield started


def test_a_payload_is_stored_before_it_is_accepted(running: Web) -> None:
    integration = running.integration()

    answer = running.post(integration, b'{"title": "disk \xc3\xa4"}', headers={"content-type": "application/json"})

    (log,) = running.logs(integration)
    assert (answer.status_code, answer.json()) == (200, {"status": "accepted", "log_id": log.id})
    assert (log.state, log.answered) == (LogState.UNREAD, 200)
    assert log.request.body == b'{"title": "disk \xc3\xa4"}'
    assert (log.request.method, log.request.remote) == ("POST", "127.0.0.1")
    assert log.request.headers["content-type"] == "application/json"


def test_a_worker_is_woken(running: Web) -> None:
    running.post(running.integration())

    assert running.bell.rung.wait(60)
    assert running.bell.jobs == [Job.RECEIVE]


def test_maintenance_is_no_reason_to_refuse(running: Web) -> None:
    integration = running.integration()
    now = datetime.now(UTC)
    window = Maintenance(
        id=ids.new("mnt"),
        name="Move",
        handle="move",
        integration_ids=(integration.id,),
        start_at=now - timedelta(hours=1),
        end_at=now + timedelta(hours=1),
    )
    with running.store.begin() as uow:
        uow.put(window, SYSTEM, now)

    assert running.post(integration).status_code == 200
    assert len(running.logs(integration)) == 1


def test_an_unknown_key_is_not_found(running: Web) -> None:
    answer = running.client.post("/integrations/nobody", content=b"{}")

    assert answer.status_code == 404
    assert "no integration at this address" in answer.json()["error"]


def test_a_new_integration_is_known_at_once(running: Web) -> None:
    for number in range(3):
        running.client.post("/integrations/nobody", content=b"{}")
        assert running.post(running.integration(name=str(number), handle=f"new-{number}")).status_code == 200


def test_a_disabled_integration_refuses_and_logs(running: Web) -> None:
    integration = running.integration(enabled=False)

    answer = running.post(integration)

    (log,) = running.logs(integration)
    assert (answer.status_code, answer.headers["allow"]) == (405, "")
    assert answer.json() == {"error": "This integration is disabled.", "log_id": log.id}
    assert (log.state, log.answered, log.request.body) == (LogState.REFUSED, 405, b'{"title": "disk full"}')


def test_disabling_is_seen_soon(running: Web) -> None:
    integration = running.integration()
    assert running.post(integration).status_code == 200
    running.put(replace(integration, enabled=False), seen=1)

    deadline, status = monotonic() + 60, 200
    while status == 200 and monotonic() < deadline:
        status = running.post(integration).status_code

    assert status == 405


def test_a_method_that_the_type_does_not_take_is_refused(running: Web) -> None:
    integration = running.integration()

    answer = running.client.get(f"/integrations/{integration.key}")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert [log.answered for log in running.logs(integration)] == [405]


def test_a_wrong_token_is_refused_and_not_kept(running: Web) -> None:
    integration = running.integration(options={"token": "right"})

    answer = running.post(integration, headers={"pagertree-token": "wrong", "authorization": "Basic hunter2"})

    (log,) = running.logs(integration)
    assert (answer.status_code, log.answered, log.state) == (403, 403, LogState.REFUSED)
    assert log.request.headers["pagertree-token"] == log.request.headers["authorization"] == MASK


def test_the_right_token_is_taken_and_not_kept_either(running: Web) -> None:
    integration = running.integration(options={"token": "right"})

    answer = running.post(integration, headers={"pagertree-token": "right"})

    (log,) = running.logs(integration)
    assert answer.status_code == 200
    assert "right" not in str(log.request.headers)
    assert integration.key not in log.request.path


def test_a_body_over_the_limit_is_refused_and_logged(store: SqlStore) -> None:
    with web(store, Settings(ingest_body_limit=1024)) as running:
        integration = running.integration()
        exact = b'{"title": "%b"}' % (b"x" * (1024 - 13))
        pieces = (b"x" * 100 for _ in range(20))

        assert running.post(integration, exact).status_code == 200
        assert running.post(integration, exact + b" ").status_code == 413
        assert running.client.post(f"/integrations/{integration.key}", content=pieces).status_code == 413
        assert running.post(integration, b"x" * 1_000_000).status_code == 413
        logs = running.logs(integration)

    assert [(log.answered, len(log.request.body)) for log in logs] == [
        (413, 1024),
        (413, 1024),
        (413, 1024),
        (200, 1024),
    ]
    assert "larger than 1024 bytes" in logs[0].outcome


def test_more_than_the_rate_is_told_when_to_come_back(store: SqlStore) -> None:
    with web(store, Settings(ingest_rate_per_minute=1, ingest_burst=3)) as running:
        integration, other = running.integration(), running.integration(name="Other", handle="other")
        answers = [running.post(integration) for _ in range(4)]
        spared = running.post(other)
        logged = [log.answered for log in running.logs(integration) if not is_notice(log)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert spared.status_code == 200
    assert logged == [429, 200, 200, 200]


def test_forged_payloads_do_not_use_up_the_rate(store: SqlStore) -> None:
    with web(store, Settings(ingest_rate_per_minute=1, ingest_burst=1)) as running:
        integration = running.integration(options={"token": "right"})
        forged = [running.post(integration, headers={"pagertree-token": "wrong"}).status_code for _ in range(5)]
        genuine = running.post(integration, headers={"pagertree-token": "right"})

    assert forged == [403] * 5
    assert genuine.status_code == 200


def test_what_the_type_cannot_read_is_refused_with_the_reason_and_kept(running: Web) -> None:
    integration = running.integration()

    answer = running.post(integration, b'{"title": ')

    (log,) = running.logs(integration)
    assert answer.status_code == 400
    assert answer.json() == {"error": log.outcome, "log_id": log.id}
    assert "not JSON" in log.outcome
    assert (log.state, log.request.body) == (LogState.REFUSED, b'{"title": ')


def test_a_flood_of_refusals_does_not_fill_the_disk(store: SqlStore) -> None:
    with web(store, Settings(refusals_logged_per_minute=5)) as running:
        integration = running.integration()
        answers = [running.post(integration, b"{") for _ in range(20)]
        logs = running.logs(integration)
        figures = running.client.get("/metrics").text

    assert {answer.status_code for answer in answers} == {400}
    assert len(logs) == 5
    assert "pagertree_ingest_unlogged_total 15.0" in figures


@pytest.mark.parametrize("name", ["access_token", "apikey", "api-key", "key", "sig", "X-Amz-Signature", "passwd"])
def test_secrets_in_the_query_are_masked(running: Web, name: str) -> None:
    integration = running.integration()

    running.client.post(f"/integrations/{integration.key}?a=1&{name}=hidden&monkey=2", content=b'{"title": "x"}')

    (log,) = running.logs(integration)
    assert log.request.query == f"a=1&{name}={MASK}&monkey=2"


@pytest.mark.parametrize(
    "name", ["cf-webhook-auth", "X-Auth-Key", "proxy-authorization", "cookie", "x-gitlab-token", "x-api-key", "apikey"]
)
def test_secrets_in_headers_are_masked(running: Web, name: str) -> None:
    integration = running.integration()

    running.post(integration, headers={name: "hidden"})

    (log,) = running.logs(integration)
    assert log.request.headers[name.lower()] == MASK


@pytest.mark.parametrize(("kind", "written"), [("slack", "s3cret%2Ftoken"), ("mattermost", "s3cret/token")])
def test_a_token_in_the_body_is_masked(running: Web, kind: str, written: str) -> None:
    integration = running.integration(type=kind, options={"token": "s3cret/token"})
    bodies = {"slack": f"token={written}&text=page+me", "mattermost": f'{{"token": "{written}", "text": "page me"}}'}
    kinds = {"slack": "application/x-www-form-urlencoded", "mattermost": "application/json"}

    answer = running.post(integration, bodies[kind].encode(), {"content-type": kinds[kind]})

    (log,) = running.logs(integration)
    assert (answer.status_code, log.state) == (200, LogState.UNREAD)
    assert written.encode() not in log.request.body
    assert running.ports.sources[kind].read(log.request, integration.options)[0].title == "page me"


def test_a_broken_body_in_which_a_token_should_be_is_refused_and_logged(running: Web) -> None:
    integration = running.integration(type="slack", options={"token": "s3cret/token"})

    answer = running.post(integration, b"{", {"content-type": "application/json"})

    (log,) = running.logs(integration)
    assert (answer.status_code, log.answered, log.state) == (400, 400, LogState.REFUSED)


def test_a_secret_that_any_text_may_have_leaves_the_body_as_it_is(running: Web) -> None:
    integration = running.integration(type="mattermost", options={"token": "page"})
    body = b'{"token": "page", "text": "page me"}'

    running.post(integration, body)

    (log,) = running.logs(integration)
    assert log.request.body == body


def test_the_address_itself_is_masked_wherever_it_comes_along(running: Web) -> None:
    integration = running.integration()
    url = f"https://pager.example/integrations/{integration.key}"

    running.client.post(
        f"/integrations/{integration.key}?from={url}",
        content=b'{"title": "x"}',
        headers={"referer": url, "x-original-uri": f"/integrations/{integration.key}?a=1", "x-kept": "yes"},
    )

    (log,) = running.logs(integration)
    assert integration.key not in str(log.request)
    assert log.request.headers["referer"] == f"https://pager.example/integrations/{MASK}"
    assert log.request.headers["x-kept"] == "yes"


@pytest.mark.parametrize("room", ["integrations", "answer", "storm", "unsubscribe", "push", "ical"])
def test_paths_are_logged_without_their_secret(room: str) -> None:
    assert masked_path(f"/{room}/s3cret/call/menu") == f"/{room}/{MASK}/call/menu"
    assert masked_path(f"/{room}/s3cret") == f"/{room}/{MASK}"
    assert masked_path("/health/live") == "/health/live"


def test_a_slash_at_the_end_is_forgiven(running: Web) -> None:
    integration = running.integration()

    assert running.client.post(f"/integrations/{integration.key}/", content=b'{"title": "x"}').status_code == 200
