"""The committer thread: batches, failures that everybody is told of, order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from queue import Queue
from typing import NoReturn

import pytest

from tests.domain.realms import NOW, claim, item, peopled, room_of, says, send_id
from tests.server.fakes import MemoryLog, disk_full
from zmqchat.domain.batch import Actor
from zmqchat.domain.limits import INVITED_PER_USER
from zmqchat.domain.people import Claimed
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Registration
from zmqchat.errors import Code
from zmqchat.protocol.events import Invited
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import Accepted, Fault, Refusal
from zmqchat.protocol.requests import CreateRoom, SendItem
from zmqchat.server.committer import MOST_BYTES, Committer
from zmqchat.server.jobs import (
    ClaimJob,
    CreateJob,
    Forget,
    Job,
    Outcome,
    Rotate,
    SendJob,
    items_of,
)
from zmqchat.server.portions import FEWEST, MOST


class _Bench:
    """A committer on a log in memory; outcomes come out of `outcomes`."""

    def __init__(self) -> None:
        self.state, (self.alice, self.bob) = peopled("alice", "bob")
        self.log = MemoryLog()
        self.outcomes: Queue[Outcome] = Queue()
        self.seconds = 0.0
        self.committer = Committer(
            self.state,
            self.log,
            self.log.written,
            Registration.LINK,
            lambda: NOW,
            self.outcomes.put,
            monotonic=lambda: self.seconds,
        )

    def send(
        self,
        *items: SendItem,
        actor: Actor | None = None,
        refuse: Refusal | None = None,
        peer: bytes = b"peer",
    ) -> SendJob:
        job = SendJob(peer, 1, NOW, actor or self.alice, list(items), 0, refuse)
        self.committer.submit([job])
        return job

    def next(self) -> Outcome:
        return self.outcomes.get(timeout=20)

    def results(self, job: Job) -> list[Accepted | Refusal]:
        """The answer to a job in the next outcome."""
        answer = dict(self.next().answers)[job]
        assert isinstance(answer, list)
        return answer

    def hold(self) -> None:
        """Makes the committer wait inside a commit, so that the next jobs gather."""
        self.log.gate.clear()
        self.log.entered.clear()
        self.send(says(GENERAL_ID, "first"), actor=self.bob, peer=b"holder")
        assert self.log.entered.wait(20)


@pytest.fixture
def bench() -> Iterator[_Bench]:
    made = _Bench()
    made.committer.start()
    yield made
    made.log.gate.set()
    made.committer.stop()


def _codes(results: list[Accepted | Refusal]) -> list[str | int]:
    return [r.code if isinstance(r, Refusal) else r.seq for r in results]


def test_what_comes_in_during_a_commit_goes_into_the_next(bench: _Bench) -> None:
    bench.hold()
    jobs = [bench.send(says(GENERAL_ID, str(n))) for n in range(5)]
    bench.log.gate.set()
    assert len(bench.next().answers) == 1
    outcome = bench.next()
    assert [job for job, _ in outcome.answers] == jobs
    assert bench.log.commits == [1, 5]
    (segment,) = outcome.segments
    assert [event.seq for event in segment.events] == [4, 5, 6, 7, 8]
    assert bench.state.rooms[GENERAL_ID].seq == 8


def test_a_batch_is_bounded(bench: _Bench) -> None:
    bench.hold()
    refused = Refusal(Code.RATE_LIMITED, "slower", 1.0)  # cheap to decide
    items = [says(GENERAL_ID, "x") for _ in range(FEWEST // 2)]
    for number in range(3):
        bench.send(*items, refuse=refused, peer=b"%d" % number)
    bench.log.gate.set()
    assert [len(bench.next().answers) for _ in range(3)] == [1, 2, 1]


def test_whoever_has_thousands_under_way_waits_behind_oneself(bench: _Bench) -> None:
    bench.hold()
    for device in range(4):
        alice = replace(bench.alice, device=100 + device)
        for request in range(4):
            bench.send(*_many(1024, f"{device} {request}"), actor=alice, peer=b"%d" % device)
    honest = bench.send(says(GENERAL_ID, "one"), actor=bench.bob, peer=b"bob")
    bench.log.gate.set()
    bench.next()
    first = bench.next()
    assert honest in [job for job, _ in first.answers]
    assert sum(items_of(job) for job, _ in first.answers) < MOST + 1024
    after = [bench.next() for _ in range(15)]
    jobs = [job for outcome in (first, *after) for job, _ in outcome.answers]
    sends = [job for job in jobs if isinstance(job, SendJob) and job.peer != b"bob"]
    assert len({job.peer for job in sends[:4]}) == 4  # a device is not behind another of its user
    texts = [str(job.items[0].body) for job in sends if job.peer == b"2"]
    assert texts == sorted(texts)
    assert len(sends) == 16


def _many(count: int, text: str) -> list[SendItem]:
    return [says(GENERAL_ID, f"{text} {number}") for number in range(count)]


def test_a_batch_is_bounded_in_bytes_too(bench: _Bench) -> None:
    bench.hold()
    for _ in range(4):
        job = SendJob(b"peer", 1, NOW, bench.alice, _many(1, "x"), MOST_BYTES // 2)
        bench.committer.submit([job])
    bench.log.gate.set()
    assert [len(bench.next().answers) for _ in range(3)] == [1, 2, 2]


def test_a_session_is_forgotten_after_what_it_sent(bench: _Bench) -> None:
    bench.hold()
    refused = Refusal(Code.BUSY, "", 0.1)
    for number in range(3):
        bench.send(*_many(MOST, str(number)), refuse=refused)
    bench.committer.submit([Forget(b"peer", bench.alice.user.id, bench.alice.device)])
    bench.log.gate.set()
    outcomes = [bench.next() for _ in range(5)]
    assert isinstance(outcomes[-1].answers[-1][0], Forget)
    assert _codes(bench.results(bench.send(says(GENERAL_ID, "b")))) == [4]


def test_a_failed_commit_is_told_to_everybody_and_loses_nothing(bench: _Bench) -> None:
    bench.log.fail = [disk_full()]
    bench.hold()
    bench.log.fail += [disk_full()]
    before = (bench.state.realm, dict(bench.state.rooms), dict(bench.state.users))
    first, second = says(GENERAL_ID, "a"), says(GENERAL_ID, "b")
    send = bench.send(first, second)
    claimed = ClaimJob(b"new", 2, NOW, claim("carol"), Presence.ONLINE, "00", 3, "127.0.0.1")
    created = CreateJob(b"peer", 3, NOW, bench.alice, CreateRoom(send_id(), "dev"))
    bench.committer.submit([claimed])
    bench.committer.submit([created])
    bench.log.gate.set()
    bench.next()

    outcome = bench.next()
    refusal = Refusal(Code.STORAGE_FAILED, "the disk is full", 1.0)
    fault = Fault(Code.STORAGE_FAILED, "the disk is full", 1.0)
    assert outcome.answers == [(send, [refusal] * 2), (claimed, fault), (created, fault)]
    assert (outcome.segments, outcome.touched_users) == ([], set())
    assert (bench.state.realm, dict(bench.state.rooms), dict(bench.state.users)) == before
    assert bench.log.events == []

    # The same again, once there is room on the disk: everything goes on from where it was.
    assert _codes(bench.results(bench.send(first, second))) == [3, 4]
    bench.committer.submit([claimed])
    answer = dict(bench.next().answers)[claimed]
    assert isinstance(answer, Claimed)
    bench.committer.submit([created])
    assert isinstance(dict(bench.next().answers)[created], int)


def test_a_commit_that_never_began_leaves_nothing_in_doubt(
    bench: _Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_size: int = 0) -> NoReturn:
        raise disk_full()

    def load() -> NoReturn:
        raise AssertionError("nothing was in doubt")

    monkeypatch.setattr(bench.committer, "_written", load)
    with monkeypatch.context() as full:
        full.setattr(bench.log, "transaction", no_room)
        for _ in range(3):
            assert _codes(bench.results(bench.send(says(GENERAL_ID, "a")))) == [Code.STORAGE_FAILED]
    sent = bench.send(says(GENERAL_ID, "b"), actor=bench.bob, peer=b"another")
    assert _codes(bench.results(sent)) == [3]


def test_an_unexpected_error_is_a_failed_commit_too(
    bench: _Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.log.fail = [RuntimeError("a bug")]
    job = bench.send(says(GENERAL_ID, "a"))
    assert _codes(bench.results(job)) == [Code.STORAGE_FAILED]
    assert "a bug" in caplog.text
    assert _codes(bench.results(bench.send(job.items[0]))) == [3]


def test_nothing_overtakes_a_send_that_is_to_come_again(bench: _Bench) -> None:
    a, b, c, d = (says(GENERAL_ID, text) for text in "abcd")
    slower = Refusal(Code.RATE_LIMITED, "slower", 1.0)
    assert _codes(bench.results(bench.send(a, b, refuse=slower))) == [Code.RATE_LIMITED] * 2
    assert _codes(bench.results(bench.send(c))) == [Code.BUSY]
    assert _codes(bench.results(bench.send(a, says(GENERAL_ID, "e")))) == [3, Code.BUSY]
    assert _codes(bench.results(bench.send(d))) == [Code.BUSY]  # b and c are still to come
    assert _codes(bench.results(bench.send(b, c))) == [4, 5]
    other = bench.send(says(GENERAL_ID, "x"), actor=bench.bob, peer=b"other")
    assert _codes(bench.results(other)) == [6]


def test_a_failed_commit_keeps_the_order_of_requests_that_were_on_their_way(
    bench: _Bench,
) -> None:
    bench.log.fail = [disk_full(), disk_full()]
    bench.hold()
    a, b, c = (says(GENERAL_ID, text) for text in "abc")
    bench.send(a)
    bench.send(b)
    bench.log.gate.set()
    bench.next()
    bench.next()
    assert _codes(bench.results(bench.send(c))) == [Code.BUSY]
    assert _codes(bench.results(bench.send(b))) == [Code.BUSY]
    assert _codes(bench.results(bench.send(a))) == [3]
    assert _codes(bench.results(bench.send(c))) == [Code.BUSY]
    assert _codes(bench.results(bench.send(b, c))) == [4, 5]


def test_one_id_in_two_rooms_is_answered_item_by_item(bench: _Bench) -> None:
    held, number = says(GENERAL_ID, "held"), send_id()
    bench.results(bench.send(held, refuse=Refusal(Code.BUSY, "", 0.1)))
    twins = bench.send(says(GENERAL_ID, "x", number), says(99, "x", number))
    assert _codes(bench.results(twins)) == [Code.BUSY, Code.NOT_FOUND]


def test_a_new_session_of_the_same_peer_starts_anew(bench: _Bench) -> None:
    bench.results(bench.send(says(GENERAL_ID, "a"), refuse=Refusal(Code.BUSY, "", 0.1)))
    bench.committer.submit([Forget(b"peer", 1, 1)])
    bench.next()
    assert _codes(bench.results(bench.send(says(GENERAL_ID, "b")))) == [3]


def test_a_session_that_ends_in_a_failed_commit_is_forgotten_too(bench: _Bench) -> None:
    bench.log.fail = [disk_full(), disk_full()]
    bench.hold()
    bench.send(says(GENERAL_ID, "a"))
    bench.committer.submit([Forget(b"peer", 1, 1)])
    bench.log.gate.set()
    bench.next()
    bench.next()
    assert _codes(bench.results(bench.send(says(GENERAL_ID, "b")))) == [3]


def test_a_rotation_begins_an_epoch(bench: _Bench) -> None:
    bench.committer.submit([Rotate(GENERAL_ID)])
    outcome = bench.next()
    assert [(s.room.epoch, s.ended) for s in outcome.segments] == [(1, True), (2, False)]
    assert bench.state.rooms[GENERAL_ID].epoch == 2


def test_stopping_finishes_what_is_queued(bench: _Bench) -> None:
    bench.hold()
    job = bench.send(says(GENERAL_ID, "last"))
    bench.log.gate.set()
    bench.committer.stop()
    answers = bench.next().answers + bench.next().answers
    assert answers[-1] == (job, [Accepted(4, NOW)])
    assert [event.seq for event in bench.log.events] == [3, 4]
    bench.committer = Committer(
        bench.state,
        bench.log,
        bench.log.written,
        Registration.LINK,
        lambda: NOW,
        bench.outcomes.put,
    )
    bench.committer.start()  # for the fixture to stop


def test_a_commit_that_failed_after_it_was_written_is_found_on_the_disk(bench: _Bench) -> None:
    """The retry gets the original's seq, and what comes next the one behind it."""
    item = says(GENERAL_ID, "written, and not acknowledged")
    bench.log.fail, bench.log.writes_and_fails = [disk_full()], True
    assert all(isinstance(result, Refusal) for result in bench.results(bench.send(item)))
    job = bench.send(item)
    outcome = bench.next()
    assert dict(outcome.answers)[job] == [Accepted(3, NOW)]
    assert [segment.room.id for segment in outcome.segments] == [GENERAL_ID]  # its head moved
    assert bench.results(bench.send(says(GENERAL_ID, "next"))) == [Accepted(4, NOW)]
    assert [event.seq for event in bench.log.events] == [3, 4]


