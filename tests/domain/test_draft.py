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
    Membership,
    Realm,
    RealmRole,
    Room,
    Standing,
    User,
)
from zmqchat.protocol.rooms import LineageStart, Role, RoomKind

_IDS = st.integers(1, 4)
_REALM = Realm(b"R" * 16, b"L" * 16)


def _room(number: int, name_key: str, seq: int) -> Room:
    starts = (LineageStart(0, b"L" * 16),)
    kind = RoomKind.PUBLIC
    return Room(number, name_key, name_key, kind, "", 1, b"h", b"k", seq, b"c", 0, NOW, starts)


# A name belongs to one user and one room for good here: that it is free is the decisions' to see.
_changes: st.SearchStrategy[Change] = st.one_of(
    st.builds(Realm, st.just(b"R" * 16), st.just(b"L" * 16), next_user=st.integers(1, 99)),
    st.builds(
        lambda n, made: User(n, f"u{n}", f"u{n}", RealmRole.MEMBER, b"h", b"k", made),
        _IDS,
        st.integers(0, 9),
    ),
    st.builds(lambda n, label: Device(n, n, bytes([n]), label, NOW), _IDS, st.text(max_size=2)),
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
        "named": [view.user_named(f"u{n}") for n in ids],
        "devices": [view.device_of(bytes([n])) for n in ids],
        "rooms": [view.room(n) for n in ids],
        "rooms named": [view.room_named(f"r{n}{end}") for n in ids for end in ("", "-new")],
        "memberships": [view.membership(n, m) for n in ids for m in ids],
        "members": [sorted(view.members(n)) for n in ids],
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
    assert [state.audience(room) for room in range(6)] == [
        sum(where == room for where, _ in pairs) for room in range(6)
    ]


def test_a_draft_yields_what_others_refer_to_first() -> None:
    draft = Draft(State(_REALM))
    member = Membership(1, 1, Role.MEMBER, Standing.MEMBER, NOW)
    user = User(1, "u", "u", RealmRole.MEMBER, b"h", b"k", NOW)
    draft.put(member, _room(1, "r", 0), Device(1, 1, b"k", "", NOW), user, _REALM)
    kinds = [type(change) for change in draft.changes()]
    assert kinds == [Realm, User, Device, Room, Membership]


def test_a_room_renamed_in_a_draft_gives_its_name_up() -> None:
    state = State(_REALM)
    state.apply([_room(1, "old", 0)])
    draft = Draft(state)
    draft.put(_room(1, "new", 0))
    assert draft.room_named("old") is None
    assert draft.room_named("new") == _room(1, "new", 0)
    draft.put(_room(2, "old", 0))
    assert draft.room_named("old") == _room(2, "old", 0)
