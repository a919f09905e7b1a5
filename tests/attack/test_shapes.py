"""Every socket that a peer reaches, and every shape that bytes can have: nobody else notices.

Messages without an end are in `test_endless`, bytes that are no ZeroMQ in `test_server` and
`test_broker`. Here the handshake is made, and what follows is of a wrong shape.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import zmq

from tests.attack.curve import CurvePeer
from tests.attack.plain import HostileBroker, PlainListener, frame, pour
from tests.domain.realms import says
from tests.server.running import Client, RunningServer
from tests.support.broker import RunningBroker, receive
from zmqchat.client.connection import Monitored, context
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.limits import SEALED_BYTES
from zmqchat.protocol.replies import Accepted, ListenToken, Sent
from zmqchat.protocol.topics import barrier, handle
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair

_MB = 1024 * 1024
_MORE, _LONG, _COMMAND = 1, 2, 4
_DEEP = 200_000


def _request(body: object) -> bytes:
    return codec.encode({"id": 1, "body": body})


_BEAT = codec.encode(ask.Request(7, ask.Heartbeat()))

# Each a sequence of messages, and each message a sequence of its parts.
MESSAGES: dict[str, list[list[bytes]]] = {
    "nothing": [[b""]],
    "one byte": [[bytes([byte])] for byte in range(256)],
    "deep lists": [[b"\x91" * _DEEP]],
    "deep maps": [[b"\x81\xa1a" * (_DEEP // 3)]],
    "deep in a field": [[b"\x82\xa2id\x01\xa4body" + b"\x91" * _DEEP]],
    "deep where nothing is known": [[b"\x83\xa2id\x01\xa1x" + b"\x91" * _DEEP]],
    "a list that claims four billion": [
        [b"\xdd\xff\xff\xff\xff"],
        [_BEAT[:4] + b"\xdd" + b"\xff" * 4],
    ],
    "a map that claims four billion": [[b"\xdf\xff\xff\xff\xff" + b"\xa1a\x01" * 1_000]],
    "a text that claims four billion": [[b"\x82\xa2id\x01\xa4body\xdb\xff\xff\xff\xffx"]],
    "wide": [[_request({"type": "open-rooms", "rooms": list(range(200_000))})]],
    "many fields": [[_request({"type": "bye", **{f"f{n}": n for n in range(20_000)}})]],
    "one field many times": [[b"\x82\xa2id\x01\xa4body\xde\x10\x00" + b"\xa4type\xa3bye" * 4096]],
    "numbers out of range": [
        [_request({"type": "mark-read", "room": room, "seq": seq})]
        for room in (-(2**63), 2**64 - 1, 0, 2**63 - 1)
        for seq in (-1, 2**64 - 1)
    ],
    "numbers that are none": [[_request({"type": "mark-read", "room": 1.5, "seq": float("nan")})]],
    "ids out of range": [[codec.encode({"id": n, "body": {"type": "bye"}})] for n in (-1, 2**63)],
    "extensions": [[b"\xc7\x00\x01"], [b"\xd4\xff\x00"], [b"\xc9\xff\xff\xff\xff\x01"]],
    "text that is no UTF-8": [[b"\x82\xa2id\x01\xa4body\x81\xa4type\xa2\xff\xfe"]],
    "two at once": [[_BEAT + _BEAT]],
    "cut short": [[_BEAT[:size]] for size in range(len(_BEAT))],
    "backwards": [[_BEAT[::-1]]],
    "a reply": [[codec.encode({"id": 1, "ok": {"type": "done"}})]],
    "an envelope": [[b"", _BEAT], [b"", b"", b""], [b"\0someone", b"", _BEAT]],
    "many parts": [[b"x"] * 1_000],
    "repeated": [[_BEAT]] * 500,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One for all: what one shape had broken, the next would see."""
    with RunningServer(tmp_path_factory.mktemp("data") / "data") as running:
        yield running.started()
        assert running.stop() == 0
        assert "Traceback" not in running.log


@pytest.fixture(scope="module")
def alice(server: RunningServer) -> Iterator[Client]:
    with Client(server) as client:
        client.hello("alice")
        yield client


def _still_works(alice: Client) -> None:
    (result,) = alice.get(Sent, ask.Send([says(GENERAL_ID, "still here")])).results
    assert isinstance(result, Accepted)


