"""Listening tokens: good until they expire, for one device, from one realm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.security.tokens import check, issue

KEY = bytes(range(32))
numbers = st.integers(0, 2**53)


@given(numbers, numbers, st.integers(1, 2**53))
def test_a_token_is_good_until_it_expires(device: int, user: int, until_us: int) -> None:
    token = issue(KEY, device, user, until_us)
    assert token.until_us == until_us
    assert len(token.username) < 256
    assert check(KEY, token.username, token.password, until_us - 1) == device
    assert check(KEY, token.username, token.password, until_us) is None


def test_another_realms_key_does_not_do() -> None:
    token = issue(bytes(32), 1, 2, 1000)
    assert check(KEY, token.username, token.password, 0) is None


@pytest.mark.parametrize(
    "username",
    ["", "1.2", "1.2.2000", "2.2.1000", "01.2.1000", "1.2.1000 ", " 1.2.1000", "+1.2.1000",
     "1.2.1000\n", "1.2.1_000", "1.2.1000.1", "١.2.1000", "-1.2.1000", "1.2." + "9" * 30],
)  # fmt: skip
def test_a_changed_user_name_does_not_do(username: str) -> None:
    token = issue(KEY, 1, 2, 1000)
    assert check(KEY, username, token.password, 0) is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_nothing_else_does(username: str, password: str) -> None:
    assert check(KEY, username, password, 0) is None
    assert check(KEY, issue(KEY, 1, 2, 1000).username, password, 0) is None
