"""What the bot shows, kept as JSON and read as diffs.

Renew them after a change that was meant, then read the diff: `GOLDEN=renew pytest tests/channels tests/handlers`.
"""

import json
import os
from pathlib import Path

_FOLDER = Path(__file__).parent


def check(name: str, shown: object) -> None:
    """Compare what is shown with the file of that name."""
    path = _FOLDER / f"{name}.json"
    text = json.dumps(shown, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("GOLDEN") == "renew":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path.name} is missing: run again with GOLDEN=renew and read the diff"
    assert json.loads(text) == json.loads(path.read_text(encoding="utf-8")), f"{path.name}: renew with GOLDEN=renew"
