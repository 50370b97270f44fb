"""Debian's Icinga 2: a service that its plugin finds broken, then well, told of by a notification command."""

import getpass
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.engine.model import Status, Urgency
from bot.sources import icinga2
from tests.real.conftest import Bot
from tests.real.programs import Site, find, needs, running

BINARY = find("icinga2")
PLUGINS = Path("/usr/lib/nagios/plugins")
pytestmark = needs(BINARY if (PLUGINS / "check_http").exists() else "", "icinga2-bin and monitoring-plugins-basic")

CONFIGURATION = """
include <itl>
include <plugins>
const PluginDir = "{plugins}"
const NodeName = "test"

object CheckerComponent "checker" {{ }}
object NotificationComponent "notification" {{ }}
object User "bot" {{ }}
object NotificationCommand "tell-of-service" {{
    {service}
}}
object NotificationCommand "tell-of-host" {{
    {host}
}}
object Host "web1" {{
    address = "127.0.0.1"
    check_command = "http"
    vars.http_address = "127.0.0.1"
    vars.http_port = {port}
    check_interval = 1s
    retry_interval = 1s
    max_check_attempts = 1
    enable_notifications = {hosts}
}}
object Service "http" {{
    host_name = "web1"
    check_command = "http"
    vars.http_address = "127.0.0.1"
    vars.http_port = {port}
    check_interval = 1s
    retry_interval = 1s
    max_check_attempts = 1
    enable_notifications = {services}
}}
apply Notification "bot" to Host {{
    command = "tell-of-host"
    users = [ "bot" ]
    types = [ Problem, Acknowledgement, Recovery ]
    interval = 0
    assign where true
}}
apply Notification "bot" to Service {{
    command = "tell-of-service"
    users = [ "bot" ]
    types = [ Problem, Acknowledgement, Recovery ]
    interval = 0
    assign where true
}}
"""
FOLDERS = ("DataDir", "LogDir", "CacheDir", "SpoolDir", "InitRunDir")


def commands(url: str) -> tuple[str, str]:
    """The notification commands for services and for hosts, as the set-up has them."""
    service, host = re.findall(r"`([^`]+)`", icinga2.SETUP)
    return service.replace("{url}", url), host.replace("{url}", url)


@contextmanager
def watching(site: Site, url: str, folder: Path, about: str) -> Iterator[Path]:
    """An Icinga that watches a site, as a host or as a service."""
    service, host = commands(url)
    told = {"hosts": str(about == "host").lower(), "services": str(about == "service").lower()}
    file = folder / "icinga2.conf"
    file.write_text(CONFIGURATION.format(plugins=PLUGINS, service=service, host=host, port=site.port, **told))
    places = [f"-D{name}={folder}" for name in FOLDERS]
    user = [f"-D{name}={getpass.getuser()}" for name in ("RunAsUser", "RunAsGroup")]
    with running([BINARY, "daemon", "-c", str(file), *places, *user], folder) as said:
        yield said


SAID = {"service": ("web1 http is CRITICAL", "web1;http"), "host": ("web1 is DOWN", "web1")}


@pytest.mark.parametrize("about", SAID)
def test_what_breaks_recovers(bot: Bot, site: Site, tmp_path: Path, about: str) -> None:
    integration = bot.integration("icinga2")

    with watching(site, f"{bot.web.url}/integrations/{integration.key}", tmp_path, about):
        fired = bot.one_alert(Status.DROPPED)
        site.up()
        resolved = bot.one_alert(Status.RESOLVED)

    assert (fired.title, fired.dedup_key, fired.urgency) == (*SAID[about], Urgency.CRITICAL)
    assert "refused" in fired.description
    assert resolved.id == fired.id
    assert {log.answered for log in bot.web.logs(integration)} == {200}
