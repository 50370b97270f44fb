"""Debian's Zabbix: a site that it finds broken, then well, told of by the webhook that the set-up gives."""

import re
from pathlib import Path

from bot.engine.model import Status, Urgency
from bot.sources import zabbix as source
from tests.databases import Postgres
from tests.real.conftest import Bot
from tests.real.programs import Site, needs
from tests.real.zabbix import FRONTEND, PHP, SERVER, TABLES, Api, zabbix

installed = SERVER and PHP and FRONTEND.exists() and TABLES.exists()
pytestmark = needs(SERVER if installed else "", "zabbix-server-pgsql, zabbix-frontend-php, php-cli and php-pgsql")
HIGH = 4
MESSAGES = {"0": "Problem: {EVENT.NAME}", "1": "Resolved: {EVENT.NAME}", "2": "Updated: {EVENT.NAME}"}


def media_type(url: str) -> dict[str, object]:
    """The webhook as the set-up has it."""
    script, *_ = re.findall(r"`(var [^`]+)`", source.SETUP)
    parameters = re.findall(r"`(\w+)`\s+(\{[$A-Z.]+\})", source.SETUP)
    assert len(parameters) == 13
    return {
        "name": "bot",
        "type": "4",
        "script": script.replace("{url}", url),
        "parameters": [{"name": name, "value": value} for name, value in parameters],
        "message_templates": [
            {"eventsource": "0", "recovery": when, "subject": subject, "message": "Since {EVENT.TIME}"}
            for when, subject in MESSAGES.items()
        ],
    }


def watch(api: Api, site: Site, url: str) -> None:
    """Have Zabbix watch a site, and tell of it by the webhook."""
    media = api.make("mediatype", **media_type(url))
    api("user.update", userid="1", medias=[{"mediatypeid": media, "sendto": ["bot"]}])
    to = {"opmessage": {"default_msg": "1", "mediatypeid": media}, "opmessage_usr": [{"userid": "1"}]}
    api.make(
        "action",
        name="tell",
        eventsource="0",
        operations=[{"operationtype": "0", **to}],
        recovery_operations=[{"operationtype": "11", "opmessage": {"default_msg": "1"}}],
    )
    group = api.make("hostgroup", name="Sites")
    local = {"type": "1", "main": "1", "useip": "1", "ip": "127.0.0.1", "dns": "", "port": "10050"}
    host = api.make("host", host="web1", groups=[{"groupid": group}], interfaces=[local])
    interfaces = api("hostinterface.get", hostids=host)
    assert isinstance(interfaces, list)
    key = f"net.tcp.service[http,127.0.0.1,{site.port}]"
    at = interfaces[0]["interfaceid"]
    api.make("item", name="HTTP", key_=key, hostid=host, type="3", value_type="3", delay="1s", interfaceid=at)
    tags = [{"tag": "scope", "value": "availability"}]
    api.make("trigger", description="HTTP is down", expression=f"last(/web1/{key})=0", priority=HIGH, tags=tags)


def test_a_site_breaks_and_recovers(bot: Bot, site: Site, tmp_path: Path, postgres: Postgres) -> None:
    integration = bot.integration("zabbix")

    with zabbix(postgres.create(), tmp_path) as api:
        watch(api, site, f"{bot.web.url}/integrations/{integration.key}")
        fired = bot.one_alert(Status.DROPPED)
        site.up()
        resolved = bot.one_alert(Status.RESOLVED)

    assert (fired.title, fired.urgency) == ("Problem: HTTP is down (web1)", Urgency.HIGH)
    assert fired.description.startswith("Since ")
    assert "scope:availability" in fired.tags
    assert resolved.id == fired.id
    assert {log.answered for log in bot.web.logs(integration)} == {200}
