"""Signatures of custom webhooks: written as GitHub, Vercel, CircleCI, Slack and the Standard Webhooks write them."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Forbidden
from bot.payloads import hmacs
from bot.ports import Request
from bot.sources import custom_webhook, github, gitlab, terraform_cloud

BODY = b'{"status": "failed"}'
NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
STANDARD = {"hmac_header": "webhook-signature", "hmac_signed": "{webhook-id}.{webhook-timestamp}.{body}"}


def digest(content: bytes, key: bytes = b"s3cr3t", algorithm: str = "sha256") -> bytes:
    return hmac.digest(key, content, algorithm)


def base64_of(value: bytes) -> str:
    return base64.b64encode(value).decode()


def post(**headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method="POST", path="/integrations/key", body=BODY, headers=named)


def checks(request: Request, **options: object) -> None:
    custom_webhook.verify(request, {"hmac_secret": "s3cr3t", **options}, NOW)


@pytest.mark.parametrize(
    "written",
    [
        digest(BODY).hex(),
        base64_of(digest(BODY)),
        f"sha256={digest(BODY).hex()}",
        f"v1={digest(BODY).hex()}",
        f"v1={digest(BODY, b'old').hex()},v1={digest(BODY).hex()}",
        f"v1,{base64_of(digest(BODY))}",
        f"v1,{base64_of(digest(BODY, b'old'))} v1,{base64_of(digest(BODY))}",
    ],
)
def test_a_signature_is_found_however_it_is_written(written: str) -> None:
    checks(post(x_signature=written), hmac_header="X-Signature")


@pytest.mark.parametrize("algorithm", hmacs.ALGORITHMS)
def test_other_digests(algorithm: str) -> None:
    checks(post(x_s=digest(BODY, algorithm=algorithm).hex()), hmac_header="x-s", hmac_algorithm=algorithm.upper())
    with pytest.raises(Forbidden, match="wrong"):
        checks(post(x_s=digest(BODY, b"other", algorithm).hex()), hmac_header="x-s", hmac_algorithm=algorithm)


@pytest.mark.parametrize(
    "given", ["", "x", "=", "sha256=", ",", "v1,", "é" * 40, "0" * 5_000, base64_of(digest(b"other"))]
)
def test_another_signature_is_refused(given: str) -> None:
    with pytest.raises(Forbidden, match=r"x-hub-signature-256 is (?:wrong|missing)"):
        checks(post(x_hub_signature_256=given))


def test_what_is_signed_may_have_headers_in_it_and_an_age() -> None:
    signed = digest(b"msg_1." + STAMP.encode() + b"." + BODY, KEY)
    request = post(webhook_id="msg_1", webhook_timestamp=STAMP, webhook_signature=f"v1,{base64_of(signed)}")
    options: dict[str, object] = {
        **STANDARD,
        "hmac_secret": f"whsec_{base64_of(KEY)}",
        "hmac_timestamp_header": "Webhook-Timestamp",
    }

    custom_webhook.verify(request, options, NOW)

    with pytest.raises(Forbidden, match="older"):
        custom_webhook.verify(request, options, NOW + timedelta(minutes=6))
    with pytest.raises(Forbidden, match="wrong"):
        checks(
            post(webhook_id="msg_2", webhook_timestamp=STAMP, webhook_signature=f"v1,{base64_of(signed)}"), **options
        )


def test_slacks_way_to_sign() -> None:
    signed = digest(b"v0:" + STAMP.encode() + b":" + BODY).hex()
    request = post(x_slack_request_timestamp=STAMP, x_slack_signature=f"v0={signed}")
    checks(request, hmac_header="x-slack-signature", hmac_signed="v0:{x-slack-request-timestamp}:{body}")


def test_a_token_in_any_header() -> None:
    def sends(**headers: str) -> None:
        custom_webhook.verify(post(**headers), options, NOW)

    options = {"token": "s3cr3t", "token_header": "Authorization"}
    sends(authorization="s3cr3t")
    sends(authorization="Bearer s3cr3t")
    with pytest.raises(Forbidden, match="authorization is wrong"):
        sends(authorization="Bearer other")
    with pytest.raises(Forbidden, match="authorization is missing"):
        sends(pagertree_token="s3cr3t")
    options = {"token": "s3cr3t"}
    sends(pagertree_token="s3cr3t")


def test_settings_that_check_nothing_are_problems() -> None:
    definition = {"definition": "default: {actions: [{type: ignore, reason: x}]}"}

    found = list(custom_webhook.problems({**definition, "hmac_algorithm": "md5", "hmac_signed": "{x-id}"}))

    assert [problem.where for problem in found] == [("hmac_algorithm",), ("hmac_signed",)]
    assert not list(custom_webhook.problems({**definition, "hmac_algorithm": "SHA1"}))
    with pytest.raises(Forbidden, match="hmac_algorithm"):
        checks(post(), hmac_algorithm="md5")


def test_gitlabs_signing_token() -> None:
    signed = base64_of(digest(b"id1." + STAMP.encode() + b"." + BODY, KEY))
    options = {"signing_token": f"whsec_{base64_of(KEY)}"}
    request = post(webhook_id="id1", webhook_timestamp=STAMP, webhook_signature=f"v1,{signed}")

    gitlab.verify(request, options, NOW)

    for late in (timedelta(minutes=6), -timedelta(minutes=6)):
        with pytest.raises(Forbidden):
            gitlab.verify(request, options, NOW + late)
    with pytest.raises(Forbidden, match="wrong"):
        gitlab.verify(request, {"signing_token": "another"}, NOW)


def test_the_documented_signature_of_github() -> None:
    """The values of docs.github.com, Validating webhook deliveries."""
    request = Request(
        method="POST",
        path="/integrations/key",
        body=b"Hello, World!",
        headers={"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
    )
    github.verify(request, {"secret": "It's a Secret to Everybody"}, NOW)
    with pytest.raises(Forbidden, match="wrong"):
        github.verify(request, {"secret": "another"}, NOW)


def test_the_signature_of_terraform_is_sha512() -> None:
    good = hmac.digest(b"s3cr3t", BODY, hashlib.sha512).hex()
    terraform_cloud.verify(post(x_tfe_notification_signature=good), {"token": "s3cr3t"}, NOW)
    with pytest.raises(Forbidden, match="wrong"):
        terraform_cloud.verify(post(x_tfe_notification_signature=digest(BODY).hex()), {"token": "s3cr3t"}, NOW)
