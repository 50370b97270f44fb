"""Twilio's REST API over kept connections, with every refusal as one of our errors."""

import logging
from collections.abc import Mapping
from typing import Any

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bot.errors import Limited, Rejected, Unanswered, Unavailable, Undelivered
from bot.twilio.credentials import TwilioAccount

_TIMEOUT = 10.0  # seconds for each step; Twilio answers as soon as it has queued the message
_RING = 25  # seconds: less than most mailboxes wait
_VALIDITY = 120  # seconds that Twilio may hold an SMS back before it reports that it failed
_QUEUE_FULL = 21611
_BAD_CALLBACK = frozenset({21502, 21609})  # the address to report to is refused, and the message with it
_ACTIVE = "active"
_UNREPORTED = "Whether it arrives is not known: Twilio does not call {address} (PUBLIC_URL). (Twilio {code})"

_REASONS: Mapping[int, str] = {
    10001: "The Twilio account is not active: see why in the Twilio console.",
    13223: "This is not a phone number that can be called.",
    13224: "This is not a phone number that can be called.",
    13225: "Twilio does not call this number.",
    13227: "The Twilio account may not call this country: allow it under Voice, Geographic permissions.",
    20003: "Twilio does not accept the account's credentials: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.",
    20005: "The Twilio account is not active: see why in the Twilio console.",
    20404: "Twilio does not know the account: check TWILIO_ACCOUNT_SID.",
    21210: "TWILIO_FROM is not verified for calls: use a number of the account.",
    21211: "This is not a phone number that exists.",
    21212: "TWILIO_FROM is not a number that Twilio can send from.",
    21214: "This number cannot be called.",
    21215: "The Twilio account may not call this country: allow it under Voice, Geographic permissions.",
    21217: "This is not a phone number that exists.",
    21216: "Twilio does not call this number.",
    21219: "A Twilio trial account calls verified numbers only.",
    21408: "The Twilio account may not send SMS to this country: allow it under Messaging, Geo permissions.",
    21606: "TWILIO_FROM is not a number of this account that can send SMS.",
    21608: "A Twilio trial account sends to verified numbers only.",
    21610: "This number has answered STOP; START from that phone takes it back.",
    21612: "Twilio has no way to this number from the one that sends.",
    21614: "This number cannot receive SMS.",
    21635: "This number is a landline and cannot receive SMS.",
    21617: "The text is longer than 1,600 characters.",
    21659: "TWILIO_FROM is not a number of this account.",
    21703: "The Twilio Messaging Service has no number to send from: add one to its sender pool.",
    30001: "Twilio's queue of SMS from this number is full.",
    30002: "The Twilio account is suspended.",
    30003: "The phone is switched off or out of reach.",
    30004: "The phone or its network blocks the message.",
    30005: "The number is unknown or no longer in use.",
    30006: "The number is a landline or cannot be reached by this network.",
    30007: "The network filtered the message as unwanted.",
    30008: "The network did not say why it was not delivered.",
    30009: "A part of the text was lost on its way.",
    30010: "The text costs more than the account's limit of a message.",
    30022: "The sending number has reached its rate in the United States.",
    30023: "The sending number has reached its limit of a day in the United States.",
    30024: "The sending number is not set up with the phone's network.",
    30032: "The toll-free number is not verified: verify it in the Twilio console.",
    30034: "The sending number is not registered for A2P messages in the United States.",
    30037: "The Twilio account may not send SMS: see why in the Twilio console.",
    30039: "Twilio has seen two machines answering each other, and stopped it.",
    30410: "The network did not answer Twilio in time.",
    63038: "The Twilio account has reached its limit of messages a day.",
    30036: "It could not be handed to the network in time.",
}


