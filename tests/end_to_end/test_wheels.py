"""What is installed works without the source tree: both wheels are built, installed, and page somebody."""

import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import venv
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree, which
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

from tests.end_to_end.holding import until
from tests.end_to_end.machine import Slack, free_port, pagertree_run
from tests.end_to_end.on_call import PEOPLE

pytestmark = pytest.mark.xdist_group("wheels")

ROOT = Path(__file__).parents[2]
_NOT_SHIPPED = ignore_patterns("__pycache__", "*.egg-info", "build", "node_modules")
_BUILD = "from setuptools import build_meta; import sys; print(build_meta.build_wheel(sys.argv[1]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The wheels, and an environment of its own with the bot's in it."""

    folder: Path
    bot: Path
    local_slack: Path

    @property
    def python(self) -> str:
        """The environment's interpreter."""
        return str(self.folder / "bin" / "python")

    @property
    def command(self) -> tuple[str, ...]:
        """`pagertree`, run by somebody who may do little here."""
        return (*_as_a_stranger(self.python), str(self.folder / "bin" / "pagertree"))

    def install(self, wheel: Path) -> None:
        """Put a wheel into the environment: what it contains, and nothing else. Nobody may write there afterwards."""
        _allow_writing(self.folder, is_allowed=True)
        pip = [self.python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel)]
        subprocess.run(pip, check=True, env={"PATH": os.environ["PATH"]}, cwd=self.folder)
        _allow_writing(self.folder, is_allowed=False)

    def said(self, words: str, environment: Mapping[str, str]) -> str:
        """Run a command to its end; what it says."""
        run = [*self.command, *words.split()]
        done = subprocess.run(run, env=environment, cwd="/", capture_output=True, text=True, check=False, timeout=120)
        return done.stdout + done.stderr


def _as_a_stranger(python: str) -> tuple[str, ...]:
    """What a command line begins with, to be run by a user whom the system does not know and who has no rights.

    Where user namespaces are forbidden, by oneself, or by a root who has put their rights down.
    """
    unknown = ("unshare", "--user", "--map-user=10001", "--map-group=10001", "--")
    if which("unshare") and _works(*unknown, python, "-c", "import slack_sdk"):
        return unknown
    return () if os.geteuid() else ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--")


def _works(*command: str) -> bool:
    return not subprocess.run(command, capture_output=True, check=False).returncode


def _allow_writing(folder: Path, *, is_allowed: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200 if is_allowed else path.stat().st_mode & ~0o222)


def load(file: Path) -> dict[str, Any]:
    """Read a TOML file."""
    return tomllib.loads(file.read_text())


def build(source: Path, out: Path) -> Path:
    """Build a wheel as pip does, in a copy, so that nothing of an earlier build gets in."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", _BUILD, str(out)], cwd=source, capture_output=True, text=True, check=True
    )
    return out / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def installed() -> Iterator[Installed]:
    """The bot's wheel in a new environment that sees the dependencies of this one, and neither source tree."""
    folder = Path(tempfile.mkdtemp(prefix="pagertree-wheels-"))  # pytest's own folders are shut to everybody else
    folder.chmod(0o755)
    source = folder / "source"
    copytree(ROOT, source, ignore=lambda path, names: _left_out(Path(path), names))
    made = Installed(folder=folder / "env", bot=build(source, folder), local_slack=build(source / "sandbox", folder))
    rmtree(source)
    venv.create(made.folder, with_pip=True, symlinks=True)
    (_site_packages(made) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    made.install(made.bot)
    yield made
    _allow_writing(made.folder, is_allowed=True)
    rmtree(folder)


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder that anybody may write to."""
    with tempfile.TemporaryDirectory(prefix="pagertree-data-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def _left_out(folder: Path, names: list[str]) -> set[str]:
    shipped = {"bot", "sandbox", "manifests", "pyproject.toml", "README.md", "LICENSE"}
    return set(names) - shipped if folder == ROOT else set(_NOT_SHIPPED(str(folder), names))


def _site_packages(made: Installed) -> Path:
    return next(made.folder.glob("lib/python*/site-packages"))


def _packaged(wheel: Path) -> set[str]:
    return {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}


def _written(folder: str, *more: str) -> set[str]:
    """Every file of a package's folder, as it is called in a wheel."""
    top = ROOT / folder
    files = (path for path in top.rglob("*") if path.is_file() and not {"__pycache__", "build"} & set(path.parts))
    named = {str(path.relative_to(ROOT)) for path in files if ".egg-info" not in str(path)}
    return named - {f"{folder}/{name}" for name in more}


def test_each_wheel_holds_its_package_whole_and_nothing_else(installed: Installed) -> None:
    assert _packaged(installed.bot) == _written("bot")
    assert _packaged(installed.local_slack) == _written("sandbox", "pyproject.toml", "README.md")


def test_the_environment_cannot_be_written_to(installed: Installed) -> None:
    touch = [*installed.command[:-1], "touch", str(_site_packages(installed) / "written")]

    assert subprocess.run(touch, capture_output=True, check=False).returncode != 0


def test_both_distributions_have_one_version() -> None:
    versions = {load(file)["project"]["version"] for file in (ROOT / "pyproject.toml", ROOT / "sandbox/pyproject.toml")}

    assert len(versions) == 1


def test_an_installed_bot_pages_somebody_for_a_user_without_a_home(installed: Installed, data: Path) -> None:
    port, slack_port = str(free_port()), str(free_port())
    environment = {"PATH": "/usr/bin:/bin", "DATA_DIR": str(data), "LOG_LEVEL": "WARNING"}
    environment |= {"PORT": port, "SANDBOX_PORT": slack_port}
    version = load(ROOT / "pyproject.toml")["project"]["version"]

    assert installed.said("--version", environment) == f"pagertree {version}\n"
    assert installed.said("db upgrade", environment) == "The database is up to date.\n"
    assert installed.said("run", environment) == (
        "Error: No workspace is connected (SLACK_BOT_TOKEN is not set), and the local Slack, pagertree-local-slack, "
        "is not installed. Set SLACK_BOT_TOKEN, or install it:\n"
        f"  {installed.python} -m pip install pagertree-local-slack=={version}\n"
    )

    installed.install(installed.local_slack)
    with (
        pagertree_run(data, environment, command=installed.command) as process,
        closing(Slack(f"http://127.0.0.1:{slack_port}")) as slack,
    ):
        assert process.stdout
        said = next(line for line in process.stdout if "/integrations/" in line)
        url = re.findall(r"http://\S+/integrations/\S+", said)[0]
        httpx.post(url, json={"event_type": "create", "id": "1", "title": "The disk is full"}).raise_for_status()
        until(lambda: _pages(slack) == 1, "one page")
        assert installed.said("health worker", environment) == "worker works.\n"


def _pages(slack: Slack) -> int:
    """How many direct messages tell of the alert."""
    return sum(len(slack.messages(name, "The disk is full", wait=0)) for name in PEOPLE)
