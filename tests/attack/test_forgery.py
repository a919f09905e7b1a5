"""Publications that the server never made: by an outsider, a broker, a broker's accomplice."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import zmq

from tests.support.realm import Person, Realm, Running
from tests.support.waiting import eventually
from zmqchat.protocol import codec
from zmqchat.protocol.chain import Chain, digest
from zmqchat.protocol.events import Event, Posted
from zmqchat.protocol.frames import EventsFrame, statement
from zmqchat.protocol.limits import SALT_BYTES
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair, load_realm_keys
from zmqchat.security.sealing import Sealer
from zmqchat.security.signing import Signer


@contextmanager
def _publisher(realm: Realm, key: KeyPair) -> Iterator[zmq.Socket[Any]]:
    """A connection to the broker's publish port, as somebody who holds `key` would make it."""
    broker = load_realm_keys(realm.data).broker.public
    with zmq.Context() as context:
        socket = sockets.publish_xpub(context, key, broker)
        sockets.connect(socket, f"tcp://127.0.0.1:{realm.port + 1}")
        yield socket
        socket.close(linger=0)


@contextmanager
def _heard(realm: Realm, alice: Person, key: KeyPair) -> Iterator[tuple[Running, zmq.Socket[Any]]]:
    """What alice hears, live, and a connection as above."""
    with (
        alice.start("tail", "general", "--since", "0", "--json") as tail,
        _publisher(realm, key) as publisher,
    ):
        tail.line()
        yield tail, publisher


def _general(realm: Realm) -> dict[str, Any]:
    """What a member knows of the room: everything but the signing key."""
    with closing(sqlite3.connect(realm.data / "zmqchat.db")) as database:
        database.row_factory = sqlite3.Row
        room = dict(database.execute("SELECT * FROM rooms WHERE id = 1").fetchone())
        own = database.execute("SELECT id, lineage FROM realm").fetchone()
        return room | {"realm": own[0], "lineage": own[1]}


def _forgery(room: dict[str, Any], text: str, signer: Signer) -> list[bytes]:
    """A frame that is perfect but for who signed it: right key, right chain, next seq."""
    body = codec.encode(Posted(text))
    salt, send_id, now_us = b"s" * SALT_BYTES, b"i" * 16, time.time_ns() // 1000
    seq = room["seq"] + 1
    chain = Chain(room["realm"], room["lineage"], 1).extend(
        room["chain"], seq, 1, 1, "posted", "alice", now_us, send_id, digest(body, salt)
    )
    event = Event(seq, "posted", 1, "alice", 1, now_us, send_id, body, salt, b"", chain)
    text_signed = statement("events", room["realm"], room["lineage"], 1, room["epoch"], seq, chain)
    frame = EventsFrame(1, room["epoch"], [event], now_us, now_us, signer.sign(text_signed))
    sealed = Sealer(room["key"]).seal(room["handle"], codec.encode(frame))
    return [room["handle"], sealed]


def test_an_outsider_cannot_publish(realm: Realm) -> None:
    alice = realm.person("alice")
    with _heard(realm, alice, KeyPair.generate()) as (tail, publisher):
        frame = _forgery(_general(realm), "forged", Signer(b"f" * 32))
        # It is never heard: the broker's subscription would have to come through first.
        with pytest.raises(zmq.Again):
            publisher.setsockopt(zmq.RCVTIMEO, 1500)
            publisher.recv()
        publisher.send_multipart(frame)
        alice.does("send", "general", "genuine")
        assert json.loads(tail.line())["text"] == "genuine"


def test_a_broker_in_league_with_a_member_cannot_forge(realm: Realm) -> None:
    """The publisher's key stands for a broker: who holds it can put any frame on the wire."""
    alice = realm.person("alice")
    keys = load_realm_keys(realm.data)
    with _heard(realm, alice, keys.publisher) as (tail, publisher):
        assert publisher.recv() == b"\x01"
        frame = _forgery(_general(realm), "forged", Signer(b"f" * 32))

        def noticed() -> bool:
            publisher.send_multipart(frame)  # again: the tail may not have been listening yet
            return any("forged was dropped" in line for line in tail.errors)

        eventually(noticed)
        alice.does("send", "general", "genuine")
        heard = json.loads(tail.line())
        assert (heard["text"], heard["seq"]) == ("genuine", 2)


def test_garbage_and_replays_on_the_wire_are_nothing(realm: Realm) -> None:
    """A broker without a room key can repeat and invent frames; neither shows anywhere."""
    alice = realm.person("alice")
    keys = load_realm_keys(realm.data)
    with _heard(realm, alice, keys.publisher) as (tail, publisher):
        assert publisher.recv() == b"\x01"
        handle = _general(realm)["handle"]
        genuine = Signer(keys.signing)
        alice.does("send", "general", "genuine")
        room = _general(realm)
        for garbage in (b"", b"\xff" * 64, b"x" * 100_000):
            publisher.send_multipart([handle, garbage])
        publisher.send_multipart([handle])
        # A signature of the server's own, over another seq than it was made for.
        frame = _forgery({**room, "seq": room["seq"] + 5}, "ahead", genuine)
        publisher.send_multipart(frame)
        alice.does("send", "general", "and more")
        assert [json.loads(line)["text"] for line in tail.lines(2)] == ["genuine", "and more"]


@pytest.mark.parametrize("mechanism", ["NULL", "CURVE"])
def test_a_sniffer_hears_nothing(realm: Realm, mechanism: str) -> None:
    alice = realm.person("alice")
    with zmq.Context() as context:
        sniffers = []
        for port in (realm.port + 1, realm.port + 2):
            for prefix in (b"", b"\x00", _general(realm)["handle"]):
                sub = context.socket(zmq.SUB)
                sub.setsockopt(zmq.LINGER, 0)
                if mechanism == "CURVE":
                    pair = KeyPair.generate()
                    sub.setsockopt(zmq.CURVE_PUBLICKEY, pair.public_z85)
                    sub.setsockopt(zmq.CURVE_SECRETKEY, pair.secret_z85)
                    server = load_realm_keys(realm.data).broker
                    sub.setsockopt(zmq.CURVE_SERVERKEY, server.public_z85)
                sub.subscribe(prefix)
                sub.connect(f"tcp://127.0.0.1:{port}")
                sniffers.append(sub)
        with alice.start("tail", "general", "--since", "0", "--count", "51") as tail:
            alice.does("send", "general", "-", text="secret\n" * 50)
            assert tail.wait() == 0  # whoever may listen has heard all of it
        for sub in sniffers:
            assert sub.poll(50) == 0
            sub.close()
