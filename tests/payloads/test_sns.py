"""Amazon's signatures, with a certificate of our own."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from bot.errors import Forbidden
from bot.payloads import sns
from bot.ports import Request

NOW = datetime(2026, 1, 12, 16, 31, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
MESSAGE = {
    "Type": "Notification",
    "MessageId": "22b80b92",
    "TopicArn": "arn:aws:sns:us-east-1:123456789012:oncall",
    "Subject": "ALARM",
    "Message": '{"AlarmName": "web1"}',
    "Timestamp": "2026-01-12T16:30:42.318Z",
    "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-f3ec.pem",
}


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY) -> bytes:
    """A certificate of a key, as PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM)


PEM = certificate()


def signed(message: Mapping[str, str], version: str = "2") -> dict[str, str]:
    """A message with Amazon's kind of signature, written out here once more by its documented rule."""
    names = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
    text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
    algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()
    signature = KEY.sign(text.encode(), padding.PKCS1v15(), algorithm)
    return {**message, "SignatureVersion": version, "Signature": base64.b64encode(signature).decode()}


def request(message: object) -> Request:
    """A message as SNS posts it."""
    return Request(
        method="POST",
        path="/",
        body=msgspec.json.encode(message),
        headers={"content-type": "text/plain; charset=UTF-8"},
    )


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_signed_notification_passes(version: str) -> None:
    sns.check(request(signed(MESSAGE, version)), PEM, NOW)
    without_subject = {name: value for name, value in MESSAGE.items() if name != "Subject"}
    sns.check(request(signed(without_subject, version)), PEM, NOW)


def test_a_signed_confirmation_passes() -> None:
    url = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription"
    message = {**MESSAGE, "Type": "SubscriptionConfirmation", "SubscribeURL": url, "Token": "2336"}
    del message["Subject"]
    sns.check(request(signed(message)), PEM, NOW)
    assert sns.confirmation_url(request(message)) == url


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "other"},
        {"Subject": "other"},
        {"TopicArn": "arn:aws:sns:us-east-1:1:other"},
        {"Type": "SubscriptionConfirmation"},
        {"Signature": "AAAA"},
        {"Signature": "%%%"},
        {"Signature": 7},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
    ],
)
def test_what_was_changed_on_the_way_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Forbidden):
        sns.check(request({**signed(MESSAGE), **change}), PEM, NOW)


@pytest.mark.parametrize("stamp", ["2026-01-12T15:00:00Z", "2026-01-12T18:00:00Z", "2026-01-12T16:30:42", "soon", ""])
def test_an_old_message_is_refused(stamp: str) -> None:
    with pytest.raises(Forbidden, match="Timestamp"):
        sns.check(request(signed({**MESSAGE, "Timestamp": stamp})), PEM, NOW)


@pytest.mark.parametrize(
    "pem",
    [b"", b"no certificate", certificate(ec.generate_private_key(ec.SECP256R1()))],
    ids=["empty", "text", "of another kind of key"],
)
def test_a_certificate_that_is_none_is_refused(pem: bytes) -> None:
    with pytest.raises(Forbidden):
        sns.check(request(signed(MESSAGE)), pem, NOW)


def test_the_certificate_is_fetched_from_amazon_only() -> None:
    assert sns.certificate_url(request(MESSAGE)) == MESSAGE["SigningCertURL"]
    for url in (
        "http://sns.us-east-1.amazonaws.com/x.pem",
        "https://sns.us-east-1.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.us-east-1.amazonaws.com/x.pem",
        "https://jane@sns.us-east-1.amazonaws.com/x.pem",
        "https://sns.us-east-1.amazonaws.com:8443/x.pem",
        "https://s3.us-east-1.amazonaws.com/bucket/x.pem",
        "https://sns.us-east-1.amazonaws.com/x.txt",
        "https://[::1",
        "",
    ):
        with pytest.raises(Forbidden):
            sns.certificate_url(request({**MESSAGE, "SigningCertURL": url}))


def test_a_confirmation_is_asked_for_at_amazon_only() -> None:
    assert sns.confirmation_url(request(MESSAGE)) == ""
    message = {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://169.254.169.254/"}
    with pytest.raises(Forbidden):
        sns.confirmation_url(request(message))
