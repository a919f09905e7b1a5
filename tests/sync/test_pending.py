"""Frames that wait for their turn."""

from __future__ import annotations

from tests.sync.rooms import room_with
from zmqchat.protocol.events import Event
from zmqchat.protocol.frames import EventsFrame
from zmqchat.sync.pending import PENDING_BYTES, Pending

SERVER, ROOM = room_with(12)


def frame(first: int, last: int) -> EventsFrame:
    """The room's events with these seqs."""
    return SERVER.frame(ROOM, ROOM.log[first - 1 : last])


def seqs(events: list[Event]) -> list[int]:
    return [event.seq for event in events]


def holding(*frames: EventsFrame, most_bytes: int = PENDING_BYTES) -> Pending:
    pending = Pending(most_bytes)
    for one in frames:
        pending.hold(one)
    return pending


def test_frames_follow_each_other_and_overlap() -> None:
    pending = holding(frame(9, 9), frame(4, 7), frame(2, 4), frame(3, 3))
    frames, events = pending.contiguous(1)
    assert frames == [frame(2, 4), frame(4, 7)]
    assert seqs(events) == [2, 3, 4, 5, 6, 7]
    pending.drop(frames)
    assert len(pending) == 1
    assert pending.contiguous(7) == ([], [])
    assert pending.contiguous(8) == ([frame(9, 9)], [ROOM.log[8]])


def test_room_is_given_back_whichever_way_frames_go() -> None:
    small = holding(frame(1, 2), most_bytes=500)
    assert not small.hold(frame(3, 4))
    small.drop(small.contiguous(0)[0])
    assert small.hold(frame(3, 4))
    small.drop_beyond(0)
    assert small.hold(frame(5, 6))
    assert small.contiguous(6) == ([], [])  # it is behind that, and gone
    assert small.hold(frame(7, 8))
    small.clear()
    assert small.hold(frame(9, 10))
    assert not small.hold(frame(11, 12))


def test_the_first_that_came_for_a_seq_stays() -> None:
    pending = holding(frame(1, 2))
    assert pending.hold(frame(1, 5))
    assert pending.contiguous(0)[0] == [frame(1, 2)]


def test_what_lies_beyond_is_dropped_and_what_follows_stays() -> None:
    pending = holding(frame(3, 4), frame(7, 8))
    pending.drop_beyond(2)
    assert pending.contiguous(2)[0] == [frame(3, 4)]
    assert len(pending) == 1
