"""HMACs in all the ways in which senders write them: of which bytes, with which digest, in which letters."""

import base64
import binascii
import hmac
import re
from collections.abc import Iterator

from bot.errors import Forbidden
from bot.payloads.signatures import base64_text
from bot.ports import Request

ALGORITHMS = ("sha256", "sha512", "sha1")
SIGNED = "{body}"
MOST = 20  # signatures in one header
PLACE = re.compile(r"\{([\w-]{1,60})\}")


def key_of(secret: str) -> bytes:
    """The bytes to sign with: behind `whsec_` they are base64, as the Standard Webhooks specification has it."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except (binascii.Error, ValueError):
            return secret.encode()
    return secret.encode()


def require_hmac(request: Request, secret: str, *, header: str, algorithm: str, signed: str = SIGNED) -> None:
    """Raise `Forbidden` unless a header holds the HMAC, in hexadecimal or base64, bare or behind `sha256=` or `v1,`.

    `signed` says what was signed: `{body}`, and headers by name, such as `{webhook-id}.{webhook-timestamp}.{body}`.
    """
    given = request.headers.get(header.lower(), "")
    if not given:
        raise Forbidden(f"The header {header} is missing.")
    digest = hmac.digest(key_of(secret), content(request, signed), algorithm)
    accepted = (digest.hex().encode(), base64_text(digest).encode())
    found = [hmac.compare_digest(each.encode("utf-8", "replace"), one) for each in written(given) for one in accepted]
    if not any(found):
        raise Forbidden(f"The header {header} is wrong.")


def content(request: Request, signed: str) -> bytes:
    """The bytes that were signed."""
    pieces = PLACE.split(signed)
    return b"".join(
        (request.body if piece == "body" else request.headers.get(piece.lower(), "").encode("latin-1", "replace"))
        if number % 2
        else piece.encode()
        for number, piece in enumerate(pieces)
    )


def written(header: str) -> Iterator[str]:
    """The signatures in a header, each as it is and without what stands before it."""
    for each in re.split(r"[\s,]+", header[:4_000])[:MOST]:
        name, mark, rest = each.partition("=")
        yield each
        if mark and len(name) <= 10:
            yield rest
