"""One commit's worth of decisions: numbers, chains, repetitions, epochs, and what is left of it."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.realms import (
    NOW,
    batch,
    claim,
    earlier_of,
    founded,
    item,
    peopled,
    room_of,
    says,
    send_id,
    stands,
)
from zmqchat.domain.batch import Actor, Batch
from zmqchat.domain.draft import State
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import EarlierSend, Registration, Room, StoredEvent
from zmqchat.errors import ChatError, Code
from zmqchat.protocol import codec
from zmqchat.protocol.chain import Chain, digest, genesis
from zmqchat.protocol.events import (
    Banned,
    Body,
    Edited,
    Invited,
    Joined,
    Kicked,
    Left,
    PersonRenamed,
    Posted,
)
from zmqchat.protocol.limits import BODY_BYTES
from zmqchat.protocol.replies import Accepted, Refusal
from zmqchat.protocol.requests import CreateRoom, SendItem

_TWICE = b"\x82\xa4text\xa1a\xa4text\xa1b"
"""A key twice: one text to one reader, and another to the next."""


def _code(result: Accepted | Refusal) -> str:
    assert isinstance(result, Refusal)
    return result.code


def test_a_repetition_gets_the_original_within_and_across_batches() -> None:
    state, (alice,) = peopled("alice")
    send = says(GENERAL_ID, "hi")
    first = batch(state)
    assert first.sends(alice, [send, send]) == [Accepted(2, NOW)] * 2
    assert len(first.events) == 1
    state.apply(first.changes())
    later = Batch(state, earlier_of(first.events), {}, NOW + 5, bytes)
    assert later.sends(alice, [send]) == [Accepted(2, NOW)]
    assert (later.events, later.changes(), later.segments) == ([], [], [])


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("other", ["text", "room", "type"])
def test_one_id_for_two_contents_is_an_error(across: bool, other: str) -> None:
    state, (alice,) = peopled("alice")
    room = room_of(state, alice, "dev")
    send = says(GENERAL_ID, "hi")
    work = batch(state)
    work.sends(alice, [send])
    if across:
        state.apply(work.changes())
        work = batch(state, earlier_of(work.events))
    twin = {
        "text": says(GENERAL_ID, "ho", send.id),
        "room": says(room.id, "hi", send.id),
        "type": replace_type(send, "joined"),
    }[other]
    before = len(work.events)
    assert _code(work.sends(alice, [twin])[0]) == Code.SEND_ID_REUSED
    assert len(work.events) == before


def replace_type(send: SendItem, event_type: str) -> SendItem:
    """The same send under another type."""
    return SendItem(send.id, send.room, event_type, send.body)


def test_two_people_may_use_one_id() -> None:
    state, (alice, bob) = peopled("alice", "bob")
    number, work = send_id(), batch(state)
    assert work.sends(alice, [says(GENERAL_ID, "hi", number)]) == [Accepted(3, NOW)]
    assert work.sends(bob, [says(GENERAL_ID, "ho", number)]) == [Accepted(4, NOW)]


def test_a_repetition_of_what_is_erased_is_the_original() -> None:
    state, (alice,) = peopled("alice")
    send = says(GENERAL_ID, "hi")
    erased = EarlierSend(GENERAL_ID, 7, "posted", 5, b"", b"d" * 32)
    work = batch(state, {(alice.user.id, send.id): erased})
    assert work.sends(alice, [send]) == [Accepted(7, 5)]


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (says(GENERAL_ID, "hi", b"short"), Code.BAD_REQUEST),
        (SendItem(b"i" * 16, GENERAL_ID, "posted", b"x" * (BODY_BYTES + 1)), Code.TOO_LARGE),
        (SendItem(b"i" * 16, GENERAL_ID, "posted", b"\xc1"), Code.BAD_REQUEST),
        (SendItem(b"i" * 16, GENERAL_ID, "posted", b"\x81\xa4text\xa1\xff"), Code.BAD_REQUEST),
        (SendItem(b"i" * 16, GENERAL_ID, "x" * 100_000, b"\x80"), Code.BAD_REQUEST),
        (SendItem(b"i" * 16, GENERAL_ID, "posted", _TWICE), Code.BAD_REQUEST),
        (item(GENERAL_ID, Edited(1, "x")), Code.NOT_FOUND),
        (item(GENERAL_ID, PersonRenamed(1, "alice", "zoe")), Code.BAD_REQUEST),
        (says(99, "hi"), Code.NOT_FOUND),
        (says(2**63, "hi"), Code.NOT_FOUND),
        (says(GENERAL_ID, ""), Code.BAD_REQUEST),
    ],
)
def test_a_bad_send_is_refused_alone_and_in_few_words(send: SendItem, code: Code) -> None:
    state, (alice,) = peopled("alice")
    work = batch(state)
    results = work.sends(alice, [says(GENERAL_ID, "a"), send, says(GENERAL_ID, "b")])
    assert (results[0], results[2]) == (Accepted(2, NOW), Accepted(3, NOW))
    refusal = results[1]
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert len(refusal.message) < 400


def test_a_reply_may_be_to_a_message_of_the_same_batch() -> None:
    state, (alice, bob) = peopled("alice", "bob")
    work = batch(state)
    (sent,) = work.sends(alice, [says(GENERAL_ID, "well?")])
    assert isinstance(sent, Accepted)
    reply = item(GENERAL_ID, Posted("well!", reply_to=sent.seq))
    assert work.sends(bob, [reply]) == [Accepted(sent.seq + 1, NOW)]


def test_a_new_name_is_told_in_general() -> None:
    state = founded()
    work = batch(state)
    claimed = work.claim(claim("alice"), Registration.LINK)
    (event,) = work.events
    assert (event.type, event.sender, event.name) == ("joined", 1, "alice")
    assert (event.room, event.seq, event.device) == (GENERAL_ID, 1, claimed.device.id)
    assert codec.decode_body("joined", event.body) == Joined(1, "alice")
    assert work.claim(claim("alice"), Registration.LINK).user == claimed.user
    assert len(work.events) == 1
    with pytest.raises(ChatError, match="taken"):
        work.claim(claim("Alice", key=b"o" * 32), Registration.LINK)
    state.apply(work.changes())
    assert state.members(GENERAL_ID) == [claimed.user.id]


def test_a_room_is_made_once_for_one_request() -> None:
    state, (alice,) = peopled("alice")
    request = CreateRoom(send_id(), "dev")
    work = batch(state)
    room = work.create(alice, request)
    assert work.create(alice, request) == room
    state.apply(work.changes())
    assert batch(state, earlier_of(work.events)).create(alice, request) == room
    assert work.touched_users == {alice.user.id}
    with pytest.raises(ChatError) as refused:
        batch(state).create(alice, CreateRoom(b"short", "other"))
    assert refused.value.code is Code.BAD_REQUEST


@pytest.mark.parametrize("body", [Posted("hi"), Left(1, "alice")])
def test_the_id_of_a_send_makes_no_room(body: Posted | Left) -> None:
    state, (alice,) = peopled("alice")
    room = room_of(state, alice, "dev")
    work, send = batch(state), item(room.id, body)
    work.sends(alice, [send])
    with pytest.raises(ChatError) as refused:
        work.create(alice, CreateRoom(send.id, "other"))
    assert refused.value.code is Code.SEND_ID_REUSED


@pytest.mark.parametrize("body", [Kicked(2, "bob"), Banned(2, "bob")])
def test_a_removal_splits_the_segment_exactly_there(body: Kicked | Banned) -> None:
    state, (alice, bob) = peopled("alice", "bob")
    room = room_of(state, alice, "dev")
    stands(state, room.id, bob)
    work = batch(state)
    results = work.sends(alice, [says(room.id, "a"), item(room.id, body), says(room.id, "b")])
    assert results == [Accepted(seq, NOW) for seq in (2, 3, 4)]
    before, after = work.segments
    assert [event.seq for event in before.events] == [2, 3]
    assert [event.seq for event in after.events] == [4]
    assert (before.ended, after.ended) == (True, False)
    assert before.room.handle == room.handle
    assert after.room.epoch == before.room.epoch + 1
    assert after.room.handle != before.room.handle
    assert after.room.key != before.room.key
    assert work.touched_users == {bob.user.id}
    assert _code(work.sends(bob, [says(room.id, "still here?")])[0]) == Code.FORBIDDEN
    state.apply(work.changes())
    now = state.rooms[room.id]
    assert (now.epoch, now.handle, now.key) == (2, after.room.handle, after.room.key)
    assert (now.seq, now.chain) == (4, after.events[-1].chain)


def test_two_epochs_may_begin_with_nothing_between_them() -> None:
    state, (alice,) = peopled("alice")
    room = room_of(state, alice, "dev")
    work = batch(state)
    work.rotate(room.id)
    work.rotate(room.id)
    assert [(s.room.epoch, s.ended, s.events) for s in work.segments] == [
        (1, True, []),
        (2, True, []),
        (3, False, []),
    ]
    assert {(s.room.seq, s.room.chain) for s in work.segments} == {(room.seq, room.chain)}
    assert len({s.room.handle for s in work.segments}) == 3
    assert work.events == []
    state.apply(work.changes())
    assert state.rooms[room.id].head == replace(work.segments[-1].room).head


# ── any commands, in any batches ─────────────────────────────────────────────────────────────────

_PEOPLE = ("alice", "bob", "carol")
_ROOMS = st.integers(1, 3)
_WHO = st.integers(0, 2)
_COMMANDS = st.one_of(
    st.tuples(st.just("say"), _WHO, _ROOMS, st.integers(0, 7)),
    st.tuples(st.just("say"), _WHO, _ROOMS, st.integers(0, 7)),
    st.tuples(st.just("kick"), _WHO, _ROOMS, _WHO),
    st.tuples(st.just("ban"), _WHO, _ROOMS, _WHO),
    st.tuples(st.just("invite"), _WHO, _ROOMS, _WHO),
    st.tuples(st.just("join"), _WHO, _ROOMS, _WHO),
    st.tuples(st.just("leave"), _WHO, _ROOMS, _WHO),
    st.tuples(st.just("create"), _WHO, _ROOMS, st.integers(0, 3)),
    st.tuples(st.just("rotate"), _WHO, _ROOMS, _WHO),
)
_Command = tuple[str, int, int, int]
_BATCHES = st.lists(st.tuples(st.lists(_COMMANDS, max_size=12), st.booleans()), max_size=8)


class _World:
    """A state, the log that is on disk, and what was published."""

    def __init__(self) -> None:
        self.state, self.actors = peopled(*_PEOPLE)
        room_of(self.state, self.actors[0], "dev")
        room_of(self.state, self.actors[1], "secret", private=True)
        self.start = dict(self.state.rooms)
        self.log: list[StoredEvent] = []

    def run(self, commands: list[_Command], commits: bool) -> None:
        work = Batch(self.state, earlier_of(self.log), {}, NOW, _fresh)
        before = _frozen(self.state)
        for command in commands:
            self._do(work, *command)
        changes = work.changes()
        assert _frozen(self.state) == before  # nothing is real before the commit
        _check_segments(work)
        if commits:
            self.log += work.events
            self.state.apply(changes)
            rooms = [change for change in changes if isinstance(change, Room)]
            assert rooms == [self.state.rooms[room.id] for room in rooms]

    def _do(self, work: Batch, verb: str, who: int, room: int, what: int) -> None:
        room = list(self.start)[room - 1]
        actor, other = self.actors[who], self.actors[what % 3].user
        number = b"%16d" % what
        bodies: dict[str, Body] = {
            "kick": Kicked(other.id, other.name),
            "ban": Banned(other.id, other.name),
            "invite": Invited(other.id, other.name),
            "join": Joined(actor.user.id, actor.user.name),
            "leave": Left(actor.user.id, actor.user.name),
        }
        body = bodies.get(verb)
        if body is not None:
            work.sends(actor, [item(room, body)])
        elif verb == "say":
            # Few ids and two texts an id: repetitions, and other contents under one id.
            work.sends(actor, [says(room, f"text {what % 4 // 2}", b"%16d" % (what // 2))])
        elif verb == "rotate":
            work.rotate(room)
        else:
            self._create(work, actor, CreateRoom(b"room" + number[4:], f"room-{what}"))

    def _create(self, work: Batch, actor: Actor, request: CreateRoom) -> None:
        with suppress(ChatError):  # two people may want one name
            work.create(actor, request)


def _fresh(size: int) -> bytes:
    return send_id().rjust(size, b"\0")[-size:]


def _frozen(state: State) -> object:
    rooms = dict(state.rooms)
    return (state.realm, rooms, {room: sorted(state.members(room)) for room in rooms})


def _check_segments(work: Batch) -> None:
    """Segments hold each event once, in the order of decision, and an ended epoch stays ended."""
    published = sorted((s.room.id, e.seq, e.chain) for s in work.segments for e in s.events)
    assert published == sorted((e.room, e.seq, e.chain) for e in work.events)
    of_room = defaultdict(list)
    for segment in work.segments:
        of_room[segment.room.id].append(segment)
    for segments in of_room.values():
        assert [s.ended for s in segments] == [True] * (len(segments) - 1) + [False]
        epochs = [s.room.epoch for s in segments]
        assert epochs == list(range(epochs[0], epochs[0] + len(epochs)))
        seqs = [event.seq for s in segments for event in s.events]
        assert seqs == sorted(seqs)


@given(_BATCHES)
def test_whatever_is_asked_each_log_is_whole(batches: list[tuple[list[_Command], bool]]) -> None:
    world = _World()
    for commands, commits in batches:
        world.run(commands, commits)
    state, heads = world.state, dict(world.start)
    ids = [(event.sender, event.id) for event in world.log]
    assert len(ids) == len(set(ids))
    for event in world.log:
        head = heads.get(event.room) or _unborn(state, event.room)
        chain = Chain(state.realm.id, state.realm.lineage, event.room)
        posted = head.posted + (event.type == "posted")
        assert event.digest == digest(event.body, event.salt)
        expected = chain.extend(
            head.chain,
            head.seq + 1,
            event.sender,
            event.device,
            event.type,
            event.name,
            event.time_us,
            event.id,
            event.digest,
        )
        assert (event.seq, event.chain, event.ordinal) == (head.seq + 1, expected, posted)
        heads[event.room] = replace(head, seq=event.seq, chain=event.chain, posted=posted)
    assert {n: (r.seq, r.chain, r.posted) for n, r in heads.items()} == {
        n: (r.seq, r.chain, r.posted) for n, r in state.rooms.items()
    }
    # A handle is of one room and epoch, for ever.
    handles = [room.handle for room in state.rooms.values()]
    assert len(handles) == len(set(handles))
    assert len({room.name_key for room in state.rooms.values()}) == len(state.rooms)


def _unborn(state: State, room: int) -> Room:
    return replace(state.rooms[room], seq=0, chain=genesis(state.realm.id, room), posted=0)
