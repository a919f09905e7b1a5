"""Order, holes, chain and signatures of one room."""

from __future__ import annotations

import msgspec
import pytest

from tests.sync.model import sign
from tests.sync.rooms import room_with, timeline_of
from zmqchat.protocol.chain import digest_of
from zmqchat.protocol.events import Event
from zmqchat.protocol.frames import EventsFrame, statement
from zmqchat.protocol.rooms import Head
from zmqchat.sync.pending import Pending
from zmqchat.sync.timeline import Point, Timeline, Unauthentic, Unlinked, well_formed

SERVER, ROOM = room_with(12)
LOG = ROOM.log


def frame(*events: Event) -> EventsFrame:
    return SERVER.frame(ROOM, list(events))


def authentic(frame: EventsFrame) -> bool:
    last = frame.events[-1]
    text = statement("events", b"R" * 16, SERVER.lineage, 1, frame.epoch, last.seq, last.chain)
    return frame.signature == sign(text)


def drained(timeline: Timeline) -> list[int]:
    return [event.seq for event in timeline.drain(authentic)[0]]


def test_events_are_applied_in_order_whatever_order_they_come_in() -> None:
    timeline = timeline_of(ROOM)
    timeline.hold(frame(*LOG[2:4]))
    assert drained(timeline) == []
    assert timeline.behind
    timeline.hold(frame(LOG[0]))
    assert drained(timeline) == [1]
    timeline.hold(frame(LOG[1]))
    assert drained(timeline) == [2, 3, 4]
    assert timeline.applied == Point(4, LOG[3].chain)


def test_what_was_applied_is_not_applied_again() -> None:
    timeline = timeline_of(ROOM, 4)
    timeline.hold(frame(*LOG[1:4]))
    assert drained(timeline) == []
    timeline.hold(frame(*LOG[2:6]))
    assert drained(timeline) == [5, 6]


def test_only_the_newest_frame_needs_a_signature_and_the_chain_covers_the_rest() -> None:
    timeline = timeline_of(ROOM)
    timeline.hold(msgspec.structs.replace(frame(LOG[0]), signature=b""))
    timeline.hold(frame(LOG[1]))
    assert drained(timeline) == [1, 2]


def test_without_a_signature_nothing_is_applied_and_nothing_kept() -> None:
    timeline = timeline_of(ROOM)
    timeline.hold(msgspec.structs.replace(frame(LOG[0]), signature=b""))
    with pytest.raises(Unauthentic):
        timeline.drain(authentic)
    assert timeline.applied.seq == 0
    assert timeline.behind
    timeline.hold(frame(LOG[0]))
    assert drained(timeline) == [1]


@pytest.mark.parametrize("changes", [{"sender": 7}, {"name": "mallory"}, {"device": 7}])
def test_an_altered_event_before_a_genuine_frame_is_found_by_the_chain(
    changes: dict[str, object],
) -> None:
    timeline = timeline_of(ROOM)
    timeline.hold(frame(msgspec.structs.replace(LOG[0], **changes)))
    timeline.hold(frame(LOG[1]))
    with pytest.raises(Unlinked):
        timeline.drain(authentic)
    assert timeline.applied.seq == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"body": b"", "salt": b"", "digest": digest_of(LOG[0])},  # content taken out on the way
        {"salt": b"", "digest": digest_of(LOG[0])},
        {"salt": b"x" * 65},
        {"salt": b"x"},
        {"digest": b"d" * 32},
        {"seq": 0},
        {"seq": -1},
        {"seq": 2**64 - 1},
        {"time_us": -1},
        {"sender": -1},
        {"sender": 2**64 - 1},
        {"device": -1},
        {"device": 2**63},
        {"id": b"short"},
    ],
)
def test_what_no_server_publishes_is_not_held(changes: dict[str, object]) -> None:
    event = msgspec.structs.replace(LOG[0], **changes)
    with pytest.raises(Unauthentic):
        timeline_of(ROOM).hold(msgspec.structs.replace(frame(LOG[0]), events=[event]))


