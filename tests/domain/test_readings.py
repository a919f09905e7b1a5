"""Markers, settings and ignored people: forward only, and the same on every device of a user."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.cases import asks, case, further_device, on_device, realm_of, room_with, user
from tests.domain.realms import NOW
from zmqchat.domain.account_requests import decide
from zmqchat.domain.case import Marker
from zmqchat.domain.decision import NOTHING
from zmqchat.domain.draft import Draft, State
from zmqchat.domain.listings import ignored_people, readings_since
from zmqchat.domain.readings import from_here
from zmqchat.domain.realm_permissions import Asking, asking
from zmqchat.domain.state import Ignored, Membership, Reading, Standing
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.limits import IGNORED_PER_USER
from zmqchat.protocol.requests import Account, Ignore, MarkRead, SetRoom
from zmqchat.protocol.rooms import Level, Role, RoomKind
from zmqchat.protocol.who import Who


def _marked(state: State, who: Asking, room: int, seq: int, posted: int | None = None) -> bool:
    """Marks, with a log in which every event is a message; whether anything changed."""
    at = min(seq, state.rooms[room].seq)
    marker = Marker(at, at if posted is None else posted)
    return asks(state, who, MarkRead(room, seq), marker=marker) != NOTHING


def test_a_marker_only_moves_forward_and_never_past_the_head() -> None:
    state = realm_of("alice")
    alice = on_device(state, "alice")
    room = room_with(state, RoomKind.PRIVATE, "alice", seq=20, posted=20).id
    assert _marked(state, alice, room, 5, posted=4)
    assert state.reading(room, 1) == Reading(room, 1, 5, 4, Level.ALL, False, 1)
    for seq in (5, 4, 0):
        assert not _marked(state, alice, room, seq)
    assert _marked(state, alice, room, 9999)
    assert state.reading(room, 1) == Reading(room, 1, 20, 20, Level.ALL, False, 2)
    assert not _marked(state, alice, room, 9999)
    assert state.account_version(1) == 2


def test_settings_and_marker_of_a_room_leave_each_other_alone() -> None:
    state = realm_of("alice")
    alice = on_device(state, "alice")
    room = room_with(state, RoomKind.DIRECT, "alice", seq=9, posted=9).id
    decision = asks(state, alice, SetRoom(room, Level.MENTIONS, muted=True))
    assert decision.accounts == (1,)
    assert _marked(state, alice, room, 3)
    assert state.reading(room, 1) == Reading(room, 1, 3, 3, Level.MENTIONS, True, 2)
    assert asks(state, alice, SetRoom(room, Level.MENTIONS, muted=True)) == NOTHING
    asks(state, alice, SetRoom(room, Level.NOTHING, muted=False))
    assert state.reading(room, 1) == Reading(room, 1, 3, 3, Level.NOTHING, False, 3)


@pytest.mark.parametrize("standing", [None, Standing.FORMER, Standing.BANNED])
@pytest.mark.parametrize("request_", [MarkRead, SetRoom])
def test_a_room_of_others_looks_like_one_that_does_not_exist(
    standing: Standing | None, request_: Any
) -> None:
    state = realm_of("alice", "bob")
    room = room_with(state, RoomKind.PRIVATE, "bob", seq=5, posted=5).id
    if standing is not None:
        state.apply([Membership(room, 1, Role.OWNER, standing, NOW)])
    messages = set()
    for number in (room, 999, 0, -1):
        request = MarkRead(number, 5) if request_ is MarkRead else SetRoom(number, Level.ALL, True)
        with pytest.raises(ChatError) as refused:
            asks(state, on_device(state, "alice"), request, marker=Marker(5, 5))
        assert refused.value.code is Code.NOT_FOUND
        messages.add(refused.value.message)
    assert len(messages) == 1
    assert state.readings_of(1) == []


def test_a_negative_seq_is_no_place() -> None:
    state = realm_of("alice")
    room = room_with(state, RoomKind.PRIVATE, "alice").id
    with pytest.raises(ChatError) as refused:
        asks(state, on_device(state, "alice"), MarkRead(room, -1), marker=Marker(-1, 0))
    assert refused.value.code is Code.BAD_REQUEST


def test_who_enters_has_read_what_was_there_and_who_returns_keeps_the_settings() -> None:
    state = realm_of("alice")
    room = room_with(state, RoomKind.PRIVATE, "alice", seq=9, posted=7)
    state.apply(from_here(state, room.id, 1))
    assert state.reading(room.id, 1) == Reading(room.id, 1, 9, 7, Level.ALL, False, 1)
    asks(state, on_device(state, "alice"), SetRoom(room.id, Level.NOTHING, muted=True))
    state.apply([replace(room, seq=30, posted=20)])
    state.apply(from_here(state, room.id, 1))
    assert state.reading(room.id, 1) == Reading(room.id, 1, 30, 20, Level.NOTHING, True, 3)
    assert from_here(state, room.id, 1) == ()
    assert from_here(state, 999, 1) == ()


def test_ignoring_and_seeing_again() -> None:
    state = realm_of("alice", "bob", "carol")
    alice = on_device(state, "alice")
    for other in (2, 3):
        assert asks(state, alice, Ignore(other)).accounts == (1,)
    assert asks(state, alice, Ignore(2)) == NOTHING
    assert ignored_people(state, 1) == [Who(2, "bob"), Who(3, "carol")]
    asks(state, alice, Ignore(2, on=False))
    assert asks(state, alice, Ignore(2, on=False)) == NOTHING
    assert ignored_people(state, 1) == [Who(3, "carol")]
    assert state.ignored(1, 2) == Ignored(1, 2, False, 3)
    assert state.ignored_by(2) == set()


@pytest.mark.parametrize(("other", "code"), [(1, Code.BAD_REQUEST), (9, Code.NOT_FOUND)])
def test_whom_nobody_can_ignore(other: int, code: Code) -> None:
    state = realm_of("alice")
    with pytest.raises(ChatError) as refused:
        asks(state, on_device(state, "alice"), Ignore(other))
    assert refused.value.code is code


def test_ignored_people_are_bounded() -> None:
    state = realm_of("alice", "bob", "carol")
    state.apply([Ignored(1, 100 + n, True, n + 1) for n in range(IGNORED_PER_USER - 1)])
    asks(state, on_device(state, "alice"), Ignore(2))
    with pytest.raises(ChatError) as refused:
        asks(state, on_device(state, "alice"), Ignore(3))
    assert refused.value.code is Code.FORBIDDEN
    asks(state, on_device(state, "alice"), Ignore(2, on=False))
    asks(state, on_device(state, "alice"), Ignore(3))


# ── two devices ──────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Device:
    """A client that knows only what it asked for: deltas since the version that it holds."""

    who: Asking
    version: int = 0
    rooms: dict[int, Reading] = field(default_factory=dict)
    ignored: list[Who] = field(default_factory=list)

    def ask(self, state: State) -> None:
        self.version, changed = readings_since(state, 1, Account(self.version))
        self.rooms.update({reading.room: reading for reading in changed})
        self.ignored = ignored_people(state, 1)


_ROOMS = (2, 3)
_requests = st.one_of(
    st.builds(MarkRead, st.sampled_from(_ROOMS), st.integers(0, 12)),
    st.builds(SetRoom, st.sampled_from(_ROOMS), st.sampled_from(Level), st.booleans()),
    st.builds(Ignore, st.sampled_from([2, 3]), st.booleans()),
)
_steps = st.one_of(
    st.tuples(st.sampled_from([0, 1]), st.none()),  # a device asks what changed
    st.tuples(st.sampled_from([0, 1, 2]), st.lists(_requests, min_size=1, max_size=3)),
)


@given(st.lists(_steps, max_size=30))
def test_two_devices_agree_after_any_interleaving(steps: list[Any]) -> None:
    state = realm_of("alice", "bob", "carol")
    for _ in _ROOMS:
        room_with(state, RoomKind.PRIVATE, "alice", "bob", seq=10, posted=10)
    phone = further_device(state, "alice", b"n" * 32)
    devices = [_Device(on_device(state, "alice")), _Device(asking(state, phone))]
    askers = [*(device.who for device in devices), on_device(state, "bob")]
    furthest = dict.fromkeys(_ROOMS, 0)
    for number, requests in steps:
        if requests is None:
            devices[number].ask(state)
            continue
        draft = Draft(state)  # one commit: each is decided on what those before it left
        for request in requests:
            marker = (
                Marker(min(request.seq, 10), min(request.seq, 10))
                if (isinstance(request, MarkRead))
                else None
            )
            who = askers[number]
            if isinstance(request, Ignore) and who.user and request.user == who.user.id:
                continue
            decided = replace(case(state, who, marker=marker), view=draft)
            draft.put(*decide(decided, request).changes)
            if number < 2 and isinstance(request, MarkRead):
                furthest[request.room] = max(furthest[request.room], min(request.seq, 10))
        state.apply(draft.changes())
    for device in devices:
        device.ask(state)
    assert (devices[0].version, devices[0].rooms, devices[0].ignored) == (
        devices[1].version, devices[1].rooms, devices[1].ignored
    )  # fmt: skip
    assert devices[0].rooms == {reading.room: reading for reading in state.readings_of(1)}
    assert {room: devices[0].rooms[room].seq for room in devices[0].rooms} == {
        room: seq for room, seq in furthest.items() if room in devices[0].rooms
    }
    reloaded = State(state.realm)
    reloaded.apply(state.account_values())
    assert reloaded.account_version(1) == state.account_version(1) == devices[0].version


def test_everything_is_told_to_a_device_that_holds_nothing() -> None:
    state = realm_of("alice")
    state.apply([Reading(2, 1, 3, 3, Level.ALL, False, 0)])  # put by a message of the user's own
    assert readings_since(state, user(state, "alice").id, Account()) == (
        0,
        [Reading(2, 1, 3, 3, Level.ALL, False, 0)],
    )
