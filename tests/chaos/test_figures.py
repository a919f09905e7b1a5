"""Figures: of one run, and of several as those of one."""

from __future__ import annotations

from tests.chaos.figures import figures, total
from tests.chaos.judge import judge
from tests.chaos.records import END, Entry, Evidence, Level, Record, Recovery, Stream, What


def _evidence(*recoveries: float | None, said: int = 2) -> Evidence:
    records = [
        Record(0, What.TAKEN, "general", text="ada/1/1"),
        Record(0, What.ACKED, "general", said, "ada/1/1"),
        Record(0, What.ACKED, "general", 2, END),
    ]
    log = (Entry(1, "created", "ada"), Entry(2, "posted", "ada", "ada/1/1"))
    return Evidence(
        (Stream("ada", "ada", tuple(records[:2])),),
        {"general": log},
        levels=(Level("server", 1, 9, 80), Level("server", 2, 9, 90), Level("broker", 3, 9, 40)),
        recoveries=tuple(
            Recovery(number, f"cut {number}", each) for number, each in enumerate(recoveries)
        ),
        used={"cut": 2, "kick": 0},
    )


def test_a_run_in_which_all_was_kept() -> None:
    evidence = _evidence(9.0, 1.0, 3.0)  # the first is that of the start
    assert str(figures(evidence, judge(evidence), 60.4)) == (
        "60 s: 1 of 1 messages acknowledged; lost 0, doubled 0, reordered 0; 2 faults of 1 sorts; "
        "recovered in 2.0 s at the median, 3.0 s at most (cut 2); "
        "server 90 MiB, broker 40 MiB; all kept"
    )


def test_what_was_not_kept_is_counted() -> None:
    evidence = _evidence(9.0, None, said=1)
    result = figures(evidence, judge(evidence), 60.0)
    assert (result.lost, result.findings, result.recoveries) == (1, 2, ())
    assert "no recovery to time" in str(result)


def test_several_runs_are_as_one() -> None:
    whole = _evidence(9.0, 1.0, 3.0)
    one = figures(whole, [], 60.0)
    other = figures(_evidence(9.0, 5.0, said=1), judge(_evidence(9.0, said=1)), 30.0)
    both = total([one, other])
    assert (both.runs, both.seconds, both.lost, both.acknowledged) == (2, 90.0, 1, 2)
    assert (both.recoveries, both.faults) == ((1.0, 3.0, 5.0), {"cut": 4})
    assert both.slowest == "cut 1"
