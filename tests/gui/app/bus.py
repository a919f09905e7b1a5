"""`python -m tests.gui.app.bus PATH`: a message bus at a socket, for who has no dbus-daemon.

The bus's part of the D-Bus specification as far as notifications need it: connections with unique
names, names that one of them owns, calls to a name and their replies, signals to who asked for
them by type, interface and path, all in the order in which they came. What else it is asked is
refused. The tests run on dbus-daemon too where there is one, and must say the same.
"""

from __future__ import annotations

import asyncio
import io
import struct
import sys
from itertools import count
from typing import Any

from dbus_fast import Message, MessageType, RequestNameReply
from dbus_fast._private.unmarshaller import Unmarshaller

_BUS = "org.freedesktop.DBus"
_HEAD = 16  # bytes; the array of header fields follows, padded to 8
_SENDER = 7


class Peer:
    """A connection, its unique name, and the rules of the signals that it wants."""

    def __init__(self, name: str, writer: asyncio.StreamWriter) -> None:
        self.name = name
        self.rules: list[dict[str, str]] = []
        self._writer = writer

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    def wants(self, signal: Message) -> bool:
        said = {"type": "signal", "interface": signal.interface, "path": signal.path}
        return any(rule.items() <= said.items() for rule in self.rules)


class Bus:
    """Passes messages on between its peers, and answers what is for itself."""

    def __init__(self) -> None:
        self._peers: dict[str, Peer] = {}  # by unique name
        self._owners: dict[str, Peer] = {}  # by the name that is owned
        self._numbers = count(1)
        self._serials = count(1)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection's whole life."""
        peer = Peer(f":1.{next(self._numbers)}", writer)
        try:
            await _authenticate(reader, writer)
            self._peers[peer.name] = peer
            while True:
                data = await _read(reader)
                self._pass_on(peer, _message(data), _from(peer.name, data))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # it has gone
        finally:
            self._peers.pop(peer.name, None)
            self._owners = {name: own for name, own in self._owners.items() if own is not peer}
            writer.close()

    def _pass_on(self, peer: Peer, message: Message, data: bytes) -> None:
        name = message.destination or ""
        target = self._peers.get(name) or self._owners.get(name)
        if name == _BUS:
            self._reply(peer, self._answer(peer, message))
        elif target is not None:
            target.send(data)
        elif message.message_type is MessageType.SIGNAL:
            for listener in self._peers.values():
                if listener.wants(message):
                    listener.send(data)
        elif message.message_type is MessageType.METHOD_CALL:
            self._reply(peer, _error(message, "ServiceUnknown", "nobody has this name"))

    def _answer(self, peer: Peer, call: Message) -> Message:
        match call.member, call.body:
            case "Hello", []:
                return Message.new_method_return(call, "s", [peer.name])
            case "RequestName", [str(name), int()]:
                owner = self._owners.setdefault(name, peer)
                first = RequestNameReply.PRIMARY_OWNER
                reply = first if owner is peer else RequestNameReply.EXISTS
                return Message.new_method_return(call, "u", [reply.value])
            case "AddMatch", [str(rule)]:
                peer.rules.append(_rule(rule))
                return Message.new_method_return(call)
            case member, _:
                return _error(call, "UnknownMethod", f"{member} is none of this bus's")

    def _reply(self, peer: Peer, reply: Message) -> None:
        reply.destination, reply.serial = peer.name, next(self._serials)
        peer.send(_from(_BUS, bytes(reply._marshall(False))))


def _error(call: Message, name: str, text: str) -> Message:
    return Message.new_error(call, f"{_BUS}.Error.{name}", text)


def _rule(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(","))
    return {key: value.strip("'") for key, _, value in pairs}


async def _authenticate(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """SASL as the specification has it; whoever may open the socket is let in."""
    while not (line := (await reader.readuntil(b"\r\n")).lstrip(b"\0")).startswith(b"BEGIN"):
        known = line.startswith(b"AUTH EXTERNAL")
        writer.write(b"OK " + b"0" * 32 + b"\r\n" if known else b"REJECTED EXTERNAL\r\n")


async def _read(reader: asyncio.StreamReader) -> bytes:
    """The next message, as it is on the wire."""
    head = await reader.readexactly(_HEAD)
    (body,) = struct.unpack_from(_order(head) + "I", head, 4)
    (fields,) = struct.unpack_from(_order(head) + "I", head, 12)
    return head + await reader.readexactly(_padded(fields) + body)


def _message(data: bytes) -> Message:
    stream: Any = io.BytesIO(data)
    message = Unmarshaller(stream).unmarshall()
    assert message is not None
    return message


def _from(sender: str, data: bytes) -> bytes:
    """The message with its sender in a further header field, which only the bus writes."""
    order, name = _order(data), sender.encode()
    (fields,) = struct.unpack_from(order + "I", data, 12)
    end = _padded(fields)
    field = struct.pack(f"{order}B3sI{len(name) + 1}s", _SENDER, b"\1s\0", len(name), name)
    length = struct.pack(order + "I", end + len(field))
    header = data[:12] + length + data[_HEAD : _HEAD + end] + field
    return header.ljust(_padded(len(header)), b"\0") + data[_HEAD + end :]


def _order(data: bytes) -> str:
    return "<" if data[:1] == b"l" else ">"


def _padded(size: int) -> int:
    return -(-size // 8) * 8


async def main(path: str) -> None:
    """Serves until it is ended."""
    server = await asyncio.start_unix_server(Bus().serve, path)
    print(f"unix:path={path}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
