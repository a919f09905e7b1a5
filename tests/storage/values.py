"""Values for the store's tests: a realm with rooms, and logs whose chains are right."""

from __future__ import annotations

from dataclasses import replace

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
from zmqchat.protocol.chain import Chain, digest, genesis
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import LineageStart, Role, RoomKind
from zmqchat.storage import Store

LINEAGE = b"1" * 16
REALM = Realm(b"R" * 16, LINEAGE, next_user=3, next_device=3, next_room=3, next_handle=9)
ALICE = User(1, "alice", "alice", RealmRole.ADMIN, b"ha", b"ka" * 16, 10)
BOB = User(2, "bob", "bob", RealmRole.MEMBER, b"hb", b"kb" * 16, 11)
PHONE = Device(1, 1, b"p" * 32, "phone", 12)


def room(number: int = 1, name: str = "general") -> Room:
    """An empty room in the realm's first lineage."""
    start = genesis(REALM.id, number)
    lineages = (LineageStart(0, LINEAGE),)
    return Room(
        number, name, name, RoomKind.PUBLIC, "", 1, b"h", b"k" * 32, 0, start, 0, 13, lineages
    )


def send_id(number: int) -> bytes:
    """The send id of the numbered send."""
    return number.to_bytes(16, "big")


def extended(at: Room, *texts: bytes, kind: str = "posted") -> tuple[list[StoredEvent], Room]:
    """The events that `texts` become at the end of a room's log, and the room after them."""
    events = []
    for text in texts:
        event = _event(at, text, kind)
        at = replace(at, seq=event.seq, chain=event.chain, posted=event.ordinal)
        events.append(event)
    return events, at


def _event(at: Room, body: bytes, kind: str) -> StoredEvent:
    seq, time_us = at.seq + 1, 1_000_000 + at.seq
    salt = bytes([seq % 251]) * 16
    number, covered = send_id(at.id * 1_000_000 + seq), digest(body, salt)
    chain = Chain(REALM.id, at.lineages[-1].lineage, at.id).extend(
        at.chain, seq, kind, "alice", time_us, number, covered
    )
    ordinal = at.posted + (kind == "posted")
    return StoredEvent(
        at.id, seq, kind, "alice", 1, 1, time_us, number, body, salt, covered, chain, ordinal
    )


def founded(store: Store, *rooms: Room) -> None:
    """Commits the realm, its people and rooms."""
    people: list[Change] = [REALM, ALICE, BOB, PHONE]
    members = [Membership(each.id, 1, Role.OWNER, Standing.MEMBER, 14) for each in rooms]
    store.writer.commit([], [*people, *rooms, *members])


def filled(store: Store, at: Room, *texts: bytes) -> Room:
    """Commits `texts` as one batch; the room afterwards."""
    events, after = extended(at, *texts)
    store.writer.commit(events, [after])
    return after


def earlier(store: Store, keys: list[tuple[int, bytes]]) -> dict[tuple[int, bytes], EarlierSend]:
    """The earlier sends that a transaction of its own finds."""
    with store.writer.transaction() as transaction:
        return transaction.earlier_sends(keys)
