"""Netdata's own notification script, sending to the addresses of Opsgenie and Alerta: a warning, worse, clear."""

import os
import shutil
import subprocess
from pathlib import Path

from bot.engine.model import Status, Urgency
from tests.real.conftest import Bot
from tests.real.programs import needs

PLACES = os.pathsep.join(("/usr/lib/netdata/plugins.d", "/usr/libexec/netdata/plugins.d", os.environ.get("PATH", "")))
SCRIPT = shutil.which("alarm-notify.sh", path=PLACES) or ""
pytestmark = needs(SCRIPT, "netdata-plugins-bash")
OPSGENIE = 'SEND_OPSGENIE="YES"\nOPSGENIE_API_URL="{url}"\nOPSGENIE_API_KEY="{key}"\n'
ALERTA = """SEND_ALERTA="YES"
ALERTA_WEBHOOK_URL="{url}/integrations/{key}"
ALERTA_API_KEY="s3cr3t"
role_recipients_alerta[sysadmin]="Production"
"""


def notify(folder: Path, configuration: str, status: str, before: str) -> str:
    """Have the script notify of an alarm; gives what it says."""
    (folder / "health_alarm_notify.conf").write_text(configuration)
    alarm = ["web1", "11", "1", "1", "1795287912", "disk_space_usage", "disk_space._var", "/var", status, before]
    facts = ["98", "90", "disks.conf", "60", "60", "%", "disk /var space utilization", "98%", "90%", "", "", "1", "0"]
    done = subprocess.run(
        [SCRIPT, "sysadmin", *alarm, *facts],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "NETDATA_USER_CONFIG_DIR": str(folder), "NETDATA_STOCK_CONFIG_DIR": str(folder)},
    )
    return done.stderr


def test_as_if_to_opsgenie(bot: Bot, tmp_path: Path) -> None:
    integration = bot.integration("netdata")
    configuration = OPSGENIE.format(url=bot.web.url, key=integration.key)

    said = [notify(tmp_path, configuration, "WARNING", "CLEAR")]
    warned = bot.one_alert(Status.DROPPED)
    said.append(notify(tmp_path, configuration, "CRITICAL", "WARNING"))
    said.append(notify(tmp_path, configuration, "CLEAR", "CRITICAL"))
    cleared = bot.one_alert(Status.RESOLVED)

    assert (warned.title, warned.urgency) == (
        "web1: disk_space_usage on disk_space._var is WARNING",
        Urgency.MEDIUM,
    )
    assert (cleared.id, cleared.data["value"]) == (warned.id, "98 %")
    assert {log.answered for log in bot.web.logs(integration)} == {200}
    assert len(bot.web.logs(integration)) == 3
    assert not any("failed to send opsgenie" in each for each in said), said


def test_as_if_to_alerta(bot: Bot, tmp_path: Path) -> None:
    integration = bot.integration("alerta")
    bot.web.put_again(integration, options={"token": "s3cr3t"})
    configuration = ALERTA.format(url=bot.web.url, key=integration.key)

    said = notify(tmp_path, configuration, "CRITICAL", "CLEAR")
    fired = bot.one_alert(Status.DROPPED)
    said += notify(tmp_path, configuration, "CLEAR", "CRITICAL")
    cleared = bot.one_alert(Status.RESOLVED)

    assert (fired.urgency, cleared.id) == (Urgency.CRITICAL, fired.id)
    assert "disk_space._var.disk_space_usage" in fired.title
    assert "failed to send alerta" not in said, said
