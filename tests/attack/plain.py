"""ZMTP 3 with PLAIN by hand: peers that send what libzmq's own sockets never would."""

from __future__ import annotations

import select
import socket
import struct
import threading
import time
from typing import Self

from zmqchat.protocol.replies import ListenToken

_MORE = 1
_LONG = 2
_COMMAND = 4
_PATIENCE_S = 20.0


def frame(body: bytes, flags: int = 0) -> bytes:
    """A frame as it stands on the wire."""
    if len(body) > 255:
        return bytes([flags | _LONG]) + struct.pack(">Q", len(body)) + body
    return bytes([flags, len(body)]) + body


def endless(size: int) -> bytes:
    """About a megabyte of frames of `size` bytes, none of which is the last of its message."""
    one = frame(bytes(size), _MORE)
    return one * max(1, 1024 * 1024 // len(one))


def push(tcp: socket.socket, data: bytes, *, read: bool = False) -> None:
    """Sends it all; ConnectionResetError or BrokenPipeError where the other side has closed.

    TCP does not say so to a sender for whom there is no room: what can be read there does. What
    came before that is thrown away if it is to be `read`.
    """
    tcp.setblocking(False)
    rest, end = memoryview(data), time.monotonic() + _PATIENCE_S
    while rest:
        try:
            rest = rest[tcp.send(rest) :]
        except BlockingIOError:
            select.select([], [tcp], [], 0.1)
            if _has_ended(tcp, 0 if read else socket.MSG_PEEK):
                raise ConnectionResetError("the other side has closed") from None
            if time.monotonic() > end:
                raise TimeoutError("the other side neither reads nor closes") from None
    tcp.settimeout(_PATIENCE_S)


def _has_ended(tcp: socket.socket, how: int) -> bool:
    try:
        return tcp.recv(65_536, how) == b""
    except BlockingIOError:
        return False


def pour(tcp: socket.socket, data: bytes, most: int) -> int:
    """Sends `data` over and over until the connection is cut, or `most` bytes; returns how many."""
    sent = 0
    try:
        while sent < most:
            push(tcp, data, read=True)
            sent += len(data)
    except (ConnectionResetError, BrokenPipeError):
        pass
    return sent


class PlainListener:
    """A SUB of bare bytes, with a token that the broker takes."""

    def __init__(self, port: int, token: ListenToken) -> None:
        self.tcp = socket.create_connection(("127.0.0.1", port), timeout=20)
        try:
            self._come_in(token)
        except BaseException:
            self.tcp.close()
            raise

    def _come_in(self, token: ListenToken) -> None:
        self.tcp.sendall(_greeting(as_server=False))
        _read(self.tcp, 64)
        who = _short(token.username.encode()) + _short(token.password.encode())
        self.tcp.sendall(frame(b"\x05HELLO" + who, _COMMAND))
        assert _command(self.tcp).startswith(b"\x07WELCOME")
        self.tcp.sendall(frame(b"\x08INITIATE" + _socket_type(b"SUB"), _COMMAND))
        assert _command(self.tcp).startswith(b"\x05READY")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.tcp.close()


class HostileBroker:
    """A PLAIN server that pours `data` at everybody who subscribes, at most `most` bytes each."""

    def __init__(self, data: bytes, most: int) -> None:
        self._data, self._most = data, most
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.poured: list[int] = []
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        while True:
            try:
                tcp, _ = self._listening.accept()
            except OSError:
                return
            with tcp:
                tcp.settimeout(20)
                try:
                    self._handshake(tcp)
                except (OSError, EOFError):
                    continue
                self.poured.append(pour(tcp, self._data, self._most))

    def _handshake(self, tcp: socket.socket) -> None:
        tcp.sendall(_greeting(as_server=True))
        _read(tcp, 64)
        _command(tcp)
        tcp.sendall(frame(b"\x07WELCOME", _COMMAND))
        _command(tcp)
        tcp.sendall(frame(b"\x05READY" + _socket_type(b"XPUB"), _COMMAND))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


def _greeting(*, as_server: bool) -> bytes:
    mechanism = b"PLAIN".ljust(20, b"\0") + bytes([as_server])
    return b"\xff" + bytes(8) + b"\x7f\x03\x00" + mechanism + bytes(31)


def _short(value: bytes) -> bytes:
    return bytes([len(value)]) + value


def _socket_type(value: bytes) -> bytes:
    return _short(b"Socket-Type") + struct.pack(">I", len(value)) + value


def _command(tcp: socket.socket) -> bytes:
    flags = _read(tcp, 1)[0]
    size = struct.unpack(">Q", _read(tcp, 8))[0] if flags & _LONG else _read(tcp, 1)[0]
    return _read(tcp, size)


def _read(tcp: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = tcp.recv(size - len(data))
        if not part:
            raise EOFError("the other side closed the connection")
        data += part
    return data
