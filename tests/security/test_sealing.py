"""What is sealed opens with the same key and handle, and with nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.errors import PeerError
from zmqchat.security.sealing import (
    OVERHEAD_BYTES,
    Sealer,
    new_key,
    open_sealed,
    personal_key,
    seal,
)

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


@pytest.mark.parametrize("sealed", [b"", b"x", bytes(12), bytes(27), bytes(28), bytes(100)])
def test_what_was_never_sealed_is_a_forgery(sealed: bytes) -> None:
    with pytest.raises(PeerError):
        open_sealed(KEY, HANDLE, sealed)


def test_a_sealer_counts_what_it_sealed() -> None:
    sealer = Sealer(KEY)
    for number in range(3):
        assert sealer.sealed == number
        sealer.open(HANDLE, sealer.seal(HANDLE, b"x"))
    assert sealer.sealed == 3


def test_nonces_are_random() -> None:
    sealer = Sealer(KEY)
    nonces = {bytes(sealer.seal(HANDLE, b"x")[:12]) for _ in range(1000)}
    assert len(nonces) == 1000
    assert len({nonce[0] for nonce in nonces}) > 200  # no counter


def test_a_personal_key_is_of_one_handle_and_one_process() -> None:
    keys = {
        personal_key(secret, handle)
        for secret in (b"s" * 32, b"t" * 32)
        for handle in (HANDLE, b"\x00\x00\x00\x02")
    }
    assert {len(key) for key in keys} == {32}
    assert len(keys) == 4
    assert personal_key(b"s" * 32, HANDLE) == personal_key(b"s" * 32, HANDLE)


@pytest.mark.parametrize("key", [b"", bytes(16), bytes(31), bytes(33)])
def test_a_key_has_32_bytes(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(key)


def test_another_handle_or_key_does_not_open() -> None:
    sealed = seal(KEY, HANDLE, b"x")
    with pytest.raises(PeerError):
        open_sealed(KEY, b"\x00\x00\x00\x02", sealed)
    with pytest.raises(PeerError):
        open_sealed(new_key(), HANDLE, sealed)
