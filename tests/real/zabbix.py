"""A Zabbix of its own for a test: server, database and frontend on loopback, set up through its API."""

import gzip
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg

from tests.real.programs import find, free_port, running, wait_until

SERVER, PHP = find("zabbix_server"), find("php")
FRONTEND, TABLES = Path("/usr/share/zabbix"), Path("/usr/share/zabbix-server-pgsql")
SETTINGS = """
ListenIP=127.0.0.1
ListenPort={port}
LogType=console
PidFile={folder}/zabbix.pid
SocketDir={folder}
DBHost={host}
DBName={name}
DBUser={user}
AllowRoot=1
AllowUnsupportedDBVersions=1
CacheUpdateFrequency=1
StartPingers=0
StartDiscoverers=0
StartTrappers=1
HousekeepingFrequency=0
"""
PAGES = """<?php
$DB = ['TYPE' => 'POSTGRESQL', 'SERVER' => '{host}', 'PORT' => '0', 'DATABASE' => '{name}', 'USER' => '{user}',
    'PASSWORD' => '', 'SCHEMA' => '', 'ENCRYPTION' => false, 'KEY_FILE' => '', 'CERT_FILE' => '', 'CA_FILE' => '',
    'VERIFY_HOST' => false, 'CIPHER_LIST' => '', 'DOUBLE_IEEE754' => true, 'VAULT_URL' => '', 'VAULT_DB_PATH' => '',
    'VAULT_TOKEN' => ''];
$ZBX_SERVER = '127.0.0.1';
$ZBX_SERVER_PORT = '{port}';
$ZBX_SERVER_NAME = 'test';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
$ALLOW_UNSUPPORTED_DB_VERSIONS = true;
"""


class Api:
    """The frontend's API, asked as its administrator."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._token = ""

    def log_in(self) -> bool:
        """Whether it could be logged in to."""
        try:
            self._token = str(self("user.login", username="Admin", password="zabbix"))
        except httpx.HTTPError:
            return False
        return True

    def __call__(self, method: str, **parameters: object) -> object:
        """Call a method and give its result."""
        asked: dict[str, object] = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        if self._token:
            asked["auth"] = self._token
        answer = self._client.post("/api_jsonrpc.php", json=asked).raise_for_status().json()
        assert "result" in answer, (method, answer)
        return answer["result"]

    def make(self, kind: str, **parameters: object) -> str:
        """Make an object and give its id."""
        made = self(f"{kind}.create", **parameters)
        assert isinstance(made, Mapping)
        return str(next(iter(made.values()))[0])


@contextmanager
def zabbix(database: str, folder: Path) -> Iterator[Api]:
    """A running Zabbix on an empty database, whose API is logged in to."""
    with ExitStack() as stack:
        address = _started(stack, database, folder)
        api = Api(stack.enter_context(httpx.Client(base_url=address, timeout=30)))
        wait_until(api.log_in, "Zabbix answers")
        yield api


def _started(stack: ExitStack, database: str, folder: Path) -> str:
    """Start what a Zabbix is made of; gives the frontend's address."""
    with psycopg.connect(database, autocommit=True) as connection:
        for name in ("schema", "images", "data"):
            connection.execute(gzip.decompress((TABLES / f"{name}.sql.gz").read_bytes()))
    parts = urlsplit(database)
    at = {"host": parse_qs(parts.query)["host"][0], "name": parts.path[1:], "user": parts.username or ""}
    port = free_port(range(20_000, 32_767))  # the highest that it takes
    settings = folder / "zabbix_server.conf"
    settings.write_text(SETTINGS.format(folder=folder, port=port, **at))
    pages = shutil.copytree(FRONTEND, folder / "pages")
    configuration, reader = folder / "zabbix.conf.php", pages / "include/classes/core/CConfigFile.php"
    configuration.write_text(_filled(PAGES, port=str(port), **at))
    reader.write_text(reader.read_text().replace("/etc/zabbix/zabbix.conf.php", str(configuration)))
    address = f"127.0.0.1:{free_port()}"
    stack.enter_context(running([SERVER, "--foreground", "--config", str(settings)], folder))
    stack.enter_context(running([PHP, "-S", address, "-t", str(pages)], folder))
    return f"http://{address}"


def _filled(text: str, **named: str) -> str:
    for name, said in named.items():
        text = text.replace(f"{{{name}}}", said)
    return text
