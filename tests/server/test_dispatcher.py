"""Where a batch is committed: here while there is little, in the thread otherwise, in order."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Queue
from threading import get_ident

import pytest

from tests.domain.realms import NOW, peopled, says
from tests.server.fakes import MemoryLog, disk_full
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Registration
from zmqchat.protocol.replies import Accepted, Refusal
from zmqchat.server.committer import Committer
from zmqchat.server.dispatcher import FEW_ITEMS, QUICK_US, Dispatcher
from zmqchat.server.jobs import Outcome, SendJob


class _Bench:
    """A dispatcher with a committer on a log in memory; `step_us` passes at each look at the clock.

    Outcomes of the loop's own are in `here`, those of the thread come out of `away`.
    """

    def __init__(self) -> None:
        self.state, (self.alice,) = peopled("alice")
        self.log = MemoryLog()
        self.here: list[Outcome] = []
        self.away: Queue[Outcome] = Queue()
        self.now_us, self.step_us = NOW, 0
        self.threads: set[int] = set()
        self.committer = Committer(
            self.state,
            self.log,
            self.log.written,
            Registration.LINK,
            self._clock_us,
            self.away.put,
        )
        self.dispatcher = Dispatcher(self.committer, self.here.append)

    def _clock_us(self) -> int:
        self.threads.add(get_ident())
        self.now_us += self.step_us
        return self.now_us

    def send(self, *texts: str) -> SendJob:
        items = [says(GENERAL_ID, text) for text in texts]
        job = SendJob(b"peer", 1, NOW, self.alice, items, 0)
        self.dispatcher.submit(job)
        return job

    def returned(self) -> Outcome:
        """The thread's next outcome, as the loop takes it."""
        outcome = self.away.get(timeout=20)
        self.dispatcher.returned(outcome)
        return outcome

    def seqs(self, outcome: Outcome, job: SendJob) -> list[int]:
        results = dict(outcome.answers)[job]
        assert isinstance(results, list)
        return [result.seq for result in results if isinstance(result, Accepted)]


@pytest.fixture
def bench() -> Iterator[_Bench]:
    made = _Bench()
    made.committer.start()
    yield made
    made.log.gate.set()
    made.committer.stop()


def test_nothing_happens_before_the_flush(bench: _Bench) -> None:
    bench.send("a")
    assert bench.here == []
    assert bench.log.events == []
    bench.dispatcher.flush()
    assert len(bench.here) == 1


def test_a_few_are_committed_here_as_one_batch(bench: _Bench) -> None:
    jobs = [bench.send("a"), bench.send("b")]
    bench.dispatcher.flush()
    (outcome,) = bench.here
    assert [bench.seqs(outcome, job) for job in jobs] == [[2], [3]]
    assert bench.log.commits == [2]
    assert bench.threads == {get_ident()}
    bench.dispatcher.flush()
    assert len(bench.here) == 1


def test_many_go_to_the_thread(bench: _Bench) -> None:
    job = bench.send(*["x"] * (FEW_ITEMS + 1))
    bench.dispatcher.flush()
    assert len(bench.seqs(bench.returned(), job)) == FEW_ITEMS + 1
    assert bench.here == []
    assert get_ident() not in bench.threads


def test_nothing_overtakes_what_the_thread_still_has(bench: _Bench) -> None:
    bench.log.gate.clear()
    many = bench.send(*["x"] * (FEW_ITEMS + 1))
    bench.dispatcher.flush()
    assert bench.log.entered.wait(20)
    one = bench.send("y")
    bench.dispatcher.flush()
    assert bench.here == []
    bench.log.gate.set()
    assert max(bench.seqs(bench.returned(), many)) == FEW_ITEMS + 2
    two = bench.send("z")
    bench.dispatcher.flush()  # the one in between is not back yet
    assert bench.here == []
    last = FEW_ITEMS + 2
    assert bench.seqs(bench.returned(), one) == [last + 1]
    assert bench.seqs(bench.returned(), two) == [last + 2]
    three = bench.send("alone again")
    bench.dispatcher.flush()
    assert bench.seqs(bench.here[0], three) == [last + 3]


def test_a_slow_disk_is_waited_for_by_the_thread(bench: _Bench) -> None:
    bench.step_us = QUICK_US
    bench.send("slow")
    bench.dispatcher.flush()
    assert len(bench.here) == 1
    bench.send("now away")
    bench.dispatcher.flush()
    bench.returned()
    bench.step_us = 0
    bench.send("away once more")
    bench.dispatcher.flush()
    bench.returned()
    bench.send("and here again")
    bench.dispatcher.flush()
    assert len(bench.here) == 2


def test_a_failed_commit_here_is_told(bench: _Bench) -> None:
    bench.log.fail = [disk_full()]
    job = bench.send("a")
    bench.dispatcher.flush()
    ((_, answer),) = bench.here[0].answers
    assert isinstance(answer, list)
    assert isinstance(answer[0], Refusal)
    bench.dispatcher.submit(job)
    bench.dispatcher.flush()
    assert bench.seqs(bench.here[1], job) == [2]
