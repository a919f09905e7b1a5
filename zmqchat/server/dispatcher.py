"""Brings jobs to the committer: to its thread under load, and here and now when there is none.

Handing one message to another thread and its outcome back costs more than deciding it: two wake-ups
and the interpreter lock twice. So while the committer's thread has nothing, a turn's few jobs are
committed by the loop itself, which has nothing else to do meanwhile. What arrives during that waits
in its socket and makes the next turn's batch, and a larger one goes to the thread. A disk that has
just been slow is waited for by the thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from zmqchat.server.committer import Committer
from zmqchat.server.jobs import Job, Outcome, items_of

FEW_ITEMS: Final = 4
"""Sends that the loop commits by itself; with more, sealing beside the next commit is worth it."""

QUICK_US: Final = 5_000
"""A commit that took longer, in microseconds, sends the next to the thread."""


class Dispatcher:
    """Used in the loop's thread only. `deliver` gets the outcomes of what was done here."""

    def __init__(self, committer: Committer, deliver: Callable[[Outcome], None]) -> None:
        self._committer = committer
        self._deliver = deliver
        self._jobs: list[Job] = []
        self._away = 0
        self._quick = True

    def submit(self, job: Job) -> None:
        """Takes a job for the next `flush`."""
        self._jobs.append(job)

    def flush(self) -> None:
        """Commits what was submitted, or hands it to the thread; in order, whichever it is."""
        if not self._jobs:
            return
        jobs, self._jobs = self._jobs, []
        # With nothing away, the thread is idle and stays so: state and database are free.
        if self._quick and not self._away and sum(map(items_of, jobs)) <= FEW_ITEMS:
            outcome = self._committer.work(jobs)
            self._quick = outcome.took_us < QUICK_US
            self._deliver(outcome)
        else:
            self._away += len(jobs)
            self._committer.submit(jobs)

    def returned(self, outcome: Outcome) -> None:
        """The thread's outcome has come back, and is being delivered."""
        self._away -= len(outcome.answers)
        self._quick = outcome.took_us < QUICK_US