def test_whoever_was_invited_by_a_commit_in_doubt_is_told_when_it_is_settled(bench: _Bench) -> None:
    """The retry is a repetition, which changes nothing and touches nobody."""
    room = room_of(bench.state, bench.alice, "dev", private=True).id
    invitation = item(room, Invited(2, "bob"))
    bench.log.fail, bench.log.writes_and_fails = [disk_full()], True
    assert _codes(bench.results(bench.send(invitation))) == [Code.STORAGE_FAILED]
    bench.log.fail, bench.log.writes_and_fails = [disk_full()], False
    bench.send(says(GENERAL_ID, "nor has the disk room now"))
    assert bench.next().segments == []
    bench.send(invitation)
    outcome = bench.next()
    assert outcome.touched_users == {bench.bob.user.id}
    assert [segment.room.id for segment in outcome.segments] == [room]


def test_an_epoch_that_began_in_a_commit_in_doubt_is_told_of(bench: _Bench) -> None:
    before = bench.state.rooms[GENERAL_ID].epoch
    bench.log.fail, bench.log.writes_and_fails = [disk_full()], True
    bench.committer.submit([Rotate(GENERAL_ID)])
    bench.next()
    bench.committer.submit([Forget(b"peer", 1, 1)])
    (segment,) = bench.next().segments
    assert (segment.room.epoch, segment.events) == (before + 1, [])


