"""Opens what was published, and checks who signed it: keys are kept in the form they work in."""

from __future__ import annotations

from functools import lru_cache

from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.frames import Frame
from zmqchat.security.sealing import Sealer
from zmqchat.security.signing import Verifier


@lru_cache(maxsize=4096)
def _sealer(key: bytes) -> Sealer:
    return Sealer(key)


@lru_cache(maxsize=64)
def _verifier(public: bytes) -> Verifier:
    return Verifier(public)


def verify(public: bytes, statement: bytes, signature: bytes) -> bool:
    """Whether the holder of a public key signed a statement."""
    return _verifier(public).verify(statement, signature)


def opened(key: bytes, parts: list[bytes]) -> Frame | None:
    """The frame in a publication, or None: whoever has not the key may have sent anything."""
    if len(parts) != 2:
        return None
    try:
        return codec.decode_frame(_sealer(key).open(*parts))
    except PeerError:
        return None
