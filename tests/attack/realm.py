"""A realm with a secret in every corner, and somebody in every relation to it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count, product
from pathlib import Path
from queue import Empty

from tests.domain.realms import NOW, founded, item, send_id, stands
from tests.server.fakes import OPERATOR_KEY, Desk, body_of
from zmqchat.domain.batch import Actor
from zmqchat.domain.changes import Change
from zmqchat.domain.draft import State
from zmqchat.domain.projection import Projected
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Membership, Standing, StoredEvent
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.events import Body, Described, Posted, Reacted
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.replies import Accepted, Done, OneTimeCode, Reply, RoomCreated, Sent, Welcome
from zmqchat.protocol.rooms import Role
from zmqchat.search.follower import Follower
from zmqchat.search.index import Index
from zmqchat.search.lookup import Hits, Wanted
from zmqchat.storage import Store, open_store

FACE = (
    b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 64, 64, 8, 6, 0, 0, 0) + b"face"
)


class Who(StrEnum):
    """What whoever asks is to the object, which is a room or somebody in it."""

    STRANGER = "stranger"  # has not said hello
    OUTSIDER = "outsider"
    GUEST = "guest"  # of the realm, sharing a room with `pia` alone
    INVITED = "invited"  # by somebody whom it ignores, and has not entered
    MEMBER = "member"
    FORMER = "former"
    BANNED = "banned"
    REMOVED = "removed"  # a member, on a device that was put out; the session outlived it
    DEACTIVATED = "deactivated"  # likewise, of a closed account
    MODERATOR = "moderator"
    OWNER = "owner"
    ADMIN = "administrator"
    OPERATOR = "operator"


class Searching:
    """A search in an index that was made before."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def search(self, wanted: Wanted) -> Hits:
        """As the search process would."""
        with closing(Index(self._path)) as index:
            return index.search(wanted)

    def nudge(self, *, at_once: bool = False) -> None:
        """Nothing new is looked for."""

    def settle(self) -> None:
        """Nothing is owed."""


@dataclass(frozen=True)
class Asker:
    """Somebody with a connection; `id` is 0 for the stranger and for the operator."""

    who: Who
    id: int
    key: str

    @property
    def name(self) -> str:
        """What the user is called."""
        return called(self.who)

    @property
    def peer(self) -> bytes:
        """The routing id."""
        return b"\0" + self.key[-4:].encode()


