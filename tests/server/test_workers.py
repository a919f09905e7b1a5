"""Readers: every read is answered, failures too, and what waits is bounded."""

from __future__ import annotations

from functools import partial
from threading import Event as Signal

import pytest

from tests.support.waiting import eventually
from zmqchat.errors import Code, Refused
from zmqchat.protocol import codec
from zmqchat.protocol.replies import Done, Fault, Reply, ReplyBody
from zmqchat.server.workers import MOST_OF_A_DEVICE, THREADS, Asker, Ready, Workers


def _has(waiting: list[Ready], number: int) -> bool:
    return len(waiting) >= number


def _asker(peer: bytes) -> Asker:
    return Asker(peer, peer[0], peer[0])


def test_each_read_is_answered_whatever_became_of_it(caplog: pytest.LogCaptureFixture) -> None:
    answers: dict[bytes, Reply] = {}
    workers = Workers(lambda ready: answers.update({ready.peer: codec.decode_reply(ready.frame)}))

    def refused() -> ReplyBody:
        raise Refused(Code.NOT_FOUND, "gone", 0.5)

    def broken() -> ReplyBody:
        raise RuntimeError("a bug")

    workers.submit(_asker(b"a"), 1, Done)
    workers.submit(_asker(b"b"), 2, refused)
    workers.submit(_asker(b"c"), 3, broken)
    workers.stop()
    assert answers[b"a"] == Reply(1, ok=Done())
    assert answers[b"b"] == Reply(2, error=Fault("not-found", "gone", 0.5))
    error = answers[b"c"].error
    assert error is not None
    assert error.code == Code.INTERNAL
    assert "a bug" in caplog.text
    assert "a bug" not in error.message


def test_nothing_more_is_read_while_too_much_waits_to_be_handed_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("zmqchat.server.workers.MOST_FINISHED", 1)
    waiting: list[Ready] = []
    workers = Workers(waiting.append)
    for number in range(6):
        workers.submit(_asker(bytes([number])), number, Done)
    for number in range(1, 5):
        eventually(partial(_has, waiting, number))
        assert len(waiting) <= number + THREADS - 1  # each thread looked before the other was done
        waiting[number - 1].done()
    workers.stop()  # which waits for no one any more
    assert [ready.peer[0] for ready in waiting] == list(range(6))


def test_nothing_is_read_for_who_does_not_take_replies() -> None:
    answers: dict[bytes, Reply] = {}
    workers = Workers(
        lambda ready: answers.update({ready.peer: codec.decode_reply(ready.frame)}),
        lambda user: user == ord("a"),
    )
    read: list[str] = []

    def reading(name: str) -> ReplyBody:
        read.append(name)
        return Done()

    workers.submit(_asker(b"a"), 1, partial(reading, "a"))
    workers.submit(_asker(b"b"), 2, partial(reading, "b"))
    workers.stop()
    assert read == ["b"]
    error = answers[b"a"].error
    assert error is not None
    assert (error.code, error.retry_after) == (Code.BUSY, 0.5)


class Bench:
    """One worker that is held up until `go`; `read` are the peers that were read for, in order."""

    def __init__(self, most: int = 1_000) -> None:
        self.faults: dict[bytes, Fault] = {}
        self.read: list[bytes] = []
        self._gate, self._held = Signal(), Signal()
        self.workers = Workers(self._answer, threads=1, most=most, jitter=lambda: 0.0)
        self.workers.submit(Asker(b"holder", 99, 99), 1, self._hold)
        assert self._held.wait(20)

    def _answer(self, ready: Ready) -> None:
        error = codec.decode_reply(ready.frame).error
        if error is not None:
            self.faults[ready.peer] = error

    def _hold(self) -> ReplyBody:
        self._held.set()
        assert self._gate.wait(20)
        return Done()

    def ask(self, peer: bytes, user: int, cost: int = 1, device: int | None = None) -> None:
        def read() -> ReplyBody:
            self.read.append(peer)
            return Done()

        asker = Asker(peer, user, user if device is None else device)
        self.workers.submit(asker, 1, read, cost=cost)

    def go(self) -> list[bytes]:
        self._gate.set()
        self.workers.stop()
        return self.read


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_what_waits_is_bounded_by_what_it_costs(bench: Bench) -> None:
    bench.ask(b"a", 1, 600)
    bench.ask(b"b", 2, 400)
    with pytest.raises(Refused) as refused:
        bench.ask(b"c", 3, 600)
    assert (refused.value.code, refused.value.retryable) == (Code.BUSY, True)
    assert sorted(bench.go()) == [b"a", b"b"]


