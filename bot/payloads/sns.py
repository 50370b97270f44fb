"""Amazon SNS messages over HTTP: what they say, and whether Amazon signed them.

The signature needs a certificate, whose fetching is not pure: whoever can make requests asks `certificate_url`, gets
the certificate (and may keep it), and gives it to `check`. Rules: docs.aws.amazon.com/sns, "Verifying the signatures of
Amazon SNS messages".
"""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_pem_x509_certificate

from bot.errors import Forbidden, Unreadable
from bot.payloads import reading, values
from bot.ports import Request

HOST = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?")
NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED_FIELDS = {
    "Notification": NOTIFICATION,
    "SubscriptionConfirmation": CONFIRMATION,
    "UnsubscribeConfirmation": CONFIRMATION,
}
ENVELOPE = frozenset({"Type", "Signature", "SigningCertURL", "SignatureVersion"})
CONFIRMED = "pagertree-confirmed"
"""The header in which whoever took a message in notes whether it confirmed the subscription."""
MAX_AGE = timedelta(hours=1, minutes=5)  # a delivery policy may spread its retries over an hour


def certificate_url(request: Request, trusted: Collection[str] = ()) -> str:
    """Where the certificate of a message is, "" for a message without SNS' envelope (raw message delivery).

    `trusted` are hosts, with their ports, that count as Amazon's. Raises `Forbidden` when the address is elsewhere.
    """
    message = reading.mapping(request)
    if ENVELOPE.isdisjoint(message):
        return ""
    url = values.text(message, "SigningCertURL")
    if not may_ask(url, trusted) or not urlsplit(url).path.endswith(".pem"):
        raise Forbidden("The SigningCertURL is missing or does not point to Amazon SNS.")
    return url


def confirmation_url(request: Request, trusted: Collection[str] = ()) -> str:
    """The address to GET so that a topic's messages arrive, "" when the message is no confirmation.

    Raises `Forbidden` when it is not at Amazon.
    """
    message = reading.mapping(request)
    if values.text(message, "Type") != "SubscriptionConfirmation":
        return ""
    url = values.text(message, "SubscribeURL")
    if not may_ask(url, trusted):
        raise Forbidden("The SubscribeURL does not point to Amazon SNS.")
    return url


def opened(content: object) -> object:
    """What SNS sent with its message as plain values in its place, where it is JSON; anything else stays as it is."""
    if not isinstance(content, dict) or not content.keys() & {"Type", "TopicArn", "MessageId"}:
        return content
    text = values.text(content, "Message")
    if text[:1] not in {"{", "["}:
        return content
    with suppress(Unreadable):
        return {**content, "Message": reading.parsed(text.encode("utf-8", "replace"))}
    return content


def is_confirmed(request: Request) -> bool:
    """Whether the subscription that a message is about was confirmed when it arrived."""
    return request.headers.get(CONFIRMED) == "yes"


def check(request: Request, certificate: bytes, now: datetime) -> None:
    """Raise `Forbidden` unless the message is signed with this certificate (PEM) and not too old."""
    message = reading.mapping(request)
    algorithm = {"1": hashes.SHA1(), "2": hashes.SHA256()}.get(values.text(message, "SignatureVersion"))  # noqa: S303
    if algorithm is None:
        raise Forbidden("The SignatureVersion is neither 1 nor 2.")
    try:
        signature = base64.b64decode(values.text(message, "Signature"), validate=True)
        key = load_pem_x509_certificate(certificate).public_key()
    except (binascii.Error, ValueError):
        raise Forbidden("The signature or its certificate is malformed.") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise Forbidden("The certificate holds no RSA key.")
    try:
        key.verify(signature, signed_text(message).encode("utf-8", "replace"), padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        raise Forbidden("The signature is wrong.") from None
    require_recent(values.text(message, "Timestamp"), now)


def signed_text(message: Mapping[str, object]) -> str:
    """The text that Amazon signs: names and values of the message's fields, a line each, in their order."""
    names = SIGNED_FIELDS.get(values.text(message, "Type"), NOTIFICATION)
    present = ((name, message.get(name)) for name in names)
    return "".join(f"{name}\n{value}\n" for name, value in present if isinstance(value, str))


def require_recent(stamp: str, now: datetime) -> None:
    """Raise `Forbidden` unless a stamp in ISO 8601 is at most about an hour away."""
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or abs(now - at) > MAX_AGE:
        raise Forbidden("The message's Timestamp is missing, older than an hour, or from the future.")


def may_ask(url: str, trusted: Collection[str] = ()) -> bool:
    """Whether an address is at Amazon SNS, or at a host that is trusted like it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return at_amazon(url) or (parts.scheme in {"http", "https"} and parts.netloc in trusted)


def at_amazon(url: str) -> bool:
    """Whether an address is one of Amazon SNS, by HTTPS."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.port is None and HOST.fullmatch(parts.netloc) is not None
    except ValueError:
        return False
