"""Presence, profiles and typing: told to those who may hear it, together, and not too often."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from tests.domain.realms import peopled, room_of, stands
from tests.server.fakes import HELLO, KEY, OTHER_KEY, PEER, Desk, body_of, fault_of
from zmqchat.domain import limits as rates
from zmqchat.domain.rooms import EPOCH_EVENTS, GENERAL_ID
from zmqchat.domain.state import Standing
from zmqchat.errors import Code
from zmqchat.protocol import codec
from zmqchat.protocol.frames import Signals
from zmqchat.protocol.limits import TYPING_MEMBERS
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import Done, Welcome
from zmqchat.protocol.requests import Bye, SetPresence, SetTyping
from zmqchat.protocol.signals import PresenceChanged, ProfileChanged, Signal, Typing
from zmqchat.security.sealing import FRAMES_PER_KEY, Sealer
from zmqchat.server.admission import Admission
from zmqchat.server.presence import EVERY_S, GRACE_S


def told(desk: Desk, room: int = GENERAL_ID) -> list[list[Signal]]:
    """The signals of each frame that the members of a room can open; forgets them."""
    at = desk.state.rooms[room]
    frames = [sealed for handle, sealed in desk.frames if handle == at.handle]
    desk.frames.clear()
    opened = [codec.decode_frame(Sealer(at.key).open(at.handle, sealed)) for sealed in frames]
    assert all(isinstance(frame, Signals) for frame in opened)
    signals = [frame for frame in opened if isinstance(frame, Signals)]
    assert all((frame.room, frame.epoch) == (room, at.epoch) for frame in signals)
    assert [frame.counter for frame in signals] == sorted({frame.counter for frame in signals})
    return [frame.signals for frame in signals]


def tell(desk: Desk, now: float) -> list[list[Signal]]:
    desk.service.announcements.tell(now)
    return told(desk)


def test_who_comes_and_goes_is_told_in_the_general_room(desk: Desk) -> None:
    announcements = desk.service.announcements
    assert announcements.due() is not None
    assert tell(desk, 10.0) == [[PresenceChanged(1, "alice", Presence.ONLINE)]]
    assert announcements.due() is None
    assert desk.receive(SetPresence(Presence.AWAY)) is not None
    assert tell(desk, 10.0 + EVERY_S) == [[PresenceChanged(1, "alice", Presence.AWAY)]]
    desk.receive(Bye())
    assert tell(desk, 20.0) == []
    assert tell(desk, 20.0 + GRACE_S) == [[PresenceChanged(1, "alice", Presence.OFFLINE)]]


def test_changes_are_told_every_second_at_most(desk: Desk) -> None:
    tell(desk, 10.0)
    for presence in (Presence.AWAY, Presence.ONLINE, Presence.AWAY):
        desk.receive(SetPresence(presence))
    assert tell(desk, 10.5) == []
    due = desk.service.announcements.due()
    assert due == 10.0 + EVERY_S
    assert tell(desk, due) == [[PresenceChanged(1, "alice", Presence.AWAY)]]


def test_one_who_is_hidden_is_not_told_of(desk: Desk) -> None:
    hello = msgspec.structs.replace(HELLO, presence=Presence.HIDDEN)
    body_of(Welcome, desk.receive(hello, peer=PEER, key=KEY))
    assert tell(desk, 10.0) == []


def test_nobody_is_offline_in_an_open_session(desk: Desk) -> None:
    assert fault_of(desk.receive(SetPresence(Presence.OFFLINE))).code == Code.BAD_REQUEST


def test_a_profile_is_told_as_it_is_by_then(desk: Desk) -> None:
    tell(desk, 10.0)
    user = desk.actor("alice").user
    desk.service.announcements.profile_changed(user.id)
    desk.service.announcements.profile_changed(user.id)
    desk.state.apply([replace(user, display="Alice A.", status="busy", picture=b"p" * 16)])
    assert tell(desk, 20.0) == [[ProfileChanged(1, "alice", "Alice A.", "busy", b"p" * 16)]]
    desk.service.announcements.profile_changed(user.id)
    assert tell(desk, 20.0) == []
    assert len(tell(desk, 21.0)) == 1


def test_typing_is_told_at_once(desk: Desk) -> None:
    assert desk.receive(SetTyping(GENERAL_ID)) is not None
    assert desk.receive(SetTyping(GENERAL_ID, on=False)) is not None
    assert told(desk) == [[Typing(1, "alice", True)], [Typing(1, "alice", False)]]


def test_no_number_of_people_who_type_wears_a_rooms_key_out() -> None:
    burst = int(rates.TYPING_PER_ROOM.burst)
    admission = Admission()
    assert sum(admission.typing(GENERAL_ID, 1.0) for _ in range(5_000)) == burst
    assert sum(admission.typing(GENERAL_ID, 2.0) for _ in range(5_000)) == 100
    assert admission.typing(7, 2.0)  # each room has its own
    # With two days of it, presence and profiles every second, and all events that an epoch may
    # have, a key stays below its bound.
    signals = 2 * 86_400 * (rates.TYPING_PER_ROOM.per_second + 2) + burst
    assert EPOCH_EVENTS + signals < FRAMES_PER_KEY


def test_typing_is_of_those_who_may_write_in_the_room(desk: Desk) -> None:
    room = room_of(desk.state, desk.actor("bob"), "secret", private=True)
    assert fault_of(desk.receive(SetTyping(room.id))).code == Code.NOT_FOUND
    stands(desk.state, room.id, desk.actor("alice"), standing=Standing.FORMER)
    assert fault_of(desk.receive(SetTyping(room.id))).code == Code.NOT_FOUND
    stands(desk.state, room.id, desk.actor("alice"))
    desk.state.apply([replace(desk.state.rooms[room.id], archived=True)])
    assert fault_of(desk.receive(SetTyping(room.id))).code == Code.FORBIDDEN
    assert fault_of(desk.receive(SetTyping(12345))).code == Code.NOT_FOUND
    assert told(desk, room.id) == []


@pytest.mark.parametrize(("members", "frames"), [(TYPING_MEMBERS, 1), (TYPING_MEMBERS + 1, 0)])
def test_in_a_large_room_nobody_is_told(members: int, frames: int) -> None:
    state, _ = peopled("alice", *(f"person{number}" for number in range(members - 1)))
    desk = Desk(state)
    key = desk.state.devices_of(1)[0].key.hex()
    body_of(Welcome, desk.receive(HELLO, key=key))
    body_of(Done, desk.receive(SetTyping(GENERAL_ID), key=key))
    assert len(told(desk)) == frames
    desk.close()


def test_a_session_that_signals_too_fast_has_to_wait(desk: Desk) -> None:
    faults = [desk.receive(SetTyping(GENERAL_ID), now=5.0) for _ in range(100)]
    refused = [reply.error for reply in faults if reply is not None and reply.error is not None]
    assert refused
    assert {fault.code for fault in refused} == {Code.RATE_LIMITED}
    assert all(fault.retry_after for fault in refused)
    assert len(told(desk)) == 100 - len(refused)
    assert desk.receive(SetTyping(GENERAL_ID), now=6.0, key=OTHER_KEY) is not None


def test_counters_rise_although_the_clock_goes_back(desk: Desk) -> None:
    desk.receive(SetTyping(GENERAL_ID))
    desk.now_us -= 1_000_000
    desk.receive(SetTyping(GENERAL_ID))
    desk.now_us += 5_000_000
    desk.receive(SetTyping(GENERAL_ID))
    assert len(told(desk)) == 3
