"""Sealing: AES-256-GCM with a random nonce and the handle as associated data.

A payload is sealed once for all who listen; who has no key sees handles, sizes and times.
`sealed` is nonce (12 bytes), ciphertext, tag (16 bytes). Random nonces of 96 bits may repeat, and
one that does gives two payloads away: a key seals at most `FRAMES_PER_KEY` of them.
"""

from __future__ import annotations

import secrets
from hashlib import blake2b
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zmqchat.errors import PeerError
from zmqchat.protocol.limits import KEY_BYTES

NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16

OVERHEAD_BYTES: Final = NONCE_BYTES + _TAG_BYTES
"""What sealing adds to a payload."""

FRAMES_PER_KEY: Final = 2**30
"""What one key may seal: any two of so many nonces are equal with a chance of 2⁻³⁷."""

_PERSONAL: Final = b"zmqchat personal"


def new_key() -> bytes:
    """A key for `Sealer`: 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def personal_key(secret: bytes, handle: bytes) -> bytes:
    """The key of the personal topic `handle`, for as long as the server keeps `secret` (32 bytes).

    It is kept nowhere: a server that starts makes another secret, and so no key lives longer than
    the count of what it has sealed.
    """
    return blake2b(handle, digest_size=KEY_BYTES, key=secret, person=_PERSONAL).digest()


class Sealer:
    """Seals and opens with one key of 32 bytes (ValueError for any other length).

    `sealed` counts what it has sealed.
    """

    __slots__ = ("_aead", "sealed")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
        self._aead = AESGCM(key)
        self.sealed = 0

    def seal(self, handle: bytes, plaintext: bytes) -> bytearray:
        """`plaintext` for the listeners of `handle`."""
        self.sealed += 1
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = bytearray(OVERHEAD_BYTES + len(plaintext))
        sealed[:NONCE_BYTES] = nonce
        # Into its place: nonce and ciphertext put together would be a copy more.
        self._aead.encrypt_into(nonce, plaintext, handle, memoryview(sealed)[NONCE_BYTES:])
        return sealed

    def open(self, handle: bytes, sealed: bytes | bytearray) -> bytes:
        """The payload; PeerError where key, handle or bytes are not those that were sealed."""
        try:
            if len(sealed) >= OVERHEAD_BYTES:
                source = memoryview(sealed)
                return self._aead.decrypt(source[:NONCE_BYTES], source[NONCE_BYTES:], handle)
        except InvalidTag:
            pass
        raise PeerError("the sealed payload is forged, damaged, or of another key")


def seal(key: bytes, handle: bytes, plaintext: bytes) -> bytearray:
    """`Sealer.seal` for one use of a key."""
    return Sealer(key).seal(handle, plaintext)


def open_sealed(key: bytes, handle: bytes, sealed: bytes | bytearray) -> bytes:
    """`Sealer.open` for one use of a key."""
    return Sealer(key).open(handle, sealed)
