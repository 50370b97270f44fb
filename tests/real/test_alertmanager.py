"""Debian's Alertmanager, through its webhook, PagerDuty, Opsgenie, VictorOps and mail configurations."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.engine.model import Status
from bot.settings import Settings
from bot.store import open_store
from tests.fakes import certificates
from tests.real.conftest import Bot
from tests.real.programs import find, free_port, needs, running, wait_until
from tests.web.doors.test_mail import inbox, listening

BINARY = find("prometheus-alertmanager", "alertmanager")
pytestmark = needs(BINARY, "prometheus-alertmanager")
CONFIGURATION = """
route: {{receiver: bot, group_by: [alertname], group_wait: 100ms, group_interval: 500ms, repeat_interval: 1h}}
receivers:
  - name: bot
    {receiver}
"""
RECEIVERS = {
    "prometheus": "webhook_configs: [{{send_resolved: true, url: '{url}/integrations/{key}'}}]",
    "pagerduty": "pagerduty_configs: [{{send_resolved: true, url: '{url}/v2/enqueue', routing_key: '{key}'}}]",
    "victorops": "victorops_configs: [{{send_resolved: true, api_key: '{key}', routing_key: shop, "
    "api_url: '{url}/integrations/generic/20131114/alert/'}}]",
    "opsgenie": "opsgenie_configs: [{{send_resolved: true, api_url: '{url}/', api_key: '{key}', update_alerts: true}}]",
}
MAIL = """email_configs:
      - to: '{key}@example.org'
        from: alertmanager@example.org
        smarthost: '127.0.0.1:{port}'
        send_resolved: true
        tls_config: {{ca_file: '{authority}'}}
"""
DEFINITION = """
rules:
  - match: {log.subject: {$regex: "^.FIRING"}}
    actions:
      - type: create
        dedup_key: '{{last (split log.subject "] ")}}'
        title: "{{log.subject}}"
        description: "{{log.body}}"
  - match: {log.subject: {$regex: "^.RESOLVED"}}
    actions: [{type: resolve, dedup_key: '{{last (split log.subject "] ")}}'}]
"""


@contextmanager
def alertmanager(receiver: str, folder: Path) -> Iterator[httpx.Client]:
    """A running Alertmanager with a receiver."""
    file = folder / "alertmanager.yml"
    file.write_text(CONFIGURATION.format(receiver=receiver))
    port = free_port()
    command = [
        BINARY,
        f"--config.file={file}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        "--log.level=warn",
    ]
    with (
        running(command, folder),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, verify=False) as client,
    ):
        wait_until(lambda: answers(client), "Alertmanager answers")
        yield client


def answers(client: httpx.Client) -> bool:
    """Whether it is ready."""
    try:
        return client.get("/-/ready").is_success
    except httpx.TransportError:
        return False


def post(client: httpx.Client, *, over: bool) -> None:
    """Tell Alertmanager of an alert, as Prometheus does."""
    now = datetime.now(UTC)
    alert = {
        "labels": {"alertname": "InstanceDown", "severity": "critical", "instance": "db1"},
        "annotations": {"summary": "db1 is down", "description": 'é ✓ <b>html</b> & "quotes"'},
        "startsAt": (now - timedelta(minutes=1)).isoformat(),
        "endsAt": (now - timedelta(seconds=1) if over else now + timedelta(hours=1)).isoformat(),
    }
    client.post("/api/v2/alerts", json=[alert]).raise_for_status()


@pytest.mark.parametrize("kind", RECEIVERS)
def test_an_alert_fires_and_is_resolved(bot: Bot, tmp_path: Path, kind: str) -> None:
    integration = bot.integration(kind)
    receiver = RECEIVERS[kind].format(url=bot.web.url, key=integration.key)
    with alertmanager(receiver, tmp_path) as client:
        post(client, over=False)
        fired = bot.one_alert(Status.DROPPED)
        post(client, over=True)
        resolved = bot.one_alert(Status.RESOLVED)

    assert "InstanceDown" in fired.title or "db1 is down" in fired.title
    assert resolved.id == fired.id
    assert {log.answered for log in bot.web.logs(integration)} <= {200}


def test_by_mail_an_alert_fires_and_is_resolved(sqlite_url: str, tmp_path: Path) -> None:
    certificate, key = certificates.make(tmp_path)
    settings = Settings(mail_tls_certificate=str(certificate), mail_tls_key=str(key), mail_tls_required=True)
    with open_store(sqlite_url) as store, listening(store, settings) as postman:
        integration = inbox(postman, options={"definition": DEFINITION})
        bot = Bot(postman.web)
        receiver = MAIL.format(key=integration.key, port=postman.port, authority=certificate)
        with alertmanager(receiver, tmp_path) as client:
            post(client, over=False)
            fired = bot.one_alert(Status.DROPPED)
            post(client, over=True)
            resolved = bot.one_alert(Status.RESOLVED)

    assert fired.title.startswith("[FIRING:1] InstanceDown")
    assert 'é ✓ <b>html</b> & "quotes"' in fired.description
    assert resolved.id == fired.id
