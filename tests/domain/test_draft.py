"""A draft shows what the state will be, and the state does not move until it is applied."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.realms import NOW
from zmqchat.domain.changes import Change
from zmqchat.domain.draft import Draft, State
from zmqchat.domain.state import (
    Device,
    FormerName,
    Ignored,
    Membership,
    Reading,
    Realm,
    Room,
    Standing,
    Ticket,
    TicketKind,
    User,
)
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import Level, LineageStart, Role, RoomKind

_IDS = st.integers(1, 4)
_REALM = Realm(b"R" * 16, b"L" * 16)


def _room(number: int, name_key: str, seq: int) -> Room:
    starts = (LineageStart(0, b"L" * 16),)
    kind = RoomKind.DIRECT if number == 4 else RoomKind.PUBLIC
    return Room(
        *(number, name_key, name_key, kind, "", 1, 0, NOW, b"h", b"k", seq, b"c", 0, NOW, starts),
        made_by=number % 3,
    )


def _user(number: int, new: bool, role: RealmRole, active: bool) -> User:
    name = f"u{number}{'-new' if new else ''}"
    return User(number, name, name, role, b"h", NOW, active=active, by_link=number % 2 == 1)


def _ticket(number: int, spent_us: int) -> Ticket:
    code_hash = bytes([number]) * 32
    kind, role = TicketKind.INVITE, RealmRole.MEMBER
    return Ticket(number, code_hash, kind, 0, role, "", 0, NOW, NOW + 1, spent_us)


# A name belongs to one user and one room for good here: that it is free is the decisions' to see.
_changes: st.SearchStrategy[Change] = st.one_of(
    st.builds(Realm, st.just(b"R" * 16), st.just(b"L" * 16), next_user=st.integers(1, 99)),
    st.builds(_user, _IDS, st.booleans(), st.sampled_from(RealmRole), st.booleans()),
    st.builds(lambda n, out: Device(n, n % 2, bytes([n]), "", NOW, out), _IDS, st.integers(0, 1)),
    st.builds(lambda n, who: FormerName(f"f{n}", f"f{n}", who), _IDS, _IDS),
    st.builds(_ticket, _IDS, st.integers(0, 1)),
    st.builds(
        lambda n, m, seq: Reading(n, m, seq, seq, Level.ALL, False, 1), _IDS, _IDS, st.integers(0)
    ),
    st.builds(lambda n, m, on: Ignored(n, m, on, 1), _IDS, _IDS, st.booleans()),
    st.builds(
        lambda n, new, seq: _room(n, f"r{n}{'-new' if new else ''}", seq),
        _IDS,
        st.booleans(),
        st.integers(0, 9),
    ),
    st.builds(
        Membership, _IDS, _IDS, st.sampled_from(Role), st.sampled_from(Standing), st.just(NOW)
    ),
)


def _seen(view: State | Draft) -> dict[str, Any]:
    ids = range(6)
    return {
        "realm": view.realm,
        "users": [view.user(n) for n in ids],
        "named": [view.user_named(f"u{n}{end}") for n in ids for end in ("", "-new")],
        "former names": [view.former_name(f"f{n}") for n in ids],
        "admins": sorted(view.admins()),
        "devices": [(view.device(n), view.device_of(bytes([n]))) for n in ids],
        "devices of": [view.devices_of(n) for n in ids],
        "tickets": sorted(view.tickets(), key=lambda ticket: ticket.id),
        "tickets by": [(view.ticket(n), view.ticket_hashed(bytes([n]) * 32)) for n in ids],
        "readings": [view.reading(n, m) for n in ids for m in ids],
        "readings of": [sorted(view.readings_of(n), key=lambda each: each.room) for n in ids],
        "ignored": [view.ignored(n, m) for n in ids for m in ids],
        "ignored by": [view.ignored_by(n) for n in ids],
        "versions": [view.account_version(n) for n in ids],
        "rooms of": [sorted(view.rooms_of(n)) for n in ids],
        "rooms": [view.room(n) for n in ids],
        "rooms named": [view.room_named(f"r{n}{end}") for n in ids for end in ("", "-new")],
        "memberships": [view.membership(n, m) for n in ids for m in ids],
        "members": [sorted(view.members(n)) for n in ids],
        "counts": [(view.audience(n), view.room_count(n), view.made_by(n)) for n in ids],
        "by link": view.by_link()[0],
    }


@given(st.lists(_changes), st.lists(_changes))
def test_a_draft_is_the_state_with_its_changes(before: list[Change], changes: list[Change]) -> None:
    state, expected = State(_REALM), State(_REALM)
    state.apply(before)
    expected.apply([*before, *changes])
    untouched = _seen(state)

    draft = Draft(state)
    draft.put(*changes)

    assert _seen(draft) == _seen(expected)
    assert _seen(state) == untouched  # so throwing the draft away is the whole rollback
    state.apply(draft.changes())
    assert _seen(state) == _seen(expected)


@given(st.lists(_changes))
def test_indexes_agree_with_the_memberships(changes: list[Change]) -> None:
    state = State(_REALM)
    state.apply(changes)
    pairs = {
        (room, user)
        for room in range(6)
        for user in range(6)
        if (found := state.membership(room, user)) and found.standing is Standing.MEMBER
    }
    assert {(room, user) for room in range(6) for user in state.members(room)} == pairs
    assert {(room, user) for user in range(6) for room in state.rooms_of(user)} == pairs
    for user in range(6):
        held = ((room, state.membership(room, user)) for room in range(6))
        invited = [room for room, each in held if each and each.standing is Standing.INVITED]
        assert state.invited_to_after(user, 0, 9) == invited
    assert [state.audience(room) for room in range(6)] == [
        sum(where == room for where, _ in pairs) for room in range(6)
    ]


def test_a_draft_yields_what_others_refer_to_first() -> None:
    draft = Draft(State(_REALM))
    member = Membership(1, 1, Role.MEMBER, Standing.MEMBER, NOW)
    user = User(1, "u", "u", RealmRole.MEMBER, b"h", NOW)
    draft.put(member, _room(1, "r", 0), Device(1, 1, b"k", "", NOW), user, _REALM)
    kinds = [type(change) for change in draft.changes()]
    assert kinds == [Realm, User, Room, Membership, Device]


def test_a_room_renamed_in_a_draft_gives_its_name_up() -> None:
    state = State(_REALM)
    state.apply([_room(1, "old", 0)])
    draft = Draft(state)
    draft.put(_room(1, "new", 0))
    assert draft.room_named("old") is None
    assert draft.room_named("new") == _room(1, "new", 0)
    draft.put(_room(2, "old", 0))
    assert draft.room_named("old") == _room(2, "old", 0)


def test_a_user_renamed_in_a_draft_gives_the_name_up() -> None:
    state = State(_REALM)
    state.apply([_user(1, False, RealmRole.MEMBER, True)])
    draft = Draft(state)
    draft.put(_user(1, True, RealmRole.MEMBER, True))
    assert draft.user_named("u1") is None
    assert draft.user_named("u1-new") == draft.user(1)
    state.apply(draft.changes())
    assert state.user_named("u1") is None
