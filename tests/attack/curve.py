"""CURVE over ZMTP 3 by hand, after RFC 26: for what libzmq's own sockets would never send."""

from __future__ import annotations

import secrets
import socket
import struct
from contextlib import suppress
from typing import Self

from nacl.public import Box, PrivateKey, PublicKey

from tests.attack.plain import push
from zmqchat.security.keys import KeyPair

_GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"CURVE".ljust(20, b"\0") + bytes(32)


class CurvePeer:
    """A DEALER, or another `kind` of socket, made of bare bytes, which says of itself what it is
    told to.
    """

    def __init__(
        self,
        port: int,
        server_public: bytes,
        device: KeyPair,
        identity: bytes,
        kind: bytes = b"DEALER",
    ) -> None:
        self._kind = kind
        self._tcp = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._nonce = 0
        try:
            self._tcp.sendall(_GREETING)
            self._read(64)
            self._handshake(PublicKey(server_public), PrivateKey(device.secret), identity)
        except BaseException:
            self._tcp.close()
            raise

    def _handshake(self, server: PublicKey, own: PrivateKey, identity: bytes) -> None:
        transient = PrivateKey.generate()
        public = bytes(transient.public_key)
        short, box = self._boxed(Box(transient, server), b"CurveZMQHELLO---", bytes(64))
        self._write(b"\x05HELLO\x01\x00" + bytes(72) + public + short + box, 4)

        welcome = self._frame()
        opened = Box(transient, server).decrypt(welcome[24:], b"WELCOME-" + welcome[8:24])
        session = PublicKey(opened[:32])
        vouch_nonce = secrets.token_bytes(16)
        vouch = Box(own, session).encrypt(public + bytes(server), b"VOUCH---" + vouch_nonce)
        metadata = _property(b"Socket-Type", self._kind) + _property(b"Identity", identity)
        initiate = bytes(own.public_key) + vouch_nonce + vouch.ciphertext + metadata
        self._box = Box(transient, session)
        short, box = self._boxed(self._box, b"CurveZMQINITIATE", initiate)
        self._write(b"\x08INITIATE" + opened[32:] + short + box, 4)
        if not self._frame().startswith(b"\x05READY"):
            raise ConnectionError("the server does not let it in")

    def send(self, data: bytes, *, more: bool = False, flags: int = 0) -> None:
        """Sends one part of a message, with other `flags` inside its box where that is wanted."""
        plain = bytes([more | flags]) + data
        short, box = self._boxed(self._box, b"CurveZMQMESSAGEC", plain)
        self._write(b"\x07MESSAGE" + short + box, 0)

    def receive(self) -> bytes:
        """The next part of a message; commands in between are passed over."""
        while True:
            frame = self._frame()
            opened = self._box.decrypt(frame[16:], b"CurveZMQMESSAGES" + frame[8:16])
            if not opened[0] & 4:
                return opened[1:]

    def drain(self) -> None:
        """Reads what has come, and throws it away."""
        self._tcp.setblocking(False)
        with suppress(BlockingIOError):
            while self._tcp.recv(1024 * 1024):
                pass
        self._tcp.settimeout(20)

    def is_closed(self) -> bool:
        """Whether the other side has closed by now."""
        self._tcp.setblocking(False)
        try:
            return self._tcp.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except ConnectionResetError:
            return True

    def is_cut(self) -> bool:
        """Waits for the other side to close; False when it says something instead."""
        try:
            return self._tcp.recv(1) == b""
        except ConnectionResetError:
            return True

    def _boxed(self, box: Box, prefix: bytes, plain: bytes) -> tuple[bytes, bytes]:
        self._nonce += 1
        short = struct.pack(">Q", self._nonce)
        return short, box.encrypt(plain, prefix + short).ciphertext

    def _write(self, body: bytes, flags: int) -> None:
        long = len(body) > 255
        size = struct.pack(">Q" if long else ">B", len(body))
        push(self._tcp, bytes([flags | 2 * long]) + size + body)

    def _frame(self) -> bytes:
        long = self._read(1)[0] & 2
        (size,) = struct.unpack(">Q" if long else ">B", self._read(8 if long else 1))
        return self._read(size)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._tcp.recv(size - len(data))
            if not part:
                raise ConnectionError("the server closed the connection")
            data += part
        return data

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tcp.close()


def _property(name: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