@pytest.mark.parametrize("events", [[], [LOG[0], LOG[2]], [LOG[1], LOG[0]]])
def test_a_frame_has_consecutive_events(events: list[Event]) -> None:
    whole = msgspec.structs.replace(frame(LOG[0]), events=events)
    with pytest.raises(Unauthentic):
        timeline_of(ROOM).hold(whole)


def test_what_is_held_is_bounded() -> None:
    timeline = timeline_of(ROOM)
    timeline._pending = Pending(500)
    for event in LOG[1:]:
        timeline.hold(frame(event))
    assert len(timeline._pending) < 5
    assert timeline.doubtful


def test_a_catch_up_fills_the_hole_and_what_waited_follows() -> None:
    timeline = timeline_of(ROOM)
    timeline.hold(frame(*LOG[4:6]))
    drained(timeline)
    new = timeline.extend(Point(0, timeline.applied.chain), LOG[:5], ROOM.info.head)
    assert [event.seq for event in new] == [1, 2, 3, 4, 5]
    assert drained(timeline) == [6]
    assert timeline.behind  # the head is 12
    timeline.extend(timeline.applied, LOG[6:], ROOM.info.head)
    assert not timeline.behind


def test_erased_events_of_a_catch_up_count_and_invented_ones_do_not() -> None:
    timeline = timeline_of(ROOM)
    gone = msgspec.structs.replace(LOG[0], body=b"", salt=b"", digest=digest_of(LOG[0]))
    assert well_formed(gone)
    assert timeline.extend(timeline.applied, [gone], ROOM.info.head) == (gone,)
    assert not well_formed(msgspec.structs.replace(gone, sender=-1))
    assert not well_formed(msgspec.structs.replace(gone, device=2**63))
    invented = msgspec.structs.replace(LOG[1], body=b"evil", salt=b"", digest=digest_of(LOG[1]))
    with pytest.raises(Unlinked):
        timeline.extend(timeline.applied, [invented], ROOM.info.head)
    assert timeline.applied.seq == 1


def test_what_waits_beyond_the_servers_head_is_dropped() -> None:
    timeline = timeline_of(ROOM, 12)
    far = msgspec.structs.replace(LOG[0], seq=10**12)
    timeline.hold(frame(far))
    drained(timeline)
    assert timeline.doubtful
    timeline.extend(timeline.applied, [], ROOM.info.head)
    assert (timeline.behind, len(timeline._pending)) == (False, 0)


def test_heads_are_doubted_where_they_contradict() -> None:
    timeline = timeline_of(ROOM, 8)
    assert timeline.agrees(ROOM.info.head, 8)
    assert timeline.agrees(Head(1, 8, ROOM.chain_at(8), 1), 8)
    assert not timeline.agrees(Head(1, 8, b"x" * 32, 1), 8)
    assert timeline.agrees(Head(1, 7, ROOM.chain_at(7), 1), 6)  # read before our newest came
    assert not timeline.agrees(Head(1, 7, ROOM.chain_at(7), 1), 8)


def test_a_timeline_that_begins_beyond_the_log_begins_at_its_head() -> None:
    timeline = timeline_of(ROOM, 99)
    assert not timeline.anchored
    assert timeline.extend(Point(99, b""), [], ROOM.info.head) == ()
    assert timeline.applied == Point(12, ROOM.chain)


def test_going_back_forgets_what_came_after() -> None:
    timeline = timeline_of(ROOM)
    timeline.extend(timeline.applied, LOG[:4], ROOM.info.head)
    timeline.extend(timeline.applied, LOG[4:8], ROOM.info.head)
    timeline.rewind(Point(4, ROOM.chain_at(4)))
    assert timeline.applied.seq == 4
    assert [point.seq for point in timeline.points()] == [0, 4]
    assert timeline.behind
