"""Values for the store's tests: a realm with rooms, and logs whose chains are right."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from zmqchat.domain.changes import Change
from zmqchat.domain.state import (
    Device,
    EarlierSend,
    Membership,
    Realm,
    Room,
    Standing,
    StoredEvent,
    User,
)
from zmqchat.protocol import codec
from zmqchat.protocol.chain import Chain, digest, genesis
from zmqchat.protocol.events import Event, Posted
from zmqchat.protocol.limits import SALT_BYTES
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import LineageStart, Role, RoomKind
from zmqchat.storage import Reader, Store
from zmqchat.storage.values import Stretch

LINEAGE = b"1" * 16
REALM = Realm(b"R" * 16, LINEAGE, next_user=3, next_device=3, next_handle=9)
ALICE = User(1, "alice", "alice", RealmRole.ADMIN, b"ha", 10)
BOB = User(2, "bob", "bob", RealmRole.MEMBER, b"hb", 11)
PHONE = Device(1, 1, b"p" * 32, "phone", 12)


def room(number: int = 1, name: str = "general") -> Room:
    """An empty room in the realm's first lineage."""
    start = genesis(REALM.id, number)
    lineages = (LineageStart(0, LINEAGE),)
    return Room(
        *(number, name, name, RoomKind.PUBLIC, "", 1, 0, 13, b"h", b"k" * 32),
        *(0, start, 0, 13, lineages),
    )


def send_id(number: int) -> bytes:
    """The send id of the numbered send."""
    return number.to_bytes(16, "big")


def post(text: bytes) -> bytes:
    """The body of a message that says this, byte for character."""
    return codec.encode(Posted(text.decode("latin-1")))


def extended(
    at: Room, *bodies: bytes, kind: str = "posted", sender: User = ALICE
) -> tuple[list[StoredEvent], Room]:
    """The events that `bodies` become at the end of a room's log, and the room after them."""
    events = []
    for body in bodies:
        event = _event(at, body, kind, sender)
        at = replace(at, seq=event.seq, chain=event.chain, posted=event.ordinal)
        events.append(event)
    return events, at


def _event(at: Room, body: bytes, kind: str, sender: User) -> StoredEvent:
    seq, time_us = at.seq + 1, 1_000_000 + at.seq
    salt = bytes([seq % 251]) * SALT_BYTES
    number, covered = send_id(at.id * 1_000_000 + seq), digest(body, salt)
    chain = Chain(REALM.id, at.lineages[-1].lineage, at.id).extend(
        at.chain, seq, sender.id, 1, kind, sender.name, time_us, number, covered
    )
    ordinal = at.posted + (kind == "posted")
    return StoredEvent(
        *(at.id, seq, kind, sender.id, sender.name, 1, time_us, number),
        *(body, salt, covered, chain, ordinal),
    )


def founded(store: Store, *rooms: Room) -> None:
    """Commits the realm, its people and rooms."""
    people: list[Change] = [REALM, ALICE, BOB, PHONE]
    members = [Membership(each.id, 1, Role.OWNER, Standing.MEMBER, 14) for each in rooms]
    store.writer.commit([], [*people, *rooms, *members])


def filled(store: Store, at: Room, *bodies: bytes) -> Room:
    """Commits bodies as one batch; the room afterwards."""
    events, after = extended(at, *bodies)
    store.writer.commit(events, [after])
    return after


def read_log(
    store: Reader, number: int, after: int, count: int = 1_000_000, max_bytes: int = 1_000_000_000
) -> list[Event]:
    """A page of a room's log."""
    (followed, *_) = store.follow([Stretch(number, after, after + count)], max_bytes)
    return followed.events


def texts_of(store: Reader, number: int = 1) -> list[bytes]:
    """What was said in a room."""
    found = read_log(store, number, 0)
    return [msgspec.msgpack.decode(event.body)["text"].encode("latin-1") for event in found]


def spoken(store: Store, at: Room, *texts: bytes) -> Room:
    """Commits messages as one batch; the room afterwards."""
    return filled(store, at, *map(post, texts))


def earlier(store: Store, keys: list[tuple[int, bytes]]) -> dict[tuple[int, bytes], EarlierSend]:
    """The earlier sends that a transaction of its own finds."""
    with store.writer.transaction() as transaction:
        return transaction.earlier_sends(keys)
