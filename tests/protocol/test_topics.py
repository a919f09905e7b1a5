"""Handles and barriers: whole, told apart, and in the order that makes a barrier come last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.protocol import topics


@given(st.integers(0, topics.LAST_HANDLE), st.binary(min_size=8, max_size=8))
def test_handles_sort_before_barriers(number: int, nonce: bytes) -> None:
    handle, barrier = topics.handle(number), topics.barrier(nonce)
    assert handle < barrier
    assert topics.is_handle(handle)
    assert not topics.is_barrier(handle)
    assert topics.is_barrier(barrier)
    assert not topics.is_handle(barrier)
    assert not barrier.startswith(handle)


@pytest.mark.parametrize("number", [-1, topics.LAST_HANDLE + 1])
def test_a_handle_has_bounds(number: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        topics.handle(number)


@pytest.mark.parametrize("nonce", [b"", b"7 bytes", b"nine byte"])
def test_a_nonce_has_eight_bytes(nonce: bytes) -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        topics.barrier(nonce)


@pytest.mark.parametrize("topic", [b"", b"\x00", b"\x00" * 5, b"\xff" * 4, b"\xff" * 8])
def test_other_prefixes_are_neither(topic: bytes) -> None:
    assert not topics.is_handle(topic)
    assert not topics.is_barrier(topic)
