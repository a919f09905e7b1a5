"""How much may be asked at once: sends, reads and rooms, slowed and never failed for good."""

from __future__ import annotations

import pytest

from tests.domain.realms import NOW, batch, room_of, says
from tests.server.fakes import (
    HELLO,
    PEER,
    Desk,
    body_of,
    error_of,
    fault_of,
)
from zmqchat.domain import limits as rates
from zmqchat.domain.order import HOLD_US
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.errors import Code
from zmqchat.protocol import requests as ask
from zmqchat.protocol.limits import SENDS_IN_FLIGHT, SENDS_PER_REQUEST
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import (
    Accepted,
    Beat,
    CaughtUpAll,
    OpenedRooms,
    People,
    Refusal,
    Reply,
    RoomList,
    Sent,
)
from zmqchat.protocol.rooms import Role
from zmqchat.server.admission import LOOK_COST
from zmqchat.server.jobs import Outcome, SendJob
from zmqchat.server.service import CONGESTED_BYTES


def test_a_send_is_answered_when_it_is_committed(desk: Desk) -> None:
    items = [says(GENERAL_ID, "a"), says(GENERAL_ID, "b")]
    assert desk.receive(ask.Send(items), request=3) is None
    job = desk.job(SendJob)
    assert (job.items, job.refuse, job.peer) == (items, None, PEER)
    work = batch(desk.state)
    results = work.sends(job.actor, job.items)
    desk.state.apply(work.changes())
    desk.service.committed(Outcome([(job, results)], NOW, work.segments), 1.0)
    assert desk.replies[-1] == (PEER, Reply(3, ok=Sent(results)))
    assert len(desk.frames) == 1  # published before it was acknowledged
    session = desk.service.sessions.get(PEER)
    assert session is not None
    assert session.sends_in_flight == 0


@pytest.mark.parametrize("count", [0, SENDS_PER_REQUEST + 1])
def test_a_send_has_some_items_and_not_too_many(desk: Desk, count: int) -> None:
    send = ask.Send([says(GENERAL_ID, "x")] * count)
    assert fault_of(desk.receive(send)).code == Code.BAD_REQUEST


def test_sends_in_flight_are_bounded_and_refused_in_their_turn(desk: Desk) -> None:
    send = ask.Send([says(GENERAL_ID, "x")] * SENDS_PER_REQUEST)
    for _ in range(SENDS_IN_FLIGHT // SENDS_PER_REQUEST):
        desk.receive(send)
        assert desk.job(SendJob).refuse is None
    desk.receive(ask.Send([says(GENERAL_ID, "one more")]))
    refuse = desk.job(SendJob).refuse
    assert refuse is not None
    assert (refuse.code, bool(refuse.retry_after)) == (Code.BUSY, True)
    for job in list(desk.jobs):
        assert isinstance(job, SendJob)
        answer = Outcome([(job, [Accepted(1, NOW)] * len(job.items))], NOW)
        desk.service.committed(answer, 1.0)
    desk.receive(send)
    assert desk.job(SendJob).refuse is None


def test_a_sender_that_is_too_fast_is_told_when_to_come_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "SENDS_PER_DEVICE", rates.Rate(per_second=2, burst=4))
    slow = Desk(desk.state)
    slow.receive(HELLO)
    slow.receive(ask.Send([says(GENERAL_ID, "x")] * 4))
    slow.receive(ask.Send([says(GENERAL_ID, "y")]))
    refuse = slow.job(SendJob).refuse
    assert refuse is not None
    assert (refuse.code, refuse.retry_after) == (Code.RATE_LIMITED, 0.5)
    slow.receive(ask.Send([says(GENERAL_ID, "y")]), now=0.5)
    assert slow.job(SendJob).refuse is None
    slow.workers.stop()


def big(count: int) -> ask.Send:
    """So many messages of 32 KiB."""
    return ask.Send([says(GENERAL_ID, "x" * 32 * 1024)] * count)


def accept(desk: Desk, job: SendJob) -> None:
    desk.service.committed(Outcome([(job, [Accepted(1, NOW)] * len(job.items))], NOW), 1.0)


def test_a_person_stores_so_many_bytes_on_all_devices_together(desk: Desk) -> None:
    slow = Desk(desk.state, allowance=rates.Allowance(a_second=4096, a_day=2**30))
    slow.receive(HELLO)
    slow.receive(big(20))
    accept(slow, slow.job(SendJob))
    slow.receive(HELLO, peer=b"\0bbbb")  # another session of the same person
    slow.receive(big(20), peer=b"\0bbbb")
    job = slow.job(SendJob)
    assert job.refuse is not None
    assert job.refuse.code == Code.RATE_LIMITED
    assert HOLD_US / 1e6 >= 1.5 * (job.refuse.retry_after or 0) > 1
    assert all(not item.body for item in job.items)  # what is refused takes no room meanwhile
    slow.receive(big(20), peer=b"\0bbbb", now=300.0)
    assert slow.job(SendJob).refuse is None
    slow.workers.stop()


