"""Small things that are fetched over HTTP from hosts that are known beforehand: bounded in time and size."""

from time import monotonic

import httpx

from bot.errors import Rejected, Unavailable

PATIENCE = 5.0  # seconds for all of a request
LARGEST = 64 * 1024  # bytes of an answer


def fetch(url: str) -> bytes:
    """The body at an address, which must answer itself: redirects are not followed.

    Raises `Rejected` when it answers with anything but a 2xx or with too much, and `Unavailable` when it does not
    answer. Whoever calls has checked that the address is one of those that may be asked.
    """
    until = monotonic() + PATIENCE
    try:
        with (
            httpx.Client(timeout=PATIENCE, follow_redirects=False) as client,
            client.stream("GET", url) as response,
        ):
            if not response.is_success:
                raise _refusal(response.status_code)
            return _read(response, until)
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise Unavailable(f"it cannot be reached: {str(error) or type(error).__name__}") from None
    except httpx.HTTPError as error:
        raise Rejected(f"it cannot be read: {str(error) or type(error).__name__}") from None


def _refusal(status: int) -> Rejected | Unavailable:
    said = f"it answered with {status}"
    return Unavailable(said) if status == 429 or status >= 500 else Rejected(said)


def _read(response: httpx.Response, until: float) -> bytes:
    body = b""
    for part in response.iter_bytes():
        body += part
        if len(body) > LARGEST:
            raise Rejected(f"it is larger than {LARGEST} bytes")
        if monotonic() > until:
            raise Unavailable(f"it takes longer than {PATIENCE:.0f} s")
    return body
