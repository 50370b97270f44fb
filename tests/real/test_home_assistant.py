"""Home Assistant, with the REST command that the type's setup text gives: a problem, then the end of it."""

import os
from pathlib import Path

import pytest

from bot.engine.model import Status, Urgency
from bot.sources import home_assistant
from tests.real.conftest import Bot, install
from tests.real.programs import running, wait_until

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]
PACKAGES = (
    "homeassistant==2024.3.3",  # the last for Python 3.11; what it would install by itself follows
    "Pillow==10.2.0",
    "janus==1.0.0",
    "psutil-home-assistant==0.0.1",
    "home-assistant-frontend==20240307.0",
    "hass-nabucasa==0.78.0",
    "SQLAlchemy==2.0.27",
    "fnv-hash-fast==0.5.0",
    "hassil==1.6.1",
    "home-assistant-intents==2024.2.28",
    "mutagen==1.47.0",
    "securetar==2024.2.1",
)
AUTOMATION = """
homeassistant: {name: Home, unit_system: metric, time_zone: UTC}
automation:
  - alias: The freezer is warm
    trigger: [{platform: homeassistant, event: start}]
    action:
      - service: rest_command.oncall
        data: {id: sensor.freezer, title: The freezer is warm, state: problem, urgency: high, message: '-4 °C "at" 2'}
      - {delay: "00:00:01"}
      - service: rest_command.oncall
        data: {id: sensor.freezer, title: The freezer is warm, state: ok}
"""


@pytest.fixture(scope="session")
def hass(environments: Path) -> str:
    """Home Assistant's program."""
    return str(Path(install(environments / "home-assistant", *PACKAGES)).parent / "hass")


def test_the_setup_text_as_it_is(bot: Bot, hass: str, tmp_path: Path) -> None:
    integration = bot.integration("home_assistant")
    url = f"{bot.web.url}/integrations/{integration.key}"
    command = home_assistant.SETUP.split("`")[1].replace("{url}", url)
    (tmp_path / "configuration.yaml").write_text(f"{command}\n{AUTOMATION}", encoding="utf-8")

    with running([hass, "-c", str(tmp_path), "--skip-pip"], tmp_path, {"HOME": str(tmp_path), "TERM": os.devnull}):
        wait_until(lambda: len(bot.web.logs(integration)) == 2, "the automation ran")
    ended = bot.one_alert(Status.RESOLVED)

    assert (ended.title, ended.urgency) == ('The freezer is warm: -4 °C "at" 2', Urgency.HIGH)
    assert ended.description == '-4 °C "at" 2'
    assert {log.answered for log in bot.web.logs(integration)} == {200}