def test_whoever_has_most_waiting_makes_room_for_who_has_less(bench: Bench) -> None:
    for number in range(4):
        bench.ask(b"greedy-%d" % number, 1, 250, device=number)
    bench.ask(b"modest", 2, 200)
    ((refused, fault),) = bench.faults.items()
    assert refused.startswith(b"greedy")
    assert (fault.code, bool(fault.retry_after)) == (Code.BUSY, True)
    assert b"modest" in bench.go()


def test_those_who_are_refused_are_told_one_time_after_the_other(bench: Bench) -> None:
    for user in range(10):
        bench.ask(b"x", user, 100)
    times = []
    for user in range(10, 2_010):
        with pytest.raises(Refused) as refused:
            bench.ask(b"y", user, 1_000)
        times.append(refused.value.retry_after or 0.0)
    assert times == sorted(times)
    assert times[0] < 1.0
    # 2,000,000 units are not read in less than ten seconds, nor is anybody put off for ever.
    assert 10.0 < times[-1] <= 60.0
    bench.go()


def test_each_user_has_a_turn_however_many_devices_and_reads_another_has(bench: Bench) -> None:
    for device in range(30):
        for _ in range(MOST_OF_A_DEVICE):
            bench.ask(b"many", 1, device=device)
    bench.ask(b"one", 2, device=77)
    assert bench.go().index(b"one") <= 1


def test_small_reads_come_before_large_ones_and_large_ones_come(bench: Bench) -> None:
    bench.ask(b"large", 1, 50)
    bench.ask(b"small", 1, 2)
    for user in range(2, 12):
        bench.ask(b"%d" % user, user, 2)
    order = bench.go()
    assert order[-1] == b"large"
    assert b"small" in order[:-1]


def test_a_device_has_so_many_reads_under_way_in_all_its_sessions(bench: Bench) -> None:
    for number in range(MOST_OF_A_DEVICE):
        bench.ask(b"session-%d" % number, 1)
    with pytest.raises(Refused) as refused:
        bench.ask(b"another", 1)
    assert refused.value.code == Code.BUSY
    bench.ask(b"elsewhere", 1, device=7)
    bench.workers.forget(Asker(b"session-3", 1, 1))
    bench.ask(b"another", 1)
    assert b"session-3" not in bench.go()


def test_what_a_session_asked_for_that_is_gone_is_not_read(bench: Bench) -> None:
    bench.ask(b"gone", 1, 600)
    bench.ask(b"gone", 1, 200)
    bench.ask(b"here", 1, 200)
    bench.workers.forget(Asker(b"gone", 1, 1))
    bench.ask(b"later", 2, 800)
    assert sorted(bench.go()) == [b"here", b"later"]


def test_nobody_gives_way_for_one_for_whom_there_is_no_room_all_the_same(bench: Bench) -> None:
    """The last read of who has most is too small to help: it still waits, and is answered."""
    bench.ask(b"most", 1, 202)
    bench.ask(b"last-of-most", 1, 10)
    for user in range(2, 6):
        bench.ask(b"other", user, 197)
    with pytest.raises(Refused):
        bench.ask(b"new", 7, 202)
    assert bench.faults == {}
    assert bench.go().count(b"last-of-most") == 1


def test_turns_count_what_a_read_really_used() -> None:
    """A user's reads that are reckoned as others' are, and take longer, are not next again."""
    order: list[int] = []
    go, held = Signal(), Signal()
    now = [0.0]
    workers = Workers(lambda ready: None, threads=1, used_s=lambda: now[0])

    def hold() -> ReplyBody:
        held.set()
        assert go.wait(20)
        now[0] += 1.0
        return Done()

    def note(user: int) -> ReplyBody:
        order.append(user)
        return Done()

    workers.submit(Asker(b"dear", 1, 1), 1, hold)
    assert held.wait(20)
    for _ in range(3):
        workers.submit(Asker(b"dear", 1, 1), 2, lambda: note(1))
        workers.submit(Asker(b"cheap", 2, 2), 3, lambda: note(2))
    go.set()
    workers.stop()
    assert order == [2, 2, 2, 1, 1, 1]
