"""What is sealed opens with the same key and handle, and with nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.errors import PeerError
from zmqchat.security.sealing import OVERHEAD_BYTES, Sealer, new_key, open_sealed, seal

KEY = bytes(range(32))
HANDLE = b"\x00\x00\x00\x01"


@given(st.binary(max_size=500), st.binary(min_size=4, max_size=4))
def test_round_trip(plaintext: bytes, handle: bytes) -> None:
    sealed = seal(KEY, handle, plaintext)
    assert len(sealed) == len(plaintext) + OVERHEAD_BYTES
    assert open_sealed(KEY, handle, sealed) == plaintext


def test_sealing_twice_gives_two_payloads() -> None:
    sealer = Sealer(KEY)
    assert sealer.seal(HANDLE, b"x") != sealer.seal(HANDLE, b"x")


@given(st.data())
def test_any_changed_bit_is_a_forgery(data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, HANDLE, b"the message"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(PeerError):
        open_sealed(KEY, HANDLE, bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"x", bytes(24), bytes(39), bytes(40), bytes(100)])
def test_what_was_never_sealed_is_a_forgery(sealed: bytes) -> None:
    with pytest.raises(PeerError):
        open_sealed(KEY, HANDLE, sealed)


def test_another_handle_or_key_does_not_open() -> None:
    sealed = seal(KEY, HANDLE, b"x")
    with pytest.raises(PeerError):
        open_sealed(KEY, b"\x00\x00\x00\x02", sealed)
    with pytest.raises(PeerError):
        open_sealed(new_key(), HANDLE, sealed)