@pytest.mark.parametrize("who", ["a stranger", "a member"])
@pytest.mark.parametrize("shape", MESSAGES)
def test_the_router_takes_any_shape(
    server: RunningServer, alice: Client, shape: str, who: str
) -> None:
    """Every message of one part is answered, in a few words, and one of more is dropped."""
    number = list(MESSAGES).index(shape)
    with Client(server) as eve:
        if who == "a member":
            eve.hello("eve-" + "aeo"[number % 3] * (number // 3 + 1))  # no two look alike
        single = 0
        for parts in MESSAGES[shape]:
            eve.socket.send_multipart(parts)
            single += len(parts) == 1
        for _ in range(single):
            assert eve.socket.poll(20_000), shape
            data = eve.socket.recv()
            assert len(data) < 2_000
            codec.decode_reply(data)
        _still_works(alice)


# ── the broker's XPUB ────────────────────────────────────────────────────────────────────────────

_TOPIC, _BARRIER = handle(7), barrier(b"nonce..1")


def _long(size: int, flags: int = 0) -> bytes:
    return bytes([flags | _LONG]) + struct.pack(">Q", size)


# What a listener's connection carries once it is let in, in ZMTP's own frames.
FRAMES: dict[str, bytes] = {
    "empty frames": frame(b"") * 1_000,
    "a frame of every first byte": b"".join(frame(bytes([byte]) + _TOPIC) for byte in range(256)),
    "a topic of every length": b"".join(frame(b"\x01" + bytes(size)) for size in range(200)),
    "a size beyond all memory": _long(2**63 - 1) + b"x" * 100,
    "a size with the sign": _long(2**64 - 1) + b"x" * 100,
    "a little more than may be": frame(b"\x01" + bytes(200_000)),
    "reserved flags": bytes([0xF8, 5]) + b"\x01" + _TOPIC,
    "a command nobody knows": frame(b"\x05SHOUT" + bytes(100), _COMMAND),
    "a command without a name": frame(b"", _COMMAND),
    "a command whose name is longer than it": frame(b"\xffSUBSCRIBE", _COMMAND),
    "a command in parts": frame(b"\x09SUBSCRIBE" + _TOPIC, _COMMAND | _MORE) * 10,
    "subscriptions as commands": frame(b"\x09SUBSCRIBE" + handle(1 << 20), _COMMAND) * 1_000,
    "a handshake again": frame(b"\x05HELLO\x01a\x01b", _COMMAND),
    "READY again": frame(b"\x05READY\x0bSocket-Type\0\0\0\x03SUB", _COMMAND),
    "pings": frame(b"\x04PING\0\x0a" + bytes(16), _COMMAND) * 2_000,
    "pings with too much": frame(b"\x04PING\0\x0a" + bytes(5_000), _COMMAND),
    "one topic again and again": frame(b"\x01" + _TOPIC) * 5_000,
    "taken back and never had": frame(b"\x00" + _TOPIC) * 5_000,
    "to and fro": (frame(b"\x01" + _TOPIC) + frame(b"\x00" + _TOPIC)) * 2_000,
    "barriers": b"".join(
        frame(b"\x01" + barrier(struct.pack(">Q", number))) for number in range(2_000)
    ),
    "a publication": frame(_TOPIC, _MORE) + frame(b"forged"),
    "cut short": frame(b"\x01" + _TOPIC)[:-2],
}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    with RunningBroker(tmp_path_factory.mktemp("broker") / "data") as running:
        yield running
        assert running.process.running


@pytest.fixture(scope="module")
def publisher(broker: RunningBroker) -> zmq.Socket[bytes]:
    return broker.publisher()


@pytest.fixture(scope="module")
def honest(broker: RunningBroker, publisher: zmq.Socket[bytes]) -> zmq.Socket[bytes]:
    sub = broker.listener(_TOPIC, _BARRIER, token=broker.token(device=1_000))
    assert receive(sub) == [_BARRIER, b""]
    return sub


def _memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def _let_in(broker: RunningBroker, device: int) -> PlainListener:
    """A listener's connection.

    What an offender left in the broker's queue may still end the connection that has its descriptor
    now; listeners connect again.
    """
    for _ in range(10):
        with suppress(EOFError, ConnectionError):
            return PlainListener(broker.subscribe_port, broker.token(device=device))
    raise AssertionError("the listener is let in by no try")


@pytest.mark.parametrize("shape", FRAMES)
def test_a_broker_takes_any_shape(
    broker: RunningBroker, publisher: zmq.Socket[bytes], honest: zmq.Socket[bytes], shape: str
) -> None:
    """The honest listener hears the publisher, and that alone, before and after."""
    device = 2_000 + list(FRAMES).index(shape)  # one that offended is not let in for a while
    before = _memory(broker.process.pid)
    with _let_in(broker, device) as eve:
        pour(eve.tcp, FRAMES[shape], len(FRAMES[shape]))
        for text in (b"one", b"two"):
            publisher.send_multipart([_TOPIC, text])
            assert receive(honest) == [_TOPIC, text]
    assert _memory(broker.process.pid) - before < 32 * _MB
    publisher.send_multipart([_TOPIC, b"three"])
    assert receive(honest) == [_TOPIC, b"three"]


# ── the broker's XSUB ────────────────────────────────────────────────────────────────────────────

# What whoever has the publisher's key sends there: parts of messages, each with flags of its own.
_PART, _LAST, _ORDER = 1, 0, 4
PUBLISHED: dict[str, list[tuple[bytes, int]]] = {
    "nothing": [(b"", _LAST)] * 100,
    "one part": [(b"x", _LAST)] * 1_000,
    "a thousand parts": [(b"x", _PART)] * 999 + [(b"", _LAST)],
    "a topic of every length": [
        each for size in range(200) for each in ((bytes(size), _PART), (b"forged", _LAST))
    ],
    "what a listener says": [(b"\x01" + _TOPIC, _LAST), (b"\x00" + _TOPIC, _LAST)] * 500,
    "orders": [(b"\x09SUBSCRIBE" + _TOPIC, _ORDER), (b"\x04PING\0\x0a" + bytes(16), _ORDER)] * 500,
    "orders in parts": [(b"\x04PING\0\x0a", _ORDER | _PART)] * 100,
    "reserved flags": [(b"x", 0xF8)] * 100,
    "as large as may be": [(bytes(8), _PART), (bytes(SEALED_BYTES), _LAST)] * 50,
    "larger than may be": [(bytes(8), _PART), (bytes(8 * _MB), _LAST)],
    "no end": [(bytes(8), _PART)],
}


@pytest.mark.parametrize("kind", [b"PUB", b"XPUB", b"DEALER"])
@pytest.mark.parametrize("shape", PUBLISHED)
def test_a_brokers_ear_takes_any_shape(
    broker: RunningBroker,
    publisher: zmq.Socket[bytes],
    honest: zmq.Socket[bytes],
    shape: str,
    kind: bytes,
) -> None:
    """A server beside the thief of its key is heard, before and after, and nothing grows."""
    before = _memory(broker.process.pid)
    with suppress(ConnectionError):  # it may be hung up at any time
        thief = (broker.publish_port, broker.keys.broker.public, broker.keys.publisher, b"", kind)
        with CurvePeer(*thief) as eve:
            for part, flags in PUBLISHED[shape]:
                eve.send(part, flags=flags)
            publisher.send_multipart([_TOPIC, b"one"])
            assert receive(honest) == [_TOPIC, b"one"]
    publisher.send_multipart([_TOPIC, b"two"])
    assert _without_one(receive(honest), honest) == [_TOPIC, b"two"]
    assert _memory(broker.process.pid) - before < 64 * _MB


def _without_one(heard: list[bytes], honest: zmq.Socket[bytes]) -> list[bytes]:
    """What comes after the first, where that was not read yet."""
    return receive(honest) if heard == [_TOPIC, b"one"] else heard


@pytest.mark.parametrize("kind", [b"PUB", b"XPUB"])
def test_who_has_another_key_is_not_let_in_there(broker: RunningBroker, kind: bytes) -> None:
    stranger = KeyPair.generate()
    with pytest.raises(ConnectionError):
        CurvePeer(broker.publish_port, broker.keys.broker.public, stranger, b"", kind)


# ── a client's SUB ───────────────────────────────────────────────────────────────────────────────

PUBLICATIONS: dict[str, bytes] = {
    "one part": frame(b"alone"),
    "three parts": frame(_TOPIC, _MORE) + frame(b"x", _MORE) + frame(b"y"),
    "a thousand parts": frame(_TOPIC, _MORE) * 999 + frame(b""),
    "empty parts": frame(b"", _MORE) + frame(b""),
    "no such topic": frame(b"\xff" * 100, _MORE) + frame(b"x"),
    "a megabyte": frame(_TOPIC, _MORE) + frame(bytes(_MB)),
}


@pytest.mark.parametrize("shape", PUBLICATIONS)
def test_a_clients_ear_takes_any_shape(shape: str) -> None:
    """What comes is handed on in whole messages, or the broker is hung up on; none grows for it."""

    async def listen(port: int) -> None:
        sub = sockets.listen_sub(context(), ListenToken("1", "x", 0))
        sub.subscribe(b"")
        heard: list[int] = []  # how many parts together
        befell: list[zmq.Event] = []

        def hear(messages: list[list[bytes]]) -> None:
            heard.append(sum(map(len, messages)))

        wire = Monitored(asyncio.get_running_loop(), sub, hear, befell.append)
        before = _memory_here()
        sockets.connect(sub, f"tcp://127.0.0.1:{port}")
        try:
            async with asyncio.timeout(30):
                while len(heard) < 10 and zmq.Event.DISCONNECTED not in befell:
                    await asyncio.sleep(0.01)
        finally:
            wire.close()
        assert max(heard, default=0) < 100_000
        assert _memory_here() - before < 64 * _MB

    with HostileBroker(PUBLICATIONS[shape] * 20, 1) as hostile:
        asyncio.run(listen(hostile.port))


def _memory_here() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