def test_a_day_has_a_quota_which_a_full_disk_does_not_use_up(desk: Desk) -> None:
    slow = Desk(desk.state, allowance=rates.Allowance(a_second=2**30, a_day=2**20))
    slow.receive(HELLO)
    for _ in range(5):
        slow.receive(big(20))
        job = slow.job(SendJob)
        assert job.refuse is None
        full = Refusal(Code.STORAGE_FAILED, "full", 1.0)
        slow.service.committed(Outcome([(job, [full] * 20)], NOW), 1.0)
    slow.receive(big(20))
    accept(slow, slow.job(SendJob))
    slow.receive(big(20))
    refuse = slow.job(SendJob).refuse
    assert refuse is not None
    assert "1 MiB a day" in refuse.message
    # Its client comes again, half as late again at most, before those behind it may overtake it.
    assert 1 < 1.5 * (refuse.retry_after or 0) < HOLD_US / 1e6
    slow.workers.stop()


def test_one_person_cannot_have_so_much_under_way_that_nobody_is_read(desk: Desk) -> None:
    while True:
        desk.receive(big(20))
        refuse = desk.job(SendJob).refuse
        if refuse is not None:
            break
    assert refuse.code == Code.BUSY
    for _ in range(50):
        desk.receive(big(20))
        assert desk.job(SendJob).refuse is not None
    assert not desk.service.congested
    for job in [job for job in desk.jobs if isinstance(job, SendJob)]:
        accept(desk, job)
    desk.receive(big(20))
    assert desk.job(SendJob).refuse is None


def test_too_much_under_way_stops_the_reading_also_in_small_pieces(desk: Desk) -> None:
    send = ask.Send([says(GENERAL_ID, "")] * SENDS_PER_REQUEST)
    sent = 0
    while not desk.service.congested:
        desk.receive(send)
        sent += 1
        assert sent * SENDS_PER_REQUEST < CONGESTED_BYTES // 200
    for job in [job for job in desk.jobs if isinstance(job, SendJob)]:
        desk.service.committed(Outcome([(job, [Accepted(1, NOW)])], NOW), 1.0)
    assert not desk.service.congested


def test_catch_up_leaves_out_what_the_asker_may_not_read(desk: Desk) -> None:
    secret = room_of(desk.state, desk.actor("bob"), "secret", private=True)
    spans = [ask.Span(room, 0, b"", 10) for room in (secret.id, GENERAL_ID, 999, 2**64 - 1)]
    assert desk.receive(ask.CatchUp(spans)) is None
    desk.work()
    reply = body_of(CaughtUpAll, desk.replies[-1][1])
    assert [span.room for span in reply.spans] == [GENERAL_ID]


@pytest.mark.parametrize("count", [0, 257])
def test_catch_up_asks_for_some_rooms_and_not_too_many(desk: Desk, count: int) -> None:
    body = ask.CatchUp([ask.Span(GENERAL_ID, 0, b"", 10)] * count)
    assert fault_of(desk.receive(body)).code == Code.BAD_REQUEST


def test_rooms_of_others_cannot_be_read(desk: Desk) -> None:
    secret = room_of(desk.state, desk.actor("bob"), "secret", private=True)
    for room in (secret.id, 999):
        for body in (ask.History(room), ask.Chains(room, [1]), ask.Members(room)):
            assert fault_of(desk.receive(body)).code == Code.NOT_FOUND
    assert body_of(OpenedRooms, desk.receive(ask.OpenRooms([secret.id, 999]))).rooms == []
    names = [entry.name for entry in body_of(RoomList, desk.receive(ask.Rooms())).rooms]
    assert names == ["general"]
    assert fault_of(desk.receive(ask.Chains(GENERAL_ID, [1] * 65))).code == Code.BAD_REQUEST


def test_a_public_room_is_found_but_not_read_by_who_is_not_in_it(desk: Desk) -> None:
    dev = room_of(desk.state, desk.actor("bob"), "dev")
    entries = {e.name: e for e in body_of(RoomList, desk.receive(ask.Rooms())).rooms}
    assert (entries["dev"].member, entries["dev"].members) == (False, 1)
    assert fault_of(desk.receive(ask.History(dev.id))).code == Code.FORBIDDEN
    assert body_of(OpenedRooms, desk.receive(ask.OpenRooms([dev.id]))).rooms == []


def test_a_room_is_opened_once_however_often_it_is_named(desk: Desk) -> None:
    opened = body_of(OpenedRooms, desk.receive(ask.OpenRooms([GENERAL_ID] * 256)))
    assert [room.room for room in opened.rooms] == [GENERAL_ID]


@pytest.mark.parametrize("body", [ask.Rooms(), ask.Members(), ask.OpenRooms([1])])
def test_reads_are_limited_by_device(desk: Desk, body: ask.RequestBody) -> None:
    for _ in range(int(rates.READS_PER_DEVICE.burst) // LOOK_COST):
        assert error_of(desk.receive(body)) is None
    fault = fault_of(desk.receive(body))
    assert (fault.code, bool(fault.retry_after)) == (Code.RATE_LIMITED, True)
    body_of(Beat, desk.receive(ask.Heartbeat()))  # whoever reads too much is still there


def test_members_come_in_pages_with_their_role(desk: Desk) -> None:
    people = body_of(People, desk.receive(ask.Members())).people
    assert [(p.name, p.role, p.presence) for p in people] == [
        ("alice", None, Presence.ONLINE),
        ("bob", None, Presence.OFFLINE),
    ]
    in_room = body_of(People, desk.receive(ask.Members(GENERAL_ID, after=1)))
    assert [(p.name, p.role) for p in in_room.people] == [("bob", Role.MEMBER)]
    assert not in_room.next
