"""Ed25519: the server signs every published frame, clients verify before they apply."""

from __future__ import annotations

import nacl.exceptions
from nacl.signing import SigningKey, VerifyKey

SIGNATURE_BYTES = 64


class Signer:
    """Signs with the key of a 32-byte seed."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        self._key = SigningKey(seed)
        self.public = bytes(self._key.verify_key)
        """The 32 bytes that a `Verifier` takes."""

    def sign(self, statement: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._key.sign(statement).signature


class Verifier:
    """Verifies against a 32-byte public key."""

    __slots__ = ("_key",)

    def __init__(self, public: bytes) -> None:
        self._key = VerifyKey(public)

    def verify(self, statement: bytes, signature: bytes) -> bool:
        """Whether `signature` is the key's over `statement`; False for anything malformed."""
        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            self._key.verify(statement, signature)
        except nacl.exceptions.BadSignatureError:
            return False
        return True
