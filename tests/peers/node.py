"""Running the JavaScript packages beside this file, one process for a whole batch."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

PEERS = Path(__file__).parent


def missing(*packages: str) -> str:
    """Why the peers cannot be asked, or an empty text."""
    if shutil.which("node") is None:
        return "node is not installed"
    absent = [package for package in packages if not (PEERS / "node_modules" / package).is_dir()]
    return f"{', '.join(absent)} not installed: run npm ci or npm install in tests/peers" if absent else ""


def ask(script: str, questions: Iterable[object]) -> list[object]:
    """The script's answers, one for each question, in order. Both are JSON, a line each."""
    lines = "\n".join(json.dumps(question) for question in questions)
    done = subprocess.run(
        ["node", script], cwd=PEERS, input=lines, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
