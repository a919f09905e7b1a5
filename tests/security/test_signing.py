"""Signatures are the signer's, over the statement, and nothing malformed raises."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zmqchat.security.signing import SIGNATURE_BYTES, Signer, Verifier

SIGNER = Signer(bytes(range(32)))
VERIFIER = Verifier(SIGNER.public)


@given(st.binary(max_size=300))
def test_what_is_signed_verifies(statement: bytes) -> None:
    signature = SIGNER.sign(statement)
    assert len(signature) == SIGNATURE_BYTES
    assert VERIFIER.verify(statement, signature)
    assert not VERIFIER.verify(statement + b"x", signature)
    assert not Verifier(Signer(bytes(32)).public).verify(statement, signature)


@given(st.binary(max_size=100))
def test_anything_else_does_not(signature: bytes) -> None:
    assert not VERIFIER.verify(b"statement", signature)


def test_the_public_key_belongs_to_the_seed() -> None:
    assert Signer(bytes(range(32))).public == SIGNER.public
    assert len(SIGNER.public) == 32
