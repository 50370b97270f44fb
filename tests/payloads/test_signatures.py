"""Tokens and signatures."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from twilio.request_validator import RequestValidator

from bot.errors import Forbidden
from bot.payloads.signatures import HeaderToken, Signed, base64_text, require_basic, require_fresh
from bot.ports import Option, Request
from bot.sources import discover

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
SECRET = Option(name="secret", secret=True)
SET = {"secret": "s3cr3t"}


def request(headers: Mapping[str, str], body: bytes = b"{}") -> Request:
    """A request with these headers."""
    return Request(method="POST", path="/integrations/k", body=body, headers=headers)


def test_a_token_has_to_be_the_one_that_is_set() -> None:
    check = HeaderToken(SECRET, "authorization", "Bearer ")
    check(request({"authorization": "Bearer s3cr3t"}), SET, NOW)
    check(request({}), {}, NOW)
    for header in ("Bearer wrong", "s3cr3t", "Bearer s3cr3tt", "", "Bearer é"):
        with pytest.raises(Forbidden):
            check(request({"authorization": header}), SET, NOW)


@pytest.mark.parametrize("written", [bytes.hex, base64_text])
def test_a_signature_has_to_be_of_this_body(written: object) -> None:
    assert callable(written)
    check = Signed(SECRET, "x-signature", "sha256=", written)
    digest = hmac.new(b"s3cr3t", b'{"a":1}', hashlib.sha256).digest()
    headers = {"x-signature": "sha256=" + (digest.hex() if written is bytes.hex else base64.b64encode(digest).decode())}
    check(request(headers, b'{"a":1}'), SET, NOW)
    with pytest.raises(Forbidden, match="wrong"):
        check(request(headers, b'{"a":2}'), SET, NOW)
    with pytest.raises(Forbidden, match="missing"):
        check(request({}, b'{"a":1}'), SET, NOW)


def test_basic_credentials_have_to_be_right() -> None:
    good = base64.b64encode(b"jane:s3cr3t").decode()
    require_basic(request({"authorization": f"Basic {good}"}), "jane", "s3cr3t")
    for header in (f"Bearer {good}", "Basic", "Basic %%%", "Basic é", f"Basic {good[:-4]}", ""):
        with pytest.raises(Forbidden):
            require_basic(request({"authorization": header}), "jane", "s3cr3t")


@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=5), timedelta(minutes=-5)])
def test_a_fresh_stamp_passes(age: timedelta) -> None:
    require_fresh(str(int((NOW - age).timestamp())), NOW)


@pytest.mark.parametrize("stamp", ["", "x", "²", "9" * 400, "-1", str(int(NOW.timestamp()) - 301), "1" * 10])
def test_a_stale_or_malformed_stamp_is_refused(stamp: str) -> None:
    with pytest.raises(Forbidden):
        require_fresh(stamp, NOW)


def test_twilios_own_signature_is_accepted() -> None:
    source = discover()["incoming_sms"]
    sent = source.EXAMPLES[0].request
    fields = source.document(sent)
    assert isinstance(fields, dict)
    signed = RequestValidator("s3cr3t").compute_signature("https://pages.example/integrations/key?x=1", fields)
    arrived = Request(
        method="POST",
        path=sent.path,
        query="x=1",
        body=sent.body,
        headers={**sent.headers, "host": "pages.example", "x-twilio-signature": signed},
    )
    source.verify(arrived, {"auth_token": "s3cr3t"}, NOW)
    source.verify(arrived, {"auth_token": "s3cr3t", "public_url": "https://pages.example/integrations/key?x=1"}, NOW)
    with pytest.raises(Forbidden):
        source.verify(arrived, {"auth_token": "other"}, NOW)
    with pytest.raises(Forbidden):
        source.verify(arrived, {"auth_token": "s3cr3t", "public_url": "https://elsewhere.example"}, NOW)


def test_grafanas_signature_is_checked_with_its_age() -> None:
    source, body = discover()["grafana"], b'{"status": "firing"}'
    stamp = str(int(NOW.timestamp()))
    chosen = {"hmac_secret": "s3cr3t", "hmac_timestamp_header": "X-Stamp"}

    def signed(text: bytes, at: str) -> Request:
        digest = hmac.new(b"s3cr3t", text, hashlib.sha256).hexdigest()
        return request({"x-grafana-alerting-signature": digest, "x-stamp": at}, body)

    source.verify(signed(body, ""), {"hmac_secret": "s3cr3t"}, NOW)
    source.verify(signed(stamp.encode() + b":" + body, stamp), chosen, NOW)
    for refused in (signed(body, stamp), signed(b":" + body, ""), signed(stamp.encode() + b":" + body, "1795287753")):
        with pytest.raises(Forbidden):
            source.verify(refused, chosen, NOW)
    with pytest.raises(Forbidden, match="older"):
        source.verify(signed(stamp.encode() + b":" + body, stamp), chosen, NOW + timedelta(minutes=6))


def test_mattermosts_token_stands_in_the_body() -> None:
    source = discover()["mattermost"]
    sent = source.EXAMPLES[0].request
    source.verify(sent, {"token": "zmigewsanbbsdf59xnmduzypjc"}, NOW)
    with pytest.raises(Forbidden, match="wrong"):
        source.verify(sent, {"token": "other"}, NOW)
