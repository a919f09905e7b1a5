"""The first half of a CURVE handshake by hand (RFC 23, RFC 26): does this peer hold that key?

libzmq says of a handshake that failed only that it failed. A server with another key, a proxy whose
server is away, a web server and one that is being killed look the same to it. Here the peer is
heard: whoever answers HELLO with a WELCOME that the key opens holds it; whoever greets as a CURVE
server and then hangs up on HELLO does not. Pure: the caller moves the bytes.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import Final

from nacl.exceptions import CryptoError
from nacl.public import Box, PrivateKey, PublicKey

_MECHANISM: Final = b"CURVE"
_GREETING_BYTES: Final = 64
_SIGNATURE_BYTES: Final = 10
_GREETING: Final = (
    b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + _MECHANISM.ljust(20, b"\0") + bytes(32)
)
_FIRST_NONCE: Final = bytes(7) + b"\x01"
_COMMAND: Final = b"\x04"  # flags of a short command frame
_WELCOME: Final = _COMMAND + b"\xa8" + b"\x07WELCOME"  # 168 bytes of body
_WELCOME_FRAME_BYTES: Final = 170


class Found(StrEnum):
    """What a peer turned out to be."""

    HOLDS_KEY = "holds-key"
    OTHER_KEY = "other-key"  # a CURVE server, which cannot open what is sealed for the key
    CLOSED = "closed"  # hung up before it had said what it is
    SILENT = "silent"  # accepted, and said nothing, or not enough, in time
    FOREIGN = "foreign"  # speaks, and not CURVE over ZeroMQ
    AWAY = "away"  # nobody accepted a connection


class Knock:
    """One look at one peer.

    Send it `greeting`, and give `receive` what comes. When it `has_greeted`, send `hello`, its last
    byte a moment after the rest: a peer that turns away everybody hangs up before it. What it is
    when it hangs up, `closed` says.
    """

    greeting: Final = _GREETING

    def __init__(self, key: bytes) -> None:
        """`key` is the CURVE public key (32 bytes) that the peer should hold."""
        own = PrivateKey(secrets.token_bytes(32))
        self._box = Box(own, PublicKey(key))
        self._heard = b""
        sealed = self._box.encrypt(bytes(64), b"CurveZMQHELLO---" + _FIRST_NONCE).ciphertext
        hello = b"\x05HELLO\x01\x00" + bytes(72) + bytes(own.public_key) + _FIRST_NONCE + sealed
        self.hello: Final = _COMMAND + bytes([len(hello)]) + hello

    @property
    def has_greeted(self) -> bool:
        """Whether the peer has said that it is a CURVE server."""
        return len(self._heard) >= _GREETING_BYTES

    def receive(self, data: bytes) -> Found | None:
        """What the peer is, or None as long as it has not said enough."""
        self._heard += data
        if not _may_be_greeting(self._heard[:_GREETING_BYTES]):
            return Found.FOREIGN
        answer = self._heard[_GREETING_BYTES:]
        if answer and answer[: len(_WELCOME)] != _WELCOME[: len(answer)]:
            return Found.CLOSED  # an error, in its own words
        if len(answer) < _WELCOME_FRAME_BYTES:
            return None
        return self._opened(answer[len(_WELCOME) : _WELCOME_FRAME_BYTES])

    def closed(self, *, asked: bool) -> Found:
        """What the peer is that hung up now; `asked`: after it had the whole of `hello`."""
        return Found.OTHER_KEY if asked and self.has_greeted else Found.CLOSED

    def _opened(self, welcome: bytes) -> Found:
        try:
            self._box.decrypt(welcome[16:], b"WELCOME-" + welcome[:16])
        except CryptoError:
            return Found.OTHER_KEY
        return Found.HOLDS_KEY


def _may_be_greeting(heard: bytes) -> bool:
    """Whether a CURVE server of ZMTP 3 begins so, as far as it goes."""
    version, mechanism = heard[_SIGNATURE_BYTES : _SIGNATURE_BYTES + 1], heard[12:32]
    return (
        heard[:1] in {b"", b"\xff"}
        and (len(heard) < _SIGNATURE_BYTES or bool(heard[_SIGNATURE_BYTES - 1] & 1))
        and (not version or version[0] >= 3)
        and _MECHANISM.ljust(20, b"\0").startswith(mechanism)
    )
