"""`pagertree health`: who is told to be restarted, and who is not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import gethostname

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.store import open_store
from tests.end_to_end.machine import free_port
from tests.redis_server import running


def health(name: str, folder: Path, **environment: str) -> Result:
    """Ask after a process."""
    return CliRunner().invoke(main, ["health", name], env={"DATA_DIR": str(folder), **environment})


@pytest.mark.parametrize(
    ("beat", "age", "code"),
    [
        (f"paging@{gethostname()}:7", timedelta(seconds=5), 0),
        (f"paging@{gethostname()}:7", timedelta(minutes=5), 1),
        (f"housekeeping@{gethostname()}:7", timedelta(seconds=5), 1),
        (f"paging@another-{gethostname()}:7", timedelta(seconds=5), 1),
    ],
)
def test_a_worker_is_known_by_what_it_writes_down(beat: str, age: timedelta, code: int, tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/pagertree.db") as store, store.begin() as uow:
        uow.beat(beat, datetime.now(UTC) - age)

    assert health("worker", tmp_path).exit_code == code


def test_a_database_that_is_away_is_no_reason_to_restart_a_worker(tmp_path: Path) -> None:
    said = health("housekeeping", tmp_path, DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")

    assert said.exit_code == 0
    assert said.output.startswith("Whether housekeeping works is not known: ")


def test_a_web_process_and_a_mail_server_that_are_not_there(tmp_path: Path) -> None:
    web, mail = (health(name, tmp_path, PORT=str(free_port()), MAIL_PORT=str(free_port())) for name in ("web", "mail"))

    assert (web.exit_code, mail.exit_code) == (1, 1)
    assert web.output.endswith("/health/live does not answer.\n")
    assert mail.output.startswith("Error: No mail server greets at 127.0.0.1, port ")


def test_the_embedded_redis(tmp_path: Path) -> None:
    with running(tmp_path):
        there = health("redis", tmp_path)
    gone = health("redis", tmp_path)

    assert (there.exit_code, there.output, gone.exit_code) == (0, "redis works.\n", 1)


def test_what_rests_is_well(tmp_path: Path) -> None:
    said = health("mail", tmp_path, MAIL_PORT="0")

    assert (said.exit_code, said.output) == (0, "No mail is taken here: set MAIL_PORT, for example to 2525.\n")
