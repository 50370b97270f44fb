"""Schemathesis over the description of every public address: whatever is sent, nothing answers with a 5xx."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.sources import discover
from tests.real.conftest import Bot

BINARY = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
pytestmark = [
    pytest.mark.real,
    pytest.mark.xdist_group("real"),
    pytest.mark.skipif(BINARY is None, reason="NOT TRIED WITH SCHEMATHESIS: pip install schemathesis"),
]


def test_no_address_breaks(bot: Bot, tmp_path: Path) -> None:
    integrations = [bot.integration(kind) for kind in ("webhook", "heartbeat", "prometheus", "email", "pagerduty")]
    genie = bot.integration("opsgenie")
    described: dict[str, Any] = bot.web.client.get("/openapi.json").json()
    keys = {"type": "string", "enum": [each.key for each in integrations]}
    for path in ("/integrations/{key}", "/integrations/{key}/{suffix}"):
        described["paths"][path]["parameters"][0]["schema"] = keys
    for path in ("/v2/enqueue", "/v2/change/enqueue"):
        body = described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        body["properties"]["routing_key"] = {"type": "string", "enum": [integrations[-1].key]}
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(described))

    command = [str(BINARY), "run", str(file), "--url", bot.web.url, "--checks", "not_a_server_error"]
    limits = ["--max-examples", "60", "--seed", "1", "--no-color", "-H", f"Authorization:GenieKey {genie.key}"]
    done = subprocess.run([*command, *limits], check=False, capture_output=True, text=True, timeout=300, cwd=tmp_path)

    assert done.returncode == 0, done.stdout[-4000:]
    taken = {each.type for each in (*integrations, genie) if any(log.answered == 200 for log in bot.web.logs(each))}
    assert {"webhook", "heartbeat", "pagerduty", "opsgenie"} <= taken <= set(discover())
    assert not [alert for alert in bot.alerts() if "could not be processed" in alert.title]