class TwilioWeb:
    """Sends texts and makes calls. Safe to share between threads."""

    def __init__(self, account: TwilioAccount, timeout: float = _TIMEOUT) -> None:
        self._account = account
        self._refused_address = ""
        self._http = _Http(timeout)
        self._client = Client(account.sid, account.token, http_client=self._http)
        self._client.api.base_url = account.url

    def text(self, to: str, body: str, callback: str) -> str:
        """Send an SMS and return Twilio's id of it. `callback` may be empty. Raises an `Undelivered` error."""
        sender = {"messaging_service_sid": self._account.service} if self._account.service else {}
        return self._create(
            self._client.messages,
            to=to,
            body=body,
            validity_period=_VALIDITY,
            **(sender or {"from_": self._account.number}),
            **_given(status_callback=callback),
        )

    def call(self, to: str, **how: object) -> str:
        """Ring a phone for 25 s and return Twilio's id of the call. `how` are the SDK's arguments of a call.

        Raises an `Undelivered` error.
        """
        return self._create(self._client.calls, to=to, from_=self._account.number, timeout=_RING, **how)

    def verify(self) -> None:
        """Ask for the account: that Twilio takes the credentials, and that it is active. Raises `Undelivered`."""
        try:
            status = self._client.api.v2010.accounts(self._account.sid).fetch().status
        except (TwilioRestException, TwilioServiceException) as error:
            raise _refusal(error.code, error.status) from error
        except (TwilioException, ValueError) as error:
            raise Unanswered("Twilio's answer could not be read.") from error
        if status != _ACTIVE:
            raise Rejected(f"The Twilio account is {str(status)[:20]}: see why in the Twilio console.")
        if self.unreported:
            raise Rejected(self.unreported)

    @property
    def unreported(self) -> str:
        """Why nothing is reported of what is sent, "" while Twilio takes the address for that."""
        return self._account.uncalled or self._refused_address

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _create(self, collection: Any, **arguments: object) -> str:
        """Create a message or a call; without its reports where Twilio refuses the address for them."""
        try:
            sid = collection.create(**arguments).sid
            self._refused_address = "" if "status_callback" in arguments else self._refused_address
        except (TwilioRestException, TwilioServiceException) as error:
            if error.code in _BAD_CALLBACK and "status_callback" in arguments:
                self._refused_address = _UNREPORTED.format(address=self._account.public_url[:200], code=error.code)
                return self._create(collection, **_without_reports(arguments))
            raise _refusal(error.code, error.status) from error
        except (TwilioException, ValueError) as error:
            raise Unanswered("Twilio's answer could not be read.") from error
        if not sid:
            raise Unanswered("Twilio's answer does not name the message.")
        return str(sid)


def reason(code: int) -> str:
    """Say one of Twilio's error codes in words for a person: https://www.twilio.com/docs/api/errors."""
    return f"{_REASONS.get(code, 'Twilio could not deliver it.')} (Twilio {code})"


class _Http(HttpClient):  # type: ignore[misc]  # the SDK ships no types
    """Twilio's way to plug in HTTP: tells a request that was never sent from one that was not answered."""

    def __init__(self, timeout: float) -> None:
        super().__init__(logging.getLogger("twilio"), is_async=False, timeout=timeout)
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=50, keepalive_expiry=20)
        self._http = httpx.Client(timeout=timeout, limits=limits)

    def request(  # noqa: PLR0917 - the SDK's signature
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002
        allow_redirects: bool = False,
    ) -> Response:
        try:
            answer = self._http.request(
                method, uri, params=params, data=data, headers=headers, auth=auth, follow_redirects=allow_redirects
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unavailable(f"Twilio cannot be reached ({type(error).__name__}).") from error
        except httpx.RequestError as error:
            raise Unanswered(f"Twilio took the message and did not answer ({type(error).__name__}).") from error
        _check(answer)
        return Response(answer.status_code, answer.text, answer.headers)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()


def _check(answer: httpx.Response) -> None:
    after = answer.headers.get("retry-after", "")
    wait = float(after) if after.isdecimal() else None
    if answer.status_code == 429:
        raise Limited("Twilio asks the bot to slow down.", wait)
    if answer.status_code >= 500:
        raise Unavailable(f"Twilio is having trouble (HTTP {answer.status_code}).", wait)


def _refusal(code: int | None, status: int) -> Undelivered:
    if code == _QUEUE_FULL:
        return Limited("Twilio's queue of SMS from this number is full.", retry_after=30)
    if code:
        return Rejected(reason(code))
    return Rejected(f"Twilio refused the message (HTTP {status}).")


def _without_reports(arguments: Mapping[str, object]) -> dict[str, object]:
    return {name: given for name, given in arguments.items() if "status_callback" not in name}


def _given(**arguments: str) -> dict[str, str]:
    return {name: value for name, value in arguments.items() if value}
