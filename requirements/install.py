"""Install exactly what a lock in this folder names, with its hashes, into `.venv`: `python3 install.py run` or `dev`.

Python and its standard library are all it needs. uv installs, and is itself installed for the time by its hash; where
there is no uv for a machine, or it cannot reach the index, pip does the same more slowly. Both refuse a file whose hash
is not the one that was locked.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

LOCKS = Path(__file__).resolve().parent
ROOT = LOCKS.parent
VENV = Path(os.environ.get("VENV", ROOT / ".venv")).absolute()
PYTHON = VENV / "bin" / "python"
_UV_FOLDER = VENV / "uv"
_OLDEST = (3, 11)
_OURS = ("--editable", str(ROOT), "--editable", str(ROOT / "sandbox"))
_LOCKS: Mapping[str, tuple[str, ...]] = {"run": ("run.txt",), "dev": ("dev.txt", "peers.txt")}
"""The locks of each kind of environment. All dependencies are named in them, so no tool looks for more."""


def main(kind: str) -> None:
    """Make the environment, or say in a sentence what is missing."""
    if sys.version_info < _OLDEST:
        sys.exit(f"Python {sys.version.split()[0]} is too old: 3.11 or newer is needed. Try `make PYTHON=python3.11`.")
    if kind not in _LOCKS:
        sys.exit("usage: install.py run | dev")
    began = monotonic()
    _say(1, f"an environment in {_shown(VENV)}")
    _make_environment()
    _say(2, f"what installs it (uv, {_shown(LOCKS / 'uv.txt')})")
    by_uv = _install_uv()
    _say(3, f"{_count(kind)} locked packages ({', '.join(_shown(LOCKS / name) for name in _LOCKS[kind])})")
    for name in _LOCKS[kind]:
        _install(by_uv, "--require-hashes", "--requirement", str(LOCKS / name))
    _say(4, "this program and its local Slack")
    _install(by_uv, *_OURS)
    shutil.rmtree(_UV_FOLDER, ignore_errors=True)
    print(f"Installed in {monotonic() - began:.0f} s.", flush=True)


def _say(step: int, what: str) -> None:
    print(f"[{step}/4] Installing {what}" if step > 1 else f"[1/4] Making {what}", flush=True)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _count(kind: str) -> int:
    return sum(line.count("==") for name in _LOCKS[kind] for line in (LOCKS / name).read_text().splitlines())


def _make_environment() -> None:
    """Make the environment anew where its Python is gone or another one than ours."""
    made_by = VENV / "made-by"
    ours = f"{sys.version}\n{sys.executable}\n"
    if PYTHON.exists() and made_by.exists() and made_by.read_text() == ours:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if not _runs(sys.executable, "-m", "venv", "--without-pip", str(VENV)):
        sys.exit("Python could not make an environment. On Debian and Ubuntu: apt-get install python3-venv")
    made_by.write_text(ours)


def _install_uv() -> bool:
    """Whether uv could be put into its folder."""
    asked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement", str(LOCKS / "uv.txt")]
    if _runs(*_pip(), "--quiet", "install", "--target", str(_UV_FOLDER), "--upgrade", *asked):
        return True
    print("      uv cannot be had here: pip goes on.", flush=True)
    return False


def _install(by_uv: bool, *what: str) -> None:
    asked = ["install", "--quiet", "--no-deps", *what]
    if by_uv:
        options = ["--no-progress", "--python", str(PYTHON), "--build-constraints", str(LOCKS / "build.txt")]
        if _runs(str(_UV_FOLDER / "bin" / "uv"), "pip", *asked, *options):
            return
        print("      uv could not install it: pip tries the same.", flush=True)
    if not _runs(*_pip("--python", str(PYTHON)), *asked):
        sys.exit("It could not be installed. The lines above say what, and why.")


def _pip(*options: str) -> list[str]:
    """Pip's command: that of the Python that runs this, or one of the environment's own where it has none."""
    if _runs(sys.executable, "-m", "pip", "--version", quietly=True):
        return [sys.executable, "-m", "pip", *options]
    _runs(str(PYTHON), "-m", "ensurepip", "--default-pip", quietly=True)
    return [str(PYTHON), "-m", "pip"]


def _runs(*command: str, quietly: bool = False) -> bool:
    """Whether a command ends well. What it says is shown."""
    shown = subprocess.DEVNULL if quietly else None
    return (
        subprocess.run(command, check=False, stdout=shown, stderr=shown, env=_environment(), cwd=ROOT).returncode == 0
    )


def _environment() -> dict[str, str]:
    """What pip is told about the index holds for uv, too, unless it is told otherwise."""
    told = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    if "PIP_INDEX_URL" in os.environ and "UV_DEFAULT_INDEX" not in os.environ:
        told["UV_DEFAULT_INDEX"] = os.environ["PIP_INDEX_URL"]
    return {**os.environ, **told}


if __name__ == "__main__":
    main(*sys.argv[1:2] or [""])
