"""What each request gets and who may ask; everything around the service is a stand-in."""

from __future__ import annotations

import pytest

from tests.domain.realms import NOW, batch, room_of, says, send_id, stands
from tests.server.fakes import (
    HELLO,
    KEY,
    OTHER_KEY,
    PEER,
    Desk,
    body_of,
    fault_of,
)
from zmqchat.domain import limits as rates
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Standing
from zmqchat.errors import Code
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.replies import (
    Accepted,
    Beat,
    Done,
    RoomCreated,
    RoomList,
    Welcome,
)
from zmqchat.protocol.rooms import Role
from zmqchat.server.jobs import CreateJob, Forget, Outcome, SendJob

_ANY = [
    ask.Heartbeat(),
    ask.Send([says(GENERAL_ID, "x")]),
    ask.CatchUp([ask.Span(GENERAL_ID, 0, b"", 1)]),
    ask.Chains(GENERAL_ID, [1]),
    ask.History(GENERAL_ID),
    ask.Rooms(),
    ask.OpenRooms([1]),
    ask.CreateRoom(b"i" * 16, "dev"),
    ask.Members(),
    ask.Bye(),
]


@pytest.mark.parametrize("body", _ANY, ids=lambda body: type(body).__name__)
@pytest.mark.parametrize(("peer", "key"), [(b"\0zzzz", KEY), (PEER, OTHER_KEY)])
def test_nothing_is_answered_without_a_session_of_that_key(
    desk: Desk, body: ask.RequestBody, peer: bytes, key: str
) -> None:
    jobs = len(desk.jobs)
    fault = fault_of(desk.receive(body, peer=peer, key=key, request=77))
    assert fault.code == Code.NO_SESSION
    assert desk.replies[-1][1].id == 77
    assert len(desk.jobs) == jobs
    assert desk.service.sessions.find(PEER, KEY)


@pytest.mark.parametrize(("peer", "key"), [(b"\0zzzz", KEY), (PEER, OTHER_KEY)])
def test_of_who_has_no_session_no_more_than_the_envelope_is_decoded(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, peer: bytes, key: str
) -> None:
    decoded: list[bytes] = []

    def decode(data: bytes) -> ask.Request:
        decoded.append(data)
        raise AssertionError("decoded")

    monkeypatch.setattr(codec, "decode_request", decode)
    large = codec.encode({"id": 9, "body": {"type": "open-rooms", "rooms": list(range(100_000))}})
    for data in (large, codec.encode({"id": 9, "body": {"type": "nonsense", "x": [0] * 100_000}})):
        fault = fault_of(desk.receive(data, peer=peer, key=key))
        assert (fault.code, desk.replies[-1][1].id) == (Code.NO_SESSION, 9)
    assert decoded == []


def test_what_a_session_asked_for_is_not_read_when_it_is_gone(desk: Desk) -> None:
    reader = desk.reader
    reader.gate.clear()
    for _ in range(5):
        assert desk.receive(ask.History(GENERAL_ID)) is None
    assert reader.entered.wait(20)
    desk.service.end(PEER, "gone")
    reader.gate.set()
    desk.work()
    assert len(desk.delivered) <= 2  # as many as there are threads, which had begun
    assert all(fault_of(reply).code == Code.NO_SESSION for _, reply in desk.replies[1:])


def test_goodbye_ends_the_session(desk: Desk) -> None:
    body_of(Done, desk.receive(ask.Bye()))
    assert desk.jobs[-1] == Forget(PEER, 1, 1)
    assert fault_of(desk.receive(ask.Heartbeat())).code == Code.NO_SESSION
    desk.service.end(PEER, "twice")


def test_hello_again_forgets_what_the_session_before_had_under_way(desk: Desk) -> None:
    desk.receive(ask.Send([says(GENERAL_ID, "x")]))
    job = desk.job(SendJob)
    body_of(Welcome, desk.receive(HELLO))
    assert desk.jobs[-1] == Forget(PEER, 1, 1)
    desk.service.committed(Outcome([(job, [Accepted(5, NOW)])], NOW), 1.0)
    session = desk.service.sessions.get(PEER)
    assert session is not None
    assert session.sends_in_flight == 0


@pytest.mark.parametrize(
    ("frame", "number"),
    [
        (b"", 0),
        (b"garbage", 0),
        (b"\xc1" * 1000, 0),
        (codec.encode({"id": 5, "body": {"type": "shutdown"}}), 5),
        (codec.encode({"id": 5, "body": {"type": "x" * 1_000_000}}), 5),
        (codec.encode({"id": 5, "body": {"type": "bye", "y" * 500_000: 1}}), 5),
        (codec.encode({"id": 5, "body": {"type": "rooms", "all": True}}), 5),
        (codec.encode({"id": "five", "body": {"type": "bye"}}), 0),
        (codec.encode([1, {"type": "bye"}]), 0),
        (b"\x91" * 100_000, 0),
    ],
)
def test_what_is_no_request_is_refused_in_few_words(desk: Desk, frame: bytes, number: int) -> None:
    jobs = len(desk.jobs)
    reply = desk.receive(frame)
    assert fault_of(reply).code == Code.BAD_REQUEST
    assert reply is not None
    assert reply.id == number
    assert len(codec.encode(reply)) < 1_000
    assert len(desk.jobs) == jobs
    body_of(Beat, desk.receive(ask.Heartbeat()))


