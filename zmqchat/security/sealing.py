"""Sealing: XChaCha20-Poly1305 with a random nonce and the handle as associated data.

A payload is sealed once for all who listen; who has no key sees handles, sizes and times.
`sealed` is nonce (24 bytes), ciphertext, tag (16 bytes).
"""

from __future__ import annotations

import secrets

import nacl.exceptions
from nacl.secret import Aead

from zmqchat.errors import PeerError
from zmqchat.security.keys import KEY_BYTES

OVERHEAD_BYTES = 40
"""What sealing adds to a payload."""


def new_key() -> bytes:
    """A key for `Sealer`: 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


class Sealer:
    """Seals and opens with one key (32 bytes); made once a key, so the hot path makes no object."""

    __slots__ = ("_aead",)

    def __init__(self, key: bytes) -> None:
        self._aead = Aead(key)

    def seal(self, handle: bytes, plaintext: bytes) -> bytes:
        """`plaintext` for the listeners of `handle`."""
        return bytes(self._aead.encrypt(plaintext, handle))

    def open(self, handle: bytes, sealed: bytes) -> bytes:
        """The payload; PeerError where key, handle or bytes are not those that were sealed."""
        try:
            return self._aead.decrypt(sealed, handle)
        except (nacl.exceptions.CryptoError, ValueError):
            raise PeerError("the sealed payload is forged, damaged, or of another key") from None


def seal(key: bytes, handle: bytes, plaintext: bytes) -> bytes:
    """`Sealer.seal` for one use of a key."""
    return Sealer(key).seal(handle, plaintext)


def open_sealed(key: bytes, handle: bytes, sealed: bytes) -> bytes:
    """`Sealer.open` for one use of a key."""
    return Sealer(key).open(handle, sealed)
