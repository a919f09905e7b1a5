"""What a run came to, as figures: one line for people, and an object for programs. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from tests.chaos.judge import Finding, Invariant
from tests.chaos.records import Evidence, What


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one run, or of several. Recovery in seconds, memory in MiB.

    `slowest` are the faults from which recovering took longest.
    """

    runs: int
    seconds: float
    taken: int
    acknowledged: int
    lost: int
    doubled: int
    reordered: int
    findings: int
    faults: Mapping[str, int]
    recoveries: tuple[float, ...]
    slowest: str
    server_mib: int
    broker_mib: int

    def __str__(self) -> str:
        times = _times(self.recoveries, self.slowest)
        whole = "all kept" if not self.findings else f"{self.findings} findings"
        return (
            f"{self.seconds:.0f} s: {self.acknowledged} of {self.taken} messages acknowledged; "
            f"lost {self.lost}, doubled {self.doubled}, reordered {self.reordered}; "
            f"{sum(self.faults.values())} faults of {len(self.faults)} sorts; {times}; "
            f"server {self.server_mib} MiB, broker {self.broker_mib} MiB; {whole}"
        )

    def to_json(self) -> dict[str, Any]:
        """The same as an object."""
        return asdict(self)


def figures(evidence: Evidence, findings: Sequence[Finding], seconds: float) -> Figures:
    """The figures of one run."""
    counted = Counter(finding.invariant for finding in findings)
    timed = [(each.seconds, each.faults) for each in evidence.recoveries[1:] if each.seconds]
    records = [record.what for stream in evidence.streams for record in stream.records]
    return Figures(
        1,
        seconds,
        records.count(What.TAKEN),
        evidence.acknowledged,
        counted[Invariant.ACKNOWLEDGED] + counted[Invariant.TAKEN],
        counted[Invariant.ONCE],
        counted[Invariant.SENDERS_ORDER] + counted[Invariant.ONE_ORDER],
        len(findings),
        {sort: times for sort, times in sorted(evidence.used.items()) if times},
        tuple(seconds for seconds, _ in timed),
        max(timed, default=(0.0, ""))[1],
        _most(evidence, "server"),
        _most(evidence, "broker"),
    )


def _most(evidence: Evidence, process: str) -> int:
    of_it = [level.resident_mib for level in evidence.levels if level.process == process]
    return max(of_it, default=0)


def total(runs: Iterable[Figures]) -> Figures:
    """The figures of several runs as those of one."""
    them = list(runs)
    faults: Counter[str] = Counter()
    for each in them:
        faults.update(each.faults)
    return Figures(
        sum(each.runs for each in them),
        sum(each.seconds for each in them),
        sum(each.taken for each in them),
        sum(each.acknowledged for each in them),
        sum(each.lost for each in them),
        sum(each.doubled for each in them),
        sum(each.reordered for each in them),
        sum(each.findings for each in them),
        dict(sorted(faults.items())),
        tuple(seconds for each in them for seconds in each.recoveries),
        max(((max(each.recoveries, default=0.0), each.slowest) for each in them), default=(0, ""))[
            1
        ],
        max((each.server_mib for each in them), default=0),
        max((each.broker_mib for each in them), default=0),
    )


def _times(recoveries: Sequence[float], slowest: str) -> str:
    if not recoveries:
        return "no recovery to time"
    most = f"{max(recoveries):.1f} s at most ({slowest})"
    return f"recovered in {median(recoveries):.1f} s at the median, {most}"