class Realm:
    """What stays: people, rooms, a log on disk and its index. `values` make the state anew."""

    def __init__(self, directory: Path) -> None:
        desk = Desk(founded())
        self._desk = desk
        self._ids: dict[str, int] = {}
        for name in _PEOPLE:
            self._comes(name)
        self._stand()
        self._talk()
        self.values = values_of(desk.state)
        self.events: list[StoredEvent] = desk.log.events
        self.projected: list[Projected] = desk.log.projected
        desk.close()
        self.store: Store = open_store(directory / "zmqchat.db")
        with self.store.writer.transaction() as transaction:
            transaction.write(self.events, self.values, self.projected)
        self._index = directory / "search.db"
        with closing(Index(self._index)) as index:
            follower = Follower(self.store, index)
            assert follower.belongs()
            assert follower.follow(lambda: False)

    def id(self, name: str) -> int:
        """Somebody's id."""
        return self._ids[name]

    def asker(self, who: Who) -> Asker:
        """Somebody in this relation."""
        if who is Who.OPERATOR:
            return Asker(who, 0, OPERATOR_KEY)
        return Asker(who, self._ids.get(called(who), 0), f"{self._ids.get(called(who), 99):064x}")

    def opened(self) -> Desk:
        """A service as it is right after all this."""
        state = State(self._desk.state.realm)
        state.apply(self.values)
        desk = Desk(state, self.store, Searching(self._index))
        desk.log.events += self.events
        desk.log.projected += self.projected
        return desk

    # ── how it came about ────────────────────────────────────────────────────────────────────────

    def _comes(self, name: str) -> None:
        number = len(self._ids) + 1
        self._ids[name] = number
        hello = ask.Hello([1], name, "test", "join-token", f"{name}-laptop")
        body_of(Welcome, self._does(name, hello))
        shown = ask.SetProfile(f"{name}-shown-as", f"{name}-is-busy")
        body_of(Done, self._does(name, shown))

    def _does(self, name: str, body: ask.RequestBody) -> Reply:
        number = self._ids[name]
        key = f"{number:064x}"
        return answer(self._desk, body, peer=b"\0" + key[-4:].encode(), key=key)

    def _opens(self, name: str, room: str, *, private: bool) -> int:
        made = self._does(name, ask.CreateRoom(send_id(), room, private))
        return body_of(RoomCreated, made).room.room

    def _writes(self, name: str, room: int, *bodies: Body) -> int:
        items = [item(room, body) for body in bodies]
        results = body_of(Sent, self._does(name, ask.Send(items))).results
        assert isinstance(results[-1], Accepted), results
        return results[-1].seq

    def _actor(self, name: str) -> Actor:
        return self._desk.actor(name)

    def _stand(self) -> None:
        """Everybody's relation to a private and to a public room, past all rules."""
        state = self._desk.state
        for name, role in ((Who.GUEST, RealmRole.GUEST), (Who.ADMIN, RealmRole.ADMIN)):
            state.apply([replace(state.users[self.id(called(name))], role=role)])
        owner = called(Who.OWNER)
        self.private = self._opens(owner, "den-of-secrets", private=True)
        self.public = self._opens(owner, "agora", private=False)
        self.vault = self._opens("victor", "vault-of-victor", private=True)
        porch = self._opens("pia", "porch", private=True)
        talk = ask.OpenDirect(send_id(), [self.id(called(Who.MEMBER))])
        self.direct = body_of(RoomCreated, self._does("victor", talk)).room.room
        stands(state, porch, self._actor(called(Who.GUEST)))
        stands(state, GENERAL_ID, self._actor(called(Who.GUEST)), standing=Standing.FORMER)
        for room in (self.private, self.public):
            for who in (Who.MEMBER, Who.REMOVED, Who.DEACTIVATED):
                stands(state, room, self._actor(called(who)))
            stands(state, room, self._actor("victor"))
            stands(state, room, self._actor(called(Who.MODERATOR)), Role.MODERATOR)
            stands(state, room, self._actor(called(Who.INVITED)), standing=Standing.INVITED)
            stands(state, room, self._actor(called(Who.FORMER)), standing=Standing.FORMER)
            stands(state, room, self._actor(called(Who.BANNED)), standing=Standing.BANNED)

    def _talk(self) -> None:
        self.seqs = {
            room: self._writes("victor", room, Posted(f"whispered-in-{room} @victor"))
            for room in (self.private, self.public, self.direct, self.vault)
        }
        for room in (self.private, self.public):
            self._writes(called(Who.OWNER), room, Described(f"about-room-{room}"))
            for who in _INSIDE:
                self._writes(called(who), room, Reacted(self.seqs[room], "👎"))
        body_of(Done, self._does("victor", ask.SetProfile(picture=FACE)))
        self.device = self._actor("victor").device
        body_of(OneTimeCode, self._does(called(Who.ADMIN), ask.MakeInvite(label="for-the-plumber")))
        self.invite = self._desk.state.tickets()[-1].id

    def close(self) -> None:
        """Closes the database."""
        self.store.close()

    # ── what nobody may learn who is not entitled to it ──────────────────────────────────────────

    def secrets(self, who: Who) -> Iterator[bytes]:
        """What must not be in anything that somebody in this relation is answered."""
        closed = {self.vault}
        if who not in _INSIDE:
            closed |= {self.private, self.public, self.direct}
        elif who is not Who.MEMBER:
            closed |= {self.direct}
        named = {self.private, self.public} if who is Who.INVITED else {self.public}
        for room in (self._desk.state.rooms[number] for number in closed):
            yield from (
                room.key,
                codec.encode(room.handle),
                room.chain,
                f"whispered-in-{room.id}".encode(),
            )
            if room.id not in named or who in _UNKNOWING:
                yield from (text.encode() for text in (room.name, room.description) if text)
        administers = who in {Who.ADMIN, Who.OPERATOR}
        for name in self._ids.keys() - {called(who)}:
            if not administers:
                yield f"{name}-laptop".encode()
            if who in _UNKNOWING and name != "pia":
                yield name.encode()
        if who in _UNKNOWING:
            yield FACE
        if not administers:
            yield b"for-the-plumber"
        yield b"join-token"
        yield from (ticket.hash for ticket in self._desk.state.tickets())


def called(who: Who) -> str:
    """The user name of whoever stands in this relation: its own word may be reserved."""
    return f"the-{who}"


_NAMELESS = {Who.STRANGER, Who.OPERATOR}
_PEOPLE = (*(called(who) for who in Who if who not in _NAMELESS), "victor", "ivy", "pia")
_INSIDE = (Who.MEMBER, Who.MODERATOR, Who.OWNER)
_UNKNOWING = {Who.STRANGER, Who.GUEST, Who.REMOVED, Who.DEACTIVATED}
_requests = count(1)


def values_of(state: State) -> list[Change]:
    """All that a state holds."""
    pairs = (state.membership(*key) for key in product(state.rooms, state.users))
    memberships: list[Membership] = [held for held in pairs if held is not None]
    return [
        state.realm,
        *state.users.values(),
        *state.rooms.values(),
        *memberships,
        *state.account_values(),
    ]


def answer(desk: Desk, body: ask.RequestBody, *, peer: bytes, key: str) -> Reply:
    """What is answered, whichever way it takes."""
    number = next(_requests)
    before = len(desk.replies)
    desk.receive(body, peer=peer, key=key, now=1000.0 * number, request=number)
    while len(desk.replies) == before:
        if desk.jobs:
            desk.commit(1000.0 * number)
        elif desk.delivered:
            desk.service.answered(desk.delivered.pop())
        else:
            try:
                desk.calls.get(timeout=0.005)()
            except Empty:
                continue
    asker, reply = desk.replies[-1]
    assert (asker, reply.id) == (peer, number)
    return reply


def put_out(desk: Desk, asker: Asker) -> None:
    """Takes away what the asker's session stood on, past all rules: the session outlives it."""
    state = desk.state
    if asker.who is Who.REMOVED:
        (device,) = state.devices_of(asker.id)
        state.apply([replace(device, removed_us=NOW)])
    if asker.who is Who.DEACTIVATED:
        state.apply([replace(state.users[asker.id], active=False)])
