"""ZAP (RFC 27): who may complete a handshake, decided in this process.

libzmq asks a socket bound at `inproc://zeromq.zap.01` for every handshake of a socket that has a
ZAP domain, and waits. Parsing, policy and reply are pure; `ZapHandler` owns that socket and fails
closed: no policy for a domain, another mechanism, or a malformed request is a 400. Make the handler
before any socket is bound, for without one libzmq lets everybody in unless ZAP_ENFORCE_DOMAIN is
set (`sockets` always sets it).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import zmq

from zmqchat.errors import PeerError
from zmqchat.protocol.limits import KEY_BYTES
from zmqchat.security import tokens

ENDPOINT = "inproc://zeromq.zap.01"
VERSION = b"1.0"
_DRAINED_AT_ONCE = 256
_FIXED_FRAMES = 6


@dataclass(frozen=True, slots=True)
class ZapRequest:
    """One question: may the peer at `address` (an IP) with these `credentials` connect?"""

    request_id: bytes
    domain: str
    address: str
    mechanism: bytes
    credentials: tuple[bytes, ...]


Policy = Callable[[ZapRequest], str | None]
"""The user id (1 to 255 characters) of a peer that may connect, None for all others."""


def parse(frames: Sequence[bytes]) -> ZapRequest:
    """The request in `frames`, from the version on; PeerError for anything that is not ZAP 1.0."""
    if len(frames) < _FIXED_FRAMES or frames[0] != VERSION:
        raise PeerError("not a ZAP 1.0 request")
    _version, request_id, domain, address, _identity, mechanism = frames[:_FIXED_FRAMES]
    try:
        return ZapRequest(
            request_id, domain.decode(), address.decode(), mechanism, tuple(frames[_FIXED_FRAMES:])
        )
    except UnicodeDecodeError:
        raise PeerError("not a ZAP 1.0 request: its domain or address is not text") from None


def reply(request: ZapRequest, allowed: str | None) -> list[bytes]:
    """The answer: 200 with a user id, or 400."""
    if not allowed:
        return [VERSION, request.request_id, b"400", b"refused", b"", b""]
    return [VERSION, request.request_id, b"200", b"OK", allowed.encode(), b""]


def curve_key(request: ZapRequest) -> bytes | None:
    """The 32-byte public key that the peer proved to hold; None where it is not CURVE."""
    if request.mechanism != b"CURVE" or len(request.credentials) != 1:
        return None
    key = request.credentials[0]
    return key if len(key) == KEY_BYTES else None


def any_curve_key(request: ZapRequest) -> str | None:
    """Policy: whoever holds a CURVE key; the user id is the key in hex (`hello` decides on it)."""
    key = curve_key(request)
    return None if key is None else key.hex()


def listed_curve_keys(allowed: Collection[bytes]) -> Policy:
    """Policy: the holders of these CURVE keys (32 bytes each); the user id is the key in hex."""
    keys = frozenset(allowed)

    def policy(request: ZapRequest) -> str | None:
        key = curve_key(request)
        return key.hex() if key is not None and key in keys else None

    return policy


def listening_token(token_key: bytes, now_us: Callable[[], int]) -> Policy:
    """Policy: PLAIN with a listening token that is good now; the user id is the device's number."""

    def policy(request: ZapRequest) -> str | None:
        if request.mechanism != b"PLAIN" or len(request.credentials) != 2:
            return None
        try:
            username, password = (part.decode("ascii") for part in request.credentials)
        except UnicodeDecodeError:
            return None
        device = tokens.check(token_key, username, password, now_us())
        return None if device is None else str(device)

    return policy


class ZapHandler:
    """Answers a context's ZAP requests from a poll loop: poll `socket`, then call `drain`."""

    def __init__(self, context: zmq.Context[Any]) -> None:
        self._policies: dict[str, Policy] = {}
        self.socket = context.socket(zmq.ROUTER, socket_class=zmq.Socket)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.bind(ENDPOINT)

    def register(self, domain: str, policy: Policy) -> None:
        """Lets `policy` decide for sockets whose ZAP_DOMAIN is `domain`."""
        self._policies[domain] = policy

    def drain(self, most: int = _DRAINED_AT_ONCE) -> int:
        """Answers what waits, at most `most` requests; the number of those that were refused."""
        refused = 0
        for _ in range(most):
            try:
                frames = self.socket.recv_multipart(zmq.DONTWAIT)
            except zmq.Again:
                break
            refused += not self._answer(frames)
        return refused

    def _answer(self, frames: list[bytes]) -> bool:
        delimiter = frames.index(b"", 1) + 1 if b"" in frames[1:] else len(frames)
        try:
            request = parse(frames[delimiter:])
        except PeerError:
            return False  # nothing to answer; HANDSHAKE_IVL ends the connection
        policy = self._policies.get(request.domain)
        allowed = policy(request) if policy else None
        self.socket.send_multipart([*frames[:delimiter], *reply(request, allowed)], zmq.DONTWAIT)
        return allowed is not None

    def close(self) -> None:
        """Stops answering; handshakes that need an answer fail from here on."""
        self.socket.close()
