"""What is published is opened with the room's key, and anything else is nothing."""

from __future__ import annotations

from zmqchat.client.opening import opened, verify
from zmqchat.protocol.codec import encode
from zmqchat.protocol.frames import Nudge
from zmqchat.security.sealing import Sealer
from zmqchat.security.signing import Signer

KEY, HANDLE = b"k" * 32, b"h" * 16


def test_what_was_sealed_is_opened() -> None:
    sealed = bytes(Sealer(KEY).seal(HANDLE, encode(Nudge(3))))
    assert opened(KEY, [HANDLE, sealed]) == Nudge(3)


def test_what_is_altered_sealed_otherwise_or_no_frame_is_nothing() -> None:
    sealed = bytes(Sealer(KEY).seal(HANDLE, encode(Nudge(3))))
    assert opened(KEY, [HANDLE, sealed[:-1] + bytes([sealed[-1] ^ 1])]) is None
    assert opened(b"o" * 32, [HANDLE, sealed]) is None
    assert opened(KEY, [b"e" * 16, sealed]) is None
    assert opened(KEY, [HANDLE, bytes(Sealer(KEY).seal(HANDLE, b"no frame"))]) is None
    assert opened(KEY, [HANDLE]) is None
    assert opened(KEY, [HANDLE, sealed, b"more"]) is None


def test_a_signature_is_the_holders() -> None:
    signer = Signer(b"s" * 32)
    signature = signer.sign(b"statement")
    assert verify(signer.public, b"statement", signature)
    assert not verify(signer.public, b"another", signature)
