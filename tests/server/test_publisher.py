"""Frames: split by size, ended with their epoch, signed, spaced by their audience."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.realms import NOW, batch, item, peopled, room_of, says, stands
from tests.server.fakes import SIGNER
from zmqchat.domain.batch import Actor, Segment
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.protocol import codec
from zmqchat.protocol.events import Event, Kicked
from zmqchat.protocol.frames import EpochEnded, EventsFrame, Frame, Nudge, statement
from zmqchat.protocol.limits import BODY_BYTES, FRAME_BYTES, SALT_BYTES, SEALED_BYTES
from zmqchat.security.sealing import (
    OVERHEAD_BYTES,
    open_sealed,
    personal_key,
)
from zmqchat.security.signing import Verifier
from zmqchat.server.publisher import PACE_S, SMALL_AUDIENCE, Publisher, split

_PERSONAL = b"p" * 32


class _Press:
    """A publisher whose frames are kept, with the keys to open them."""

    def __init__(self) -> None:
        self.state, (self.alice, self.bob) = peopled("alice", "bob")
        self.sent: list[tuple[bytes, bytes | bytearray]] = []
        self.counted: list[tuple[int, int]] = []
        self.audience = 2
        self.renewed: list[int] = []
        self.publisher = Publisher(
            self.state.realm.id,
            SIGNER,
            lambda handle, sealed: self.sent.append((handle, sealed)),
            lambda room: self.audience,
            lambda: NOW + 7,
            lambda size, since: self.counted.append((size, since)),
            _PERSONAL,
            self.renewed.append,
        )

    def segments(self, *texts: str, room: int = GENERAL_ID) -> list[Segment]:
        """What a commit of these messages has to publish."""
        work = batch(self.state)
        work.sends(self.alice, [says(room, text) for text in texts])
        self.state.apply(work.changes())
        return work.segments

    def frames(self, *keys: bytes) -> list[Frame]:
        """The frames sent so far, opened with the first key that fits."""
        frames = []
        for handle, sealed in self.sent:
            key = next(key for key in keys if _opens(key, handle, sealed))
            frames.append(codec.decode_frame(open_sealed(key, handle, sealed)))
        return frames

    def seqs(self) -> list[list[int]]:
        key = self.state.rooms[GENERAL_ID].key
        return [
            [e.seq for e in frame.events]
            for frame in self.frames(key)
            if isinstance(frame, EventsFrame)
        ]


def _opens(key: bytes, handle: bytes, sealed: bytes | bytearray) -> bool:
    try:
        open_sealed(key, handle, sealed)
    except Exception:  # noqa: BLE001 - whatever it is, it is not this key
        return False
    return True


def _event(seq: int, size: int, name: str = "alice", sender: int = 1) -> Event:
    body, salt = b"b" * size, b"s" * SALT_BYTES
    return Event(*(seq, "posted", sender, name, sender, NOW, b"i" * 16, body, salt, b"", b"c" * 32))


def test_one_commit_is_one_frame_and_nothing_waits_in_a_small_room() -> None:
    press = _Press()
    press.publisher.add(press.segments("a", "b", "c"), NOW, 10.0)
    assert press.publisher.due() == 10.0
    press.publisher.flush(10.0)
    assert press.publisher.due() is None
    press.publisher.flush(10.0)
    assert press.seqs() == [[3, 4, 5]]
    assert press.counted == [(len(press.sent[0][1]), 7)]


def test_what_waits_together_leaves_in_one_frame() -> None:
    press = _Press()
    for text in "abc":
        press.publisher.add(press.segments(text), NOW, 10.0)
    press.publisher.flush(10.0)
    assert press.seqs() == [[3, 4, 5]]


def test_a_large_room_is_paced_and_what_comes_between_gathers() -> None:
    press = _Press()
    press.audience = 10_000
    press.publisher.add(press.segments("a"), NOW, 10.0)
    press.publisher.flush(10.0)
    assert press.seqs() == [[3]]  # the first at once
    press.publisher.add(press.segments("b"), NOW, 10.001)
    press.publisher.flush(10.001)
    press.publisher.add(press.segments("c"), NOW, 10.002)
    due = 10.0 + 10_000 * PACE_S
    assert press.publisher.due() == due
    press.publisher.flush(due - 0.001)
    assert press.seqs() == [[3]]
    press.publisher.flush(due)
    assert press.seqs() == [[3], [4, 5]]


def test_a_room_of_a_hundred_is_not_paced() -> None:
    press = _Press()
    press.audience = SMALL_AUDIENCE
    for text in "ab":
        press.publisher.add(press.segments(text), NOW, 10.0)
        press.publisher.flush(10.0)
    assert press.seqs() == [[3], [4]]


def test_a_stop_publishes_what_waits() -> None:
    press = _Press()
    press.audience = 10_000
    for text in "ab":
        press.publisher.add(press.segments(text), NOW, 10.0)
        press.publisher.flush(10.0)
    press.publisher.flush(float("inf"))
    assert press.seqs() == [[3], [4]]


def test_rooms_do_not_wait_for_each_other() -> None:
    press = _Press()
    room = room_of(press.state, press.alice, "dev")
    press.publisher.add([*press.segments("a"), *press.segments("b", room=room.id)], NOW, 1.0)
    press.publisher.flush(1.0)
    general = press.state.rooms[GENERAL_ID]
    assert {handle for handle, _ in press.sent} == {general.handle, room.handle}


def test_a_frame_is_signed_for_its_room_epoch_and_last_event() -> None:
    press = _Press()
    press.publisher.add(press.segments("a", "b"), NOW, 1.0)
    press.publisher.flush(1.0)
    room, realm = press.state.rooms[GENERAL_ID], press.state.realm
    (frame,) = press.frames(room.key)
    assert isinstance(frame, EventsFrame)
    assert (frame.room, frame.epoch) == (room.id, room.epoch)
    assert (frame.committed_us, frame.published_us) == (NOW, NOW + 7)
    signed = statement("events", realm.id, realm.lineage, room.id, room.epoch, room.seq, room.chain)
    verifier = Verifier(SIGNER.public)
    assert verifier.verify(signed, frame.signature)
    assert not verifier.verify(signed + b"x", frame.signature)


def _kicked(press: _Press) -> tuple[Actor, list[Segment], list[bytes]]:
    room = room_of(press.state, press.alice, "dev")
    stands(press.state, room.id, press.bob)
    work = batch(press.state)
    sends = [says(room.id, "a"), item(room.id, Kicked(2, "bob")), says(room.id, "b")]
    work.sends(press.alice, sends)
    press.state.apply(work.changes())
    return press.alice, work.segments, [room.key, press.state.rooms[room.id].key]


def test_after_an_epoch_ended_nothing_follows_on_its_handle() -> None:
    press = _Press()
    _, segments, keys = _kicked(press)
    press.publisher.add(segments, NOW, 1.0)
    press.publisher.add(press.segments("c", room=segments[0].room.id), NOW, 1.0)
    press.publisher.flush(1.0)
    old, ended, new = press.frames(*keys)
    assert isinstance(old, EventsFrame)
    assert isinstance(ended, EpochEnded)
    assert isinstance(new, EventsFrame)
    assert [event.seq for event in old.events] == [2, 3]
    assert [event.seq for event in new.events] == [4, 5]
    assert (old.epoch, ended.epoch, new.epoch) == (1, 1, 2)
    assert (ended.seq, ended.chain) == (3, old.events[-1].chain)
    realm = press.state.realm
    signed = statement(
        "epoch-ended", realm.id, realm.lineage, ended.room, 1, ended.seq, ended.chain
    )
    assert Verifier(SIGNER.public).verify(signed, ended.signature)
    handles = [handle for handle, _ in press.sent]
    assert handles[0] == handles[1] != handles[2]
    # Who was there before cannot read on, whatever it hears.
    assert not _opens(keys[0], *press.sent[2])


def test_an_epoch_that_ends_without_events_ends_at_the_head() -> None:
    press = _Press()
    room = press.state.rooms[GENERAL_ID]
    work = batch(press.state)
    work.rotate(GENERAL_ID)
    press.publisher.add(work.segments, NOW, 1.0)
    press.publisher.flush(1.0)
    (ended,) = press.frames(room.key)
    assert isinstance(ended, EpochEnded)
    assert (ended.epoch, ended.seq, ended.chain) == (room.epoch, room.seq, room.chain)


def test_a_nudge_is_for_one_user_and_counts() -> None:
    press = _Press()
    user = press.alice.user
    press.publisher.nudge(user)
    press.publisher.nudge(user)
    key = personal_key(_PERSONAL, user.handle)
    assert press.frames(key) == [Nudge(1), Nudge(2)]
    assert {handle for handle, _ in press.sent} == {user.handle}


def test_a_personal_key_that_has_sealed_enough_is_replaced_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("zmqchat.server.publisher.FRAMES_PER_KEY", 3)
    press = _Press()
    for _ in range(2):
        press.publisher.nudge(press.alice.user)
        press.publisher.nudge(press.bob.user)
    assert press.renewed == []
    for _ in range(3):  # the commit that renews it may take a while
        press.publisher.nudge(press.alice.user)
    assert press.renewed == [press.alice.user.id]
    work = batch(press.state)
    work.renew(press.alice.user.id)
    work.renew(99)  # nobody
    press.state.apply(work.changes())
    assert work.touched_users == {press.alice.user.id}  # so that the next beat tells of it
    renewed = press.state.users[press.alice.user.id]
    assert renewed == replace(press.alice.user, handle=renewed.handle)
    assert renewed.handle != press.alice.user.handle
    press.publisher.nudge(renewed)
    key = personal_key(_PERSONAL, renewed.handle)
    assert key != personal_key(_PERSONAL, press.alice.user.handle)
    assert _opens(key, *press.sent[-1])
    assert press.renewed == [press.alice.user.id]


def test_frames_are_split_where_they_are_full() -> None:
    events = [_event(seq, 60_000) for seq in range(1, 12)]
    runs = list(split(events))
    assert [event for run in runs for event in run] == events
    assert [len(run) for run in runs] == [5, 5, 1]
    assert all(sum(len(e.body) for e in run[:-1]) < FRAME_BYTES for run in runs)
    assert list(split([])) == []


def test_no_frame_is_larger_than_a_listener_takes() -> None:
    small = [_event(2**31 + seq, 7, "\U0001d4d0" * 32, 2**31) for seq in range(4_000)]
    large = [_event(seq, BODY_BYTES) for seq in range(12)]
    almost = [*[_event(seq, FRAME_BYTES // 1000 - 170) for seq in range(999)], large[0]]
    for events in (small, large, almost):
        for run in split(events):
            frame = EventsFrame(2**63 - 1, 2**31, run, NOW, NOW, b"s" * 64)
            assert len(codec.encode(frame)) + OVERHEAD_BYTES <= SEALED_BYTES
