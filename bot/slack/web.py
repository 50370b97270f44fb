"""Slack's Web API over kept connections, with every refusal as one of our errors."""

from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from bot.errors import Limited, Rejected, Unanswered, Unavailable, Undelivered
from bot.slack.lanes import ONE_CONNECTION, Lanes

DEFAULT_URL = "https://slack.com/api/"
_TIMEOUT = 5.0  # seconds
_FILES = "files.slack.com"
_SCOPES = "x-oauth-scopes"  # what the token may do, with every answer
HEARS = "im:history"
"""The permission without which the bot hears nothing of what is written to it in its direct messages."""

_NO_CONVERSATION = "The bot cannot post to this Slack channel: {why}."
_TOKEN = "Slack no longer takes the bot's token ({code}): install the app again and set SLACK_BOT_TOKEN."  # noqa: S105
_REASONS: Mapping[str, str] = {
    "not_in_channel": _NO_CONVERSATION.format(why="invite it with /invite"),
    "is_archived": _NO_CONVERSATION.format(why="it is archived"),
    "channel_not_found": _NO_CONVERSATION.format(why="it does not exist, or it is private and the bot is not in it"),
    "channel_is_limited_access": _NO_CONVERSATION.format(why="only some people may post there"),
    "restricted_action": _NO_CONVERSATION.format(why="a setting of the workspace forbids it"),
    "restricted_action_read_only_channel": _NO_CONVERSATION.format(why="it is read-only"),
    "user_not_found": "Slack does not know this person.",
    "user_disabled": "This person's Slack account is deactivated.",
    "cannot_dm_bot": "A bot cannot be paged.",
    "messages_tab_disabled": "The app's messages tab is off: turn it on under App Home in the app's settings.",
    "message_limit_exceeded": "The workspace has reached its limit of messages.",
    "message_not_found": "The message was deleted in Slack.",
    "cant_update_message": "Slack does not let the bot change this message.",
    "edit_window_closed": "Slack does not let the bot change this message any more.",
    "expired_trigger_id": "Slack gives the bot three seconds to open a form, and they had passed: try again.",
    "exchanged_trigger_id": "Slack opens one form for each command: type it again.",
    "invalid_trigger_id": "Slack opens one form for each command: type it again.",
    "not_found": "The form was closed.",
    "hash_conflict": "The form was changed meanwhile.",
    "missing_scope": "The app lacks a permission in Slack: install it again with the current manifest.",
}
_TOKEN_CODES = frozenset(
    {"account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed", "org_login_required"}
)
# `invalid_arguments` is what Slack says, too, where a value inside the blocks has another type than it should.
_FORM_CODES = frozenset({"msg_too_long", "invalid_arguments", "invalid_array_arg", "invalid_form_data"})
_FORM_WORDS = ("block", "attachment")
_PASSING = frozenset({"internal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
_HALF_DONE = frozenset({"fatal_error"})  # "some aspect of the operation" may have succeeded, say Slack's pages
_LIMITS = frozenset({"ratelimited", "rate_limited"})


class FormRefused(Rejected):
    """Slack does not take the blocks of a message, whatever they say."""


class SlackWeb:
    """Calls methods of the Web API. Safe to share between threads."""

    def __init__(self, token: str, url: str = DEFAULT_URL, timeout: float = _TIMEOUT) -> None:
        self._url = httpx.URL(url if url.endswith("/") else f"{url}/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timeout = timeout
        self._trust = httpx.create_ssl_context()
        self._lanes = Lanes(self._open)
        self._scopes: frozenset[str] | None = None

    def call(self, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call a method and return its answer, or raise one of the `Undelivered` errors. 5 s at most for each step."""
        return self._post(method, json=arguments)

    def ask(self, method: str, arguments: Mapping[str, str]) -> Mapping[str, Any]:
        """Call a method that reads: Slack takes these as forms only, not as JSON. Raises as `call` does."""
        return self._post(method, data=arguments)

    def lacks(self, scope: str) -> bool:
        """Whether Slack has said that the token has not got a permission; False while it has said nothing."""
        return self._scopes is not None and scope not in self._scopes

    def fetch(self, url: str, most: int) -> bytes:
        """Fetch a file of the workspace. Raises `Rejected` when it is longer than `most` bytes or not to be had."""
        try:
            if httpx.URL(url).host not in {_FILES, self._url.host}:
                raise Rejected("The file is not kept at Slack.")
            return self._fetch(url, most)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Rejected(f"Slack did not hand out the file ({type(error).__name__}).") from error

    def put(self, url: str, content: bytes) -> None:
        """Send the bytes of a file to where Slack asked for them. Raises `Undelivered`."""
        try:
            if httpx.URL(url).host not in {_FILES, self._url.host}:
                raise Rejected("Slack does not take files there.")
            with self._lanes.one() as client:
                answer = client.post(url, content=content, headers={"Content-Type": "application/octet-stream"})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"Slack did not take the file ({type(error).__name__}).") from error
        if answer.status_code != 200:
            raise Rejected(f"Slack did not take the file (HTTP {answer.status_code}).")

    def _fetch(self, url: str, most: int) -> bytes:
        with self._lanes.one() as client, client.stream("GET", url) as answer:
            if answer.status_code != 200 or answer.headers.get("content-type", "").startswith("text/html"):
                raise Rejected("Slack did not hand out the file.")
            return _bounded(answer.iter_bytes(), most)

    def _post(self, method: str, **body: Any) -> Mapping[str, Any]:
        try:
            with self._lanes.one() as client:
                answer = client.post(method, **body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unavailable(f"Slack cannot be reached ({type(error).__name__}).") from error
        except httpx.RequestError as error:
            raise Unanswered(f"Slack took the message and did not answer ({type(error).__name__}).") from error
        if named := answer.headers.get(_SCOPES, ""):
            self._scopes = frozenset(named.replace(" ", "").split(","))
        return _read(answer)

    def close(self) -> None:
        """Let go of the connections."""
        self._lanes.close()

    def _open(self) -> httpx.Client:
        return httpx.Client(
            base_url=self._url,
            headers=self._headers,
            timeout=self._timeout,
            verify=self._trust,
            limits=ONE_CONNECTION,
        )


def _bounded(parts: Iterable[bytes], most: int) -> bytes:
    content = b""
    for part in parts:
        content += part
        if len(content) > most:
            raise Rejected(f"The file is longer than {most} bytes.")
    return content


def _read(answer: httpx.Response) -> Mapping[str, Any]:
    wait = _seconds(answer.headers.get("retry-after", ""))
    if answer.status_code == 429:
        raise Limited("Slack asks the bot to slow down.", wait)
    if answer.status_code >= 500:
        raise Unavailable(f"Slack is having trouble (HTTP {answer.status_code}).", wait)
    body = _body(answer)
    if body.get("ok") is True:
        return body
    raise refusal(str(body.get("error", f"HTTP {answer.status_code}")), wait)


def _body(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError as error:
        raise Unanswered("Slack's answer could not be read.") from error
    if not isinstance(body, dict):
        raise Unanswered("Slack's answer could not be read.")
    return body


def _seconds(text: str) -> float | None:
    return float(text) if text.isdecimal() else None


def refusal(code: str, retry_after: float | None = None) -> Undelivered:
    """Make our error of Slack's error code."""
    if code in _LIMITS:
        return Limited("Slack asks the bot to slow down.", retry_after)
    if code in _PASSING:
        return Unavailable(f"Slack is having trouble ({code}).", retry_after)
    if code in _HALF_DONE:
        return Unanswered(f"Slack failed half-way ({code}).")
    if code in _FORM_CODES or any(word in code for word in _FORM_WORDS):
        return FormRefused(f"Slack does not take the message's form ({code}).")
    if code in _TOKEN_CODES:
        return Rejected(_TOKEN.format(code=code))
    return Rejected(_REASONS.get(code, f"Slack refused the message ({code[:80]})."))
