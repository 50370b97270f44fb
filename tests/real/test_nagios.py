"""Debian's Nagios: a service that its plugin finds broken, then well, told of by the commands that the set-up gives."""

import getpass
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.engine.model import Status, Urgency
from bot.sources import nagios
from tests.real.conftest import Bot
from tests.real.programs import Site, find, needs, running

BINARY = find("nagios4", "nagios")
PLUGINS = Path("/usr/lib/nagios/plugins")
pytestmark = needs(BINARY if (PLUGINS / "check_http").exists() else "", "nagios4-core and monitoring-plugins-basic")

MAIN = """
cfg_file={folder}/objects.cfg
resource_file={folder}/resource.cfg
log_file={folder}/nagios.log
log_archive_path={folder}
object_cache_file={folder}/objects.cache
precached_object_file={folder}/objects.precache
status_file={folder}/status.dat
state_retention_file={folder}/retention.dat
command_file={folder}/nagios.cmd
lock_file={folder}/nagios.pid
temp_file={folder}/nagios.tmp
temp_path={folder}
check_result_path={folder}/results
query_socket={folder}/nagios.qh
nagios_user={user}
nagios_group=root
use_syslog=0
interval_length=1
check_for_updates=0
illegal_macro_output_chars=`~$&|'"<>
"""
OBJECTS = """
define timeperiod {{
    timeperiod_name always
    alias always
    {week}
}}
define command {{
    command_name check-host
    command_line /bin/true
}}
define command {{
    command_name check-http
    command_line {plugins}/check_http -I 127.0.0.1 -p {port} -t 5
}}
define command {{
    command_name tell-of-service
    command_line {service}
}}
define command {{
    command_name tell-of-host
    command_line {host}
}}
define contact {{
    contact_name bot
    alias bot
    host_notification_period always
    service_notification_period always
    host_notification_options d,u,r
    service_notification_options w,u,c,r
    service_notification_commands tell-of-service
    host_notification_commands tell-of-host
}}
define host {{
    host_name web1
    alias web1
    address 127.0.0.1
    check_command check-host
    max_check_attempts 1
    contacts bot
}}
define service {{
    host_name web1
    service_description HTTP
    check_command check-http
    check_interval 1
    retry_interval 1
    max_check_attempts 1
    check_period always
    notification_period always
    notification_interval 0
    contacts bot
}}
"""
DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def commands(url: str) -> tuple[str, str]:
    """The notification commands for services and for hosts, as the set-up has them."""
    curl, service, host = (" ".join(part.split()) for part in re.findall(r"`([^`]+)`", nagios.SETUP))
    return tuple(f"{curl.replace('{url}', url)} {arguments}" for arguments in (service, host))  # type: ignore[return-value]


@contextmanager
def watching(site: Site, url: str, folder: Path) -> Iterator[Path]:
    """A Nagios that watches a site."""
    (folder / "results").mkdir()
    (folder / "resource.cfg").touch()
    service, host = commands(url)
    week = "\n    ".join(f"{day} 00:00-24:00" for day in DAYS)
    objects = OBJECTS.format(plugins=PLUGINS, port=site.port, service=service, host=host, week=week)
    (folder / "objects.cfg").write_text(objects)
    main = folder / "nagios.cfg"
    main.write_text(MAIN.format(folder=folder, user=getpass.getuser()))
    with running([BINARY, str(main)], folder) as said:
        yield said


def test_a_service_breaks_and_recovers(bot: Bot, site: Site, tmp_path: Path) -> None:
    integration = bot.integration("nagios")

    with watching(site, f"{bot.web.url}/integrations/{integration.key}", tmp_path):
        fired = bot.one_alert(Status.DROPPED)
        site.up()
        resolved = bot.one_alert(Status.RESOLVED)

    assert (fired.title, fired.dedup_key, fired.urgency) == ("web1 HTTP is CRITICAL", "web1;HTTP", Urgency.CRITICAL)
    assert "refused" in fired.description
    assert resolved.id == fired.id
    assert {log.answered for log in bot.web.logs(integration)} == {200}