def test_a_fault_of_the_server_concerns_one_request(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr("zmqchat.server.directory.rooms", broken)
        assert fault_of(desk.receive(ask.Rooms())).code == Code.INTERNAL
    assert "a bug" in caplog.text
    body_of(RoomList, desk.receive(ask.Rooms()))


def test_a_room_is_handed_over_when_it_is_on_disk(desk: Desk) -> None:
    assert desk.receive(ask.CreateRoom(send_id(), "dev", True)) is None
    job = desk.job(CreateJob)
    work = batch(desk.state)
    room = work.create(job.actor, job.body)
    desk.state.apply(work.changes())
    outcome = Outcome([(job, room)], NOW, work.segments, work.touched_users)
    desk.service.committed(outcome, 1.0)
    info = body_of(RoomCreated, desk.replies[-1][1]).room
    assert (info.name, info.role, info.key) == ("dev", Role.OWNER, desk.state.rooms[room].key)
    assert [handle for handle, _ in desk.frames][-1] == job.actor.user.handle  # other devices


def test_a_repetition_of_who_has_left_the_room_is_answered_too(desk: Desk) -> None:
    alice = desk.actor("alice")
    room = room_of(desk.state, alice, "dev")
    stands(desk.state, room.id, alice, standing=Standing.FORMER)
    desk.receive(ask.CreateRoom(send_id(), "dev"), request=8)
    desk.service.committed(Outcome([(desk.job(CreateJob), room.id)], NOW), 1.0)
    assert desk.replies[-1][1].id == 8
    assert fault_of(desk.replies[-1][1]).code == Code.NOT_FOUND


def test_rooms_are_not_made_without_end(desk: Desk) -> None:
    for _ in range(int(rates.ROOMS_PER_DEVICE.burst)):
        assert desk.receive(ask.CreateRoom(send_id(), "dev")) is None
    fault = fault_of(desk.receive(ask.CreateRoom(send_id(), "dev")))
    assert (fault.code, fault.retry_after) == (Code.RATE_LIMITED, 1.0)


def test_a_heartbeat_tells_the_heads_that_changed(desk: Desk) -> None:
    everything = body_of(Beat, desk.receive(ask.Heartbeat()))
    assert [head.room for head in everything.heads] == [GENERAL_ID]
    assert everything.rooms == [GENERAL_ID]
    nothing = body_of(Beat, desk.receive(ask.Heartbeat(everything.cursor)))
    assert (nothing.heads, nothing.rooms, nothing.listen) == ([], None, None)

    bob = desk.actor("bob")
    room_of(desk.state, bob, "theirs", private=True)
    work = batch(desk.state)
    work.sends(bob, [says(GENERAL_ID, "x"), says(2, "y")])
    desk.state.apply(work.changes())
    desk.service.committed(Outcome([], NOW, work.segments, {bob.user.id}), 1.0)
    changed = body_of(Beat, desk.receive(ask.Heartbeat(nothing.cursor)))
    assert changed.heads == [desk.state.rooms[GENERAL_ID].head]
    assert changed.rooms is None
    foreign = body_of(Beat, desk.receive(ask.Heartbeat(b"of another server")))
    assert foreign.rooms == [GENERAL_ID]


def test_a_change_of_membership_lists_the_rooms_again(desk: Desk) -> None:
    cursor = body_of(Beat, desk.receive(ask.Heartbeat())).cursor
    alice = desk.actor("alice")
    room = room_of(desk.state, alice, "dev")
    desk.service.committed(Outcome([], NOW, [], {alice.user.id}), 1.0)
    beat = body_of(Beat, desk.receive(ask.Heartbeat(cursor)))
    assert beat.rooms == [GENERAL_ID, room.id]


def test_a_listening_token_is_renewed_before_it_ends(desk: Desk) -> None:
    desk.now_us = NOW + 1_700_000_000  # 28 minutes
    assert body_of(Beat, desk.receive(ask.Heartbeat())).listen is None
    desk.now_us = NOW + 1_900_000_000  # 32 minutes of its hour
    fresh = body_of(Beat, desk.receive(ask.Heartbeat())).listen
    assert fresh is not None
    assert fresh.until_us == desk.now_us + 3_600_000_000
    assert body_of(Beat, desk.receive(ask.Heartbeat())).listen is None
