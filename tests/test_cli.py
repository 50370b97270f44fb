"""The command line: what it says when something is wrong, and where it leaves things."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.store import open_store
from tests.databases import Postgres
from tests.end_to_end.machine import PAGERTREE, free_port
from tests.redis_server import RedisServer, running


def run(*words: str, folder: Path, **environment: str) -> Result:
    """Run a command that comes to its end, in this process: one of its own takes a second to begin."""
    clean: dict[str, str | None] = dict.fromkeys(os.environ)
    clean |= {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **environment}
    with contextlib.chdir(folder):
        return CliRunner().invoke(main, [*words], env=clean)


def process(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, to its end."""
    return subprocess.run(
        [PAGERTREE, *words],
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_every_command_says_what_it_does() -> None:
    said = CliRunner().invoke(main, ["--help"])

    assert said.exit_code == 0
    assert {"run", "web", "worker", "redis", "db", "sample"} <= {
        line.split()[0] for line in said.output.split("\n  ")[1:]
    }
    assert "welcome" not in said.output


@pytest.mark.parametrize("command", ["run", "web", "redis"])
def test_a_wrong_setting_is_a_sentence_and_exit_code_2(command: str, tmp_path: Path) -> None:
    said = run(command, folder=tmp_path, PORT="eighty")

    assert said.exit_code == 2
    assert said.stderr == ("pagertree: PORT: Input should be a valid integer, unable to parse string as an integer.\n")


@pytest.mark.parametrize("command", [("run",), ("db", "upgrade"), ("redis",)])
def test_a_data_folder_that_cannot_be_made_is_said(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = run(*command, folder=tmp_path, DATA_DIR="file/data")

    assert said.exit_code == 1
    assert said.stderr.startswith("Error: The folder ")
    assert said.stderr.endswith(" cannot be made: Not a directory. Set DATA_DIR to one that can be written to.\n")


@pytest.mark.parametrize("command", ["run", "web"])
def test_a_port_in_use_is_said(command: str, tmp_path: Path, taken: int) -> None:
    said = process(command, folder=tmp_path, PORT=str(taken))

    assert said.returncode == 1
    assert said.stderr == (
        f"Error: Port {taken} of 127.0.0.1 is in use. Stop what uses it, or set PORT to another one.\n"
    )


def test_a_database_that_is_not_there_is_said(tmp_path: Path) -> None:
    said = process("web", folder=tmp_path, DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")

    assert said.returncode == 1
    assert said.stderr.startswith("pagertree: the database")
    assert "Traceback" not in said.stderr


def test_upgrading_and_checking_a_database(tmp_path: Path, postgres: Postgres) -> None:
    for url in (f"sqlite:///{tmp_path}/new.db", postgres.create()):
        before, done, again, after = (
            CliRunner().invoke(main, ["db", word], env={"DATABASE_URL": url, "DATA_DIR": str(tmp_path)})
            for word in ("check", "upgrade", "upgrade", "check")
        )

        assert (before.exit_code, done.exit_code, again.exit_code, after.exit_code) == (1, 0, 0, 0)
        assert "pagertree db upgrade" in before.output
        with open_store(url) as store:
            assert store.directory().version == 0


def test_one_redis_server_has_a_folder(tmp_path: Path) -> None:
    with running(tmp_path):
        pass  # its leftovers: a socket, and a file of what it knew
    first = subprocess.Popen([PAGERTREE, "redis"], env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)})
    try:
        with RedisServer(tmp_path).client() as client:
            client.set("kept", "1")
            second = process("redis", folder=tmp_path)
            assert client.config_get("port") == {"port": "0"}
    finally:
        first.terminate()
        first.wait(60)
    with running(tmp_path) as again, again.client() as client:
        assert client.get("kept") == b"1"

    assert (second.returncode, second.stderr) == (1, f"Error: Another Redis server is running on {tmp_path}/redis.\n")


def test_the_sample_needs_a_slack(tmp_path: Path) -> None:
    said = run("sample", folder=tmp_path)

    assert said.exit_code == 1
    assert "SLACK_BOT_TOKEN" in said.stderr


def test_the_manifest_has_the_public_address() -> None:
    plain, own = (
        CliRunner().invoke(main, ["manifest"], env={"PUBLIC_URL": url}).output
        for url in ("", "https://bell.example.net")
    )

    assert plain == Path("manifests/slack-app.yaml").read_text()
    assert (
        own.count("https://bell.example.net/slack/events") == plain.count("https://pager.example.com/slack/events") > 0
    )
    assert "https://pager.example.com" not in own
