"""People at their Slack: they type, click, fill in forms, and see what they see."""

import json
from typing import Any

import httpx

from sandbox.server import Running

Json = dict[str, Any]
WAIT = 60  # seconds that something may take before the test fails; what is there sooner is seen sooner


class Workspace:
    """The workspace, driven over the sandbox's control API."""

    def __init__(self, server: Running) -> None:
        self.url = server.url
        self._http = httpx.Client(base_url=f"{server.url}/_control/", timeout=2 * WAIT)

    def get(self, path: str, **query: object) -> Any:
        """Ask the control API."""
        given = {name: str(value) for name, value in query.items()}
        return self._http.get(path, params=given).raise_for_status().json()

    def post(self, path: str, **body: object) -> Json:
        """Tell the control API."""
        answer: Json = self._http.post(path, json=body).json()
        assert "error" not in answer or answer.get("ok") is not None, answer
        return answer

    def person(self, name: str) -> "Person":
        """Somebody of the workspace."""
        return Person(self, name)

    def close(self) -> None:
        """Hang up."""
        self._http.close()


class Person:
    """Somebody in `#general`."""

    def __init__(self, workspace: Workspace, name: str, channel: str = "#general") -> None:
        self.workspace, self.name, self.channel = workspace, name, channel

    def types(self, text: str) -> Json:
        """Type a command and return Slack's view of the answer."""
        return self.workspace.post("commands", **{"as": self.name, "channel": self.channel, "text": text})

    def asks(self, text: str) -> str:
        """Type a command and return all the text of the new answer."""
        return words_of(self.asks_for(text))

    def asks_for(self, text: str) -> Json:
        """Type a command and return the new answer."""
        before = self.workspace.get("changes")["seq"]
        answer = self.types(text)
        assert answer["ok"], answer
        return self.sees(after=before)

    def sees(self, after: int = 0, **query: object) -> Json:
        """The newest message that this person sees."""
        query = {"channel": self.channel, "as": self.name, "after": after, "wait": WAIT, **query}
        found = self.workspace.get("messages", **query)["messages"]
        assert found, f"{self.name} sees nothing new"
        return dict(found[-1])

    def hears(self, after: int) -> str:
        """The answer to what was typed, wherever it is shown: in the conversation or in a modal."""
        seen = after
        while True:
            changes = self.workspace.get("changes", after=seen, wait=WAIT)
            assert changes["seq"] > seen, f"{self.name} hears nothing"
            seen = changes["seq"]
            messages = self.workspace.get("messages", **{"channel": self.channel, "as": self.name, "after": after})
            top = self.workspace.get("views", **{"as": self.name, "after": after})["top"]
            shown = words_of([*messages["messages"], top or {}])
            if shown and "One moment" not in shown:
                return shown

    def clicks(self, action_id: str, ts: str = "last", **more: object) -> Json:
        """Click in a message."""
        return self.workspace.post(
            "clicks", **{"as": self.name, "channel": self.channel, "ts": ts, "action_id": action_id, **more}
        )

    def opens(self, text: str, showing: str = "") -> Json:
        """Type a command that opens a modal, and return the modal once it is there in full."""
        answer = self.types(text)
        assert answer["ok"], answer
        return self.form(showing)

    def form(self, showing: str = "") -> Json:
        """The modal on top once it has inputs or shows a text."""
        after = 0
        while True:
            found = self.workspace.get("views", **{"as": self.name, "wait": WAIT, "after": after})
            assert found["top"], f"{self.name} sees no modal"
            text = words_of(found["top"])
            if "One moment" not in text and showing in text:
                return dict(found["top"])
            after = found["top"]["seq"]

    def submits(self, **values: object) -> Json:
        """Fill in and send the modal on top."""
        return self.workspace.post("submissions", **{"as": self.name, "values": values})

    def searches(self, action_id: str, query: str) -> list[str]:
        """Type into a long menu and return the values that it offers."""
        found = self.workspace.post("options", **{"as": self.name, "action_id": action_id, "query": query})
        return [option["value"] for option in found["options"]]


def words_of(shown: object) -> str:
    """All text in something that is shown."""
    if isinstance(shown, dict):
        own = [value for name, value in shown.items() if name == "text" and isinstance(value, str)]
        rest = [words_of(value) for name, value in shown.items() if not isinstance(value, str) and name != "state"]
        return "\n".join(part for part in (*own, *rest) if part)
    if isinstance(shown, list):
        return "\n".join(part for part in map(words_of, shown) if part)
    return ""


def dump(shown: object) -> str:
    """For a look at what is there."""
    return json.dumps(shown, indent=1)
