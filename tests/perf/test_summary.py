"""Medians over rounds, and ratios round by round."""

from __future__ import annotations

import csv
from pathlib import Path

from perf.files import read_summary, write_summary
from perf.outcome import Measure, Outcome
from perf.summary import summarise


def _outcomes() -> list[Outcome]:
    values = {"zmqchat": (10, 30, 90), "bare": (10, 10, 100), "bare-curve": (5, 5, 5)}
    return [
        Outcome("fanout-1", system, number, [Measure("deliveries", value, "1/s")])
        for system, rounds in values.items()
        for number, value in enumerate(rounds)
    ]


def test_ratios_are_medians_of_the_ratios_of_each_round() -> None:
    own, *_ = summarise(_outcomes(), ["bare", "bare-curve", "threads"])
    assert (own.value, own.low, own.high, own.rounds) == (30, 10, 90, 3)
    assert own.ratios == {"bare": 1.0, "bare-curve": 6.0}


def test_the_summary_is_in_long_form(tmp_path: Path) -> None:
    write_summary(tmp_path, summarise(_outcomes(), ["bare"]))
    with (tmp_path / "summary.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        *("scenario", "system", "metric", "value", "unit"),
        *("ratio_to_bare", "ratio_to_bare_curve", "ratio_to_threads"),
    ]
    assert rows[0]["ratio_to_bare"] == "1"
    assert [row["metric"] for row in rows[:3]] == ["deliveries", "deliveries.min", "deliveries.max"]
    assert read_summary(tmp_path)[0].value == 30