def test_an_invitation_that_waits_for_its_turn_keeps_its_place(bench: _Bench) -> None:
    """Nothing overtakes it in its room, in whatever requests it comes, also when a commit fails."""
    most = int(INVITED_PER_USER.burst)
    rooms = [room_of(bench.state, bench.alice, f"dev{n}").id for n in range(most + 1)]
    invitations = [item(room, Invited(2, "bob")) for room in rooms]
    assert all(isinstance(r, Accepted) for r in bench.results(bench.send(*invitations[:most])))
    last, welcome, more = invitations[-1], says(rooms[-1], "welcome"), says(rooms[-1], "more")
    (refusal, held, elsewhere) = bench.results(bench.send(last, welcome, says(GENERAL_ID, "x")))
    assert isinstance(refusal, Refusal)
    assert refusal.code == Code.RATE_LIMITED
    assert refusal.retry_after is not None
    assert isinstance(held, Refusal)
    assert held.code == Code.BUSY
    assert isinstance(elsewhere, Accepted)
    assert _codes(bench.results(bench.send(more))) == [Code.BUSY]
    assert _codes(bench.results(bench.send(welcome))) == [Code.BUSY]
    assert _codes(bench.results(bench.send(last, welcome))) == [Code.RATE_LIMITED, Code.BUSY]
    bench.seconds += refusal.retry_after
    bench.log.fail = [disk_full()]
    assert _codes(bench.results(bench.send(last))) == [Code.STORAGE_FAILED]  # and uses nothing up
    assert _codes(bench.results(bench.send(welcome, more))) == [Code.BUSY, Code.BUSY]
    assert _codes(bench.results(bench.send(last, welcome, more))) == [2, 3, 4]
