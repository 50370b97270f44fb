"""Debian's Alertmanager, through its webhook, PagerDuty and Opsgenie configurations: firing, then resolved."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic

import httpx
import pytest

from bot.engine.model import Integration, Status
from tests.real.conftest import PATIENCE, Bot

BINARY = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
pytestmark = [
    pytest.mark.real,
    pytest.mark.xdist_group("real"),
    pytest.mark.skipif(BINARY is None, reason="NOT TRIED WITH ALERTMANAGER: install prometheus-alertmanager"),
]
CONFIGURATION = """
route: {{receiver: bot, group_by: [alertname], group_wait: 100ms, group_interval: 500ms, repeat_interval: 1h}}
receivers:
  - name: bot
    {receiver}
"""
RECEIVERS = {
    "prometheus": "webhook_configs: [{{send_resolved: true, url: '{url}/integrations/{key}'}}]",
    "pagerduty": "pagerduty_configs: [{{send_resolved: true, url: '{url}/v2/enqueue', routing_key: '{key}'}}]",
    "opsgenie": "opsgenie_configs: [{{send_resolved: true, api_url: '{url}/', api_key: '{key}', update_alerts: true}}]",
}


@contextmanager
def alertmanager(bot: Bot, integration: Integration, folder: Path) -> Iterator[httpx.Client]:
    """A running Alertmanager that notifies an integration."""
    receiver = RECEIVERS[integration.type].format(url=bot.web.url, key=integration.key)
    file = folder / "alertmanager.yml"
    file.write_text(CONFIGURATION.format(receiver=receiver))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        str(BINARY),
        f"--config.file={file}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        "--log.level=warn",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, verify=False)
    try:
        wait_until_ready(client)
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait(20)


def wait_until_ready(client: httpx.Client) -> None:
    """Wait until it answers."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        try:
            if client.get("/-/ready").is_success:
                return
        except httpx.TransportError:
            Event().wait(0.1)
    raise AssertionError("Alertmanager did not start")


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
    with alertmanager(bot, integration, tmp_path) as client:
        post(client, over=False)
        fired = bot.one_alert(Status.DROPPED)
        post(client, over=True)
        resolved = bot.one_alert(Status.RESOLVED)

    assert "InstanceDown" in fired.title or "db1 is down" in fired.title
    assert resolved.id == fired.id
    assert {log.answered for log in bot.web.logs(integration)} <= {200}
