"""What is looked up of rooms and people costs what is told, however large the realm is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.domain.cases import room_with, user
from tests.domain.realms import peopled, room_of
from zmqchat.domain.draft import State
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Membership, Room, Standing, User
from zmqchat.errors import Refused
from zmqchat.protocol.limits import LISTED_PER_PAGE
from zmqchat.protocol.people import Presence, RealmRole
from zmqchat.protocol.requests import FindRoom, Members
from zmqchat.protocol.rooms import Role, RoomEntry, RoomKind
from zmqchat.server import directory


class Counting(State):
    """A state that counts what is looked up in it."""

    looked_up: Counter[str]

    def user(self, user: int) -> User | None:
        """Counted."""
        self.looked_up["user"] += 1
        return super().user(user)

    def room(self, room: int) -> Room | None:
        """Counted."""
        self.looked_up["room"] += 1
        return super().room(room)

    def members(self, room: int) -> list[int]:
        """Counted, each of them."""
        found = super().members(room)
        self.looked_up["member"] += len(found)
        return found

    def rooms_of(self, user: int) -> list[int]:
        """Counted, each of them."""
        found = super().rooms_of(user)
        self.looked_up["room of"] += len(found)
        return found


def _there(_user: int) -> Presence:
    return Presence.ONLINE


def realm_of(people: int, rooms: int) -> tuple[Counting, User]:
    """A realm with so many people, and public rooms that most are not in; and one of the people."""
    state, (alice,) = peopled("alice")
    state.__class__ = Counting
    assert isinstance(state, Counting)
    state.looked_up = Counter()
    first = room_of(state, alice, "r")
    for number in range(2, people + 1):
        name = f"u{number}"
        state.apply([replace(alice.user, id=number, name=name, skeleton=name)])
        state.apply([Membership(GENERAL_ID, number, Role.MEMBER, Standing.MEMBER, 0)])
    for number in range(2, rooms + 2):
        name = f"r{number}"
        state.apply([replace(first, id=number, name=name, name_key=name)])
    return state, alice.user


def _pages(state: State, alice: User) -> list[tuple[str, Callable[[], object]]]:
    return [
        ("rooms", lambda: directory.rooms(state, alice, 0)),
        ("rooms on", lambda: directory.rooms(state, alice, 100)),
        ("a room", lambda: directory.room(state, alice, FindRoom("r7"))),
        ("people", lambda: directory.people(state, alice, Members(), _there)),
        ("members", lambda: directory.people(state, alice, Members(GENERAL_ID, 200), _there)),
        ("some", lambda: directory.known_people(state, alice, range(200), _there)),
    ]


def test_a_page_costs_the_page_and_not_the_realm() -> None:
    costs: list[list[Counter[str]]] = []
    for size in (600, 1200):
        state, alice = realm_of(size, size)
        costs.append([])
        for _, page in _pages(state, alice):
            state.looked_up.clear()
            page()
            assert state.looked_up.total() <= 4 * LISTED_PER_PAGE
            costs[-1].append(state.looked_up.copy())
    assert costs[0] == costs[1]


def test_a_guest_pages_through_whom_it_knows_and_no_others() -> None:
    state, alice = realm_of(600, 1)
    guest = replace(alice, id=601, name="gus", skeleton="gus", role=RealmRole.GUEST)
    state.apply([guest])
    shared = room_with(state, RoomKind.PRIVATE, "gus", *(f"u{n}" for n in range(2, 500))).id
    seen: list[str] = []
    after = 0
    while after or not seen:
        page = directory.people(state, guest, Members(after=after), _there)
        assert len(page.people) <= LISTED_PER_PAGE
        seen += [person.name for person in page.people]
        after = page.next
    assert seen == [*(f"u{n}" for n in range(2, 500)), "gus"]  # and not alice
    assert [entry.room for entry in directory.rooms(state, guest, 0).rooms] == [shared]


def test_rooms_that_cannot_be_found_make_a_page_shorter_and_end_nothing() -> None:
    state, _ = realm_of(2, 600)
    bob = user(state, "u2")
    hidden = range(2, 2 + LISTED_PER_PAGE)
    state.apply([Membership(n, bob.id, Role.MEMBER, Standing.BANNED, 0) for n in hidden])
    seen: list[RoomEntry] = []
    after = 0
    while after or not seen:
        page = directory.rooms(state, bob, after)
        seen += page.rooms
        after = page.next
    assert len(seen) == len(state.rooms) - LISTED_PER_PAGE
    assert not {entry.room for entry in seen} & set(hidden)


@pytest.mark.parametrize("by_id", [False, True])
def test_a_room_is_found_by_whom_may_find_it(by_id: bool) -> None:
    state, (alice, bob) = peopled("alice", "bob")
    lab = room_of(state, alice, "lab", private=True)
    dev = room_of(state, alice, "dev")
    talk = room_with(state, RoomKind.DIRECT, "alice", "bob").id

    def found(who: User, room: int, name: str) -> int | None:
        entry = directory.room(state, who, FindRoom(room if by_id else name)).room
        return None if entry is None else entry.room

    assert found(alice.user, lab.id, "LAB") == lab.id
    assert found(bob.user, lab.id, "lab") is None
    assert found(bob.user, dev.id, "dev") == dev.id
    assert found(bob.user, 99, "nothing") is None
    assert found(bob.user, 2**70, "a b") is None
    if by_id:
        assert found(bob.user, talk, "") == talk
    guest = replace(bob.user, role=RealmRole.GUEST)
    state.apply([guest])
    assert found(guest, dev.id, "dev") is None


def test_a_conversation_is_found_by_its_people() -> None:
    state, (alice, bob, carol) = peopled("alice", "bob", "carol")
    room = room_with(state, RoomKind.DIRECT, "alice", "bob").id
    state.apply([replace(state.rooms[room], name_key="@1,2")])
    for name in ("@bob", "@alice,bob", "@ BOB "):
        entry = directory.room(state, alice.user, FindRoom(name)).room
        assert entry is not None
        assert entry.room == room
    for name in ("@carol", "@nobody", "@", "@bob,carol", "@bob,nobody"):
        assert directory.room(state, alice.user, FindRoom(name)).room is None
    assert directory.room(state, carol.user, FindRoom("@alice,bob")).room is None
    with pytest.raises(Refused):
        directory.people(state, carol.user, Members(room), _there)
    assert directory.readable(state, bob.user.id, room) is not None
