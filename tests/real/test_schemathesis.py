"""Schemathesis over the description of every public address: whatever is sent, nothing answers with a 5xx."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.engine.delivery.storms import Storm
from bot.engine.model import SYSTEM, User
from bot.service.links import Links, StormTicket, Ticket
from bot.settings import Settings
from bot.sources import discover
from bot.store import open_store
from tests.real.conftest import Bot
from tests.web.serving import web

BINARY = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
pytestmark = [
    pytest.mark.real,
    pytest.mark.xdist_group("real"),
    pytest.mark.skipif(BINARY is None, reason="NOT TRIED WITH SCHEMATHESIS: pip install schemathesis"),
]


KINDS = ("webhook", "heartbeat", "prometheus", "alerta", "email", "form", "live_call", "pagerduty")
SECRET = "a secret that is long enough for links"


@pytest.fixture
def bot(sqlite_url: str) -> Iterator[Bot]:
    """A bot with everything set up that has an address: a workspace of Slack's, an account at Twilio, links."""
    authorized = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U0")
    slack = App(signing_secret="secret", authorize=lambda: authorized)
    twilio = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+15005550006"}
    settings = Settings(
        ingest_burst=100_000,
        public_url="https://pager.example",
        environment={"LINK_SECRET": SECRET, "PUBLIC_URL": "https://pager.example", **twilio},
    )
    with open_store(sqlite_url) as store, web(store, settings, slack=slack) as running:
        yield Bot(running)


def links_to(bot: Bot) -> dict[str, list[str]]:
    """Links that work, by their purpose: an alert or a storm to answer, an address to take off, a browser."""
    user = User(id="usr_1", name="Jane", handle="jane", email="jane@example.org", feed_key="jane")
    now = bot.web.ports.clock.now()
    with bot.web.store.begin() as uow:
        uow.put(user, SYSTEM, now)
        uow.put_storm(Storm(id="stm_1", channel="email", address="", began_at=now, user_id=user.id), None)
    alerted = bot.web.integration(name="Answered", handle="answered")
    bot.web.post(alerted)
    (alert,) = bot.alerts()
    later = now + timedelta(hours=1)
    links = Links("", SECRET.encode)
    answer = Ticket(alert_id=alert.id, version=alert.version, user_id=user.id, via="email", expires_at=later)
    storm = StormTicket(storm_id="stm_1", user_id=user.id, via="email", expires_at=later)
    made = (
        links.answer(answer),
        links.storm(storm),
        links.unsubscribe("jane@example.org"),
        links.register(user.id, later),
    )
    return {path.split("/")[1]: [path.split("/")[2]] for path in made}


def test_no_address_breaks(bot: Bot, tmp_path: Path) -> None:
    links = links_to(bot)
    integrations = [bot.integration(kind) for kind in KINDS]
    genie = bot.integration("opsgenie")
    described: dict[str, Any] = bot.web.client.get("/openapi.json").json()
    keys = {each.type: each.key for each in integrations}
    only = {"form": [keys["form"], "x"], "call": [keys["live_call"], "x"]}
    for path, operations in described["paths"].items():
        if path.startswith("/integrations/{key}"):
            found = only.get("/".join(path.split("/")[3:4]), list(keys.values()))
            operations["parameters"][0]["schema"] = {"type": "string", "enum": found}
        if path.endswith("{token}"):
            operations["parameters"][0]["schema"] = {"type": "string", "enum": [*links[path.split("/")[1]], "x.y"]}
    described["paths"]["/ical/{secret}.ics"]["parameters"][0]["schema"] = {"type": "string", "enum": ["jane", "x"]}
    for path in ("/v2/enqueue", "/v2/change/enqueue"):
        body = described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        body["properties"]["routing_key"] = {"type": "string", "enum": [integrations[-1].key]}
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(described))

    command = [str(BINARY), "run", str(file), "--url", bot.web.url, "--checks", "not_a_server_error"]
    limits = ["--max-examples", "60", "--seed", "1", "--no-color", "-H", f"Authorization:GenieKey {genie.key}"]
    done = subprocess.run([*command, *limits], check=False, capture_output=True, text=True, timeout=900, cwd=tmp_path)

    assert done.returncode == 0, done.stdout[-6000:]
    taken = {each.type for each in (*integrations, genie) if any(log.answered == 200 for log in bot.web.logs(each))}
    assert {"webhook", "heartbeat", "pagerduty", "opsgenie", "form"} <= taken <= set(discover())
    assert not [alert for alert in bot.alerts() if "could not be processed" in alert.title]
