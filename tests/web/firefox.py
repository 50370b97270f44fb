"""Debian's Firefox, driven over WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), with a push service of ours."""

import base64
import itertools
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox") or ""
_PATIENCE = 30  # seconds for each answer
_PREFERENCES: dict[str, object] = {
    "remote.prefs.recommended": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.disabledForTesting": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "alerts.useSystemBackend": False,
    "dom.push.connection.enabled": True,
    "dom.push.testing.allowInsecureServerURL": True,
    "dom.push.testing.ignorePermission": True,
}


class Firefox:
    """One tab."""

    def __init__(self, wire: ClientConnection) -> None:
        self._wire = wire
        self._numbers = itertools.count(1)
        self.call("session.new", capabilities={})
        self._tab = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """Send a command and return its result."""
        number = next(self._numbers)
        self._wire.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._wire.recv(timeout=_PATIENCE))
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                result: dict[str, Any] = answer["result"]
                return result

    def allow_notifications(self, origin: str) -> None:
        """Answer the browser's question beforehand."""
        self.call("permissions.setPermission", descriptor={"name": "notifications"}, state="granted", origin=origin)

    def visit(self, url: str) -> None:
        """Open an address and wait until it is loaded."""
        self.call("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def run(self, script: str) -> Any:
        """Evaluate an expression in the page, wait for its promise, and return what it gives as JSON."""
        answer = self.call(
            "script.evaluate",
            expression=f"Promise.resolve({script}).then((it) => JSON.stringify(it ?? null))",
            target={"context": self._tab},
            awaitPromise=True,
            userActivation=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def wait_for(self, condition: str) -> Any:
        """Look again and again until an expression is true, and return what it gives."""
        return self.run(
            f"new Promise((resolve) => {{ const look = async () => {{ const found = await ({condition});"
            " found ? resolve(found) : setTimeout(look, 20); }; look(); })"
        )

    def picture(self, path: Path) -> None:
        """Keep what the page looks like."""
        shot = self.call("browsingContext.captureScreenshot", context=self._tab)["data"]
        path.write_bytes(base64.b64decode(shot))


@contextmanager
def start(profile: Path, push_server: str) -> Iterator[Firefox]:
    """Run Firefox without a window."""
    preferences = _PREFERENCES | {"dom.push.serverURL": push_server}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items())
    (profile / "user.js").write_text("\n".join(lines))
    command = [PROGRAM, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = (re.search(r"BiDi listening on (ws://\S+)", line) for line in process.stderr)
            address = next(match[1] for match in found if match)
            with connect(f"{address}/session", max_size=None) as wire:
                yield Firefox(wire)
        finally:
            process.terminate()
            process.communicate()
