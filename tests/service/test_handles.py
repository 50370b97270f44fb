"""Handles made of names, in whatever script they are written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.directory import Directory
from bot.engine.model import Team
from bot.service.manage import handle_for

NOBODY = Directory()


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Payments DB", "payments-db"),
        ("Zürich Straße", "zurich-strasse"),
        ("Платежи", "platezhi"),
        ("決済チーム", "juejichimu"),
        ("결제", "gyeolje"),
        ("Ελλάδα", "ellada"),
        ("🔥", "fire"),
        ("💳 Payments", "credit-card-payments"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full-width"),
        ("…", "unnamed"),
        ("", "unnamed"),
    ],
)
def test_a_name_in_any_script_makes_a_handle(name: str, handle: str) -> None:
    assert handle_for(NOBODY, Team, name) == handle


@given(st.text(max_size=300))
def test_whatever_a_name_is_its_handle_can_be_typed(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", handle_for(NOBODY, Team, name))
