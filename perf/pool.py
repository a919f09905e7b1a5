"""The harness's side of generator processes: start them together, let them go, collect reports."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from perf import worker
from perf.plan import LostMessages, WorkerPlan, WorkerReport
from perf.spawned import Spawned
from perf.systems.base import Link

_CONNECT_S = 120.0
_END_S = 10.0


class Pool:
    """Generator processes of one round; ended with the context."""

    def __init__(self, plans: Sequence[WorkerPlan], link: Link) -> None:
        self._workers = [Spawned("a generator", worker.main, plan, link) for plan in plans]
        self._pipes = [started.pipe for started in self._workers]

    def await_ready(self, nudge: Callable[[], None]) -> None:
        """Waits until every client is connected; `nudge` is called meanwhile, often."""
        deadline = time.monotonic() + _CONNECT_S
        for pipe in self._pipes:
            while not pipe.poll(0.05):
                nudge()
                if time.monotonic() > deadline:
                    raise LostMessages("the clients did not get ready in time")
            said = self._said(pipe)
            if isinstance(said, WorkerReport):
                raise LostMessages("; ".join(said.problems))

    def go(self) -> None:
        """Starts the clock everywhere."""
        for pipe in self._pipes:
            pipe.send(worker.GO)

    def reports(self) -> list[WorkerReport]:
        """What each did, once all are done. LostMessages where anything was lost or reordered."""
        reports: list[WorkerReport] = [self._report(pipe) for pipe in self._pipes]
        if problems := [text for report in reports for text in report.problems]:
            raise LostMessages("; ".join(problems[:8]))
        return reports

    @classmethod
    def _report(cls, pipe: Connection) -> WorkerReport:
        report = cls._said(pipe)
        assert isinstance(report, WorkerReport)
        return report

    @staticmethod
    def _said(pipe: Connection) -> object:
        try:
            return pipe.recv()
        except EOFError:
            return WorkerReport(problems=["a generator process died"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pipe in self._pipes:
            try:
                pipe.send(worker.END)
            except OSError:
                continue
        for started in self._workers:
            started.end(0 if error else _END_S)
