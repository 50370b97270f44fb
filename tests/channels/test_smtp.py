"""What a mail server says, as it is shown."""

import pytest

from bot.channels.email.smtp import refusal, without


@pytest.mark.parametrize("said", ["535 no: s3cret", "535 no: czNjcmV0"])
def test_a_password_that_a_server_says_back_is_not_shown(said: str) -> None:
    assert without("s3cret", said) == "535 no: …"


def test_a_reply_is_shown_on_one_line() -> None:
    assert refusal(550, b"5.1.1 no\r\nsuch\x00 user").reason == "The mail server said: 550 5.1.1 no such user"
