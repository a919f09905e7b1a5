"""The CSV files: every delivery as it was measured, and the summary in long form."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from perf.latency import latency_ns
from perf.outcome import Outcome
from perf.summary import Row

LATENCY, SUMMARY = "latency.csv", "summary.csv"
_DELIVERY = (
    *("run", "scenario", "system", "sender", "receiver", "room", "seq", "size_bytes"),
    *("intended_ns", "sent_ns", "committed_ns", "published_ns", "received_ns", "latency_us"),
)
_SUMMARY = (
    *("scenario", "system", "metric", "value", "unit"),
    *("ratio_to_bare", "ratio_to_bare_curve", "ratio_to_threads"),
)
RATIO_OF = {
    "bare": "ratio_to_bare",
    "bare-curve": "ratio_to_bare_curve",
    "threads": "ratio_to_threads",
}


class DeliveryLog:
    """Appends rounds to `latency.csv`. Times that a system does not stamp are empty."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(_DELIVERY)

    def add(self, outcome: Outcome) -> None:
        """One row a delivery (of a saturation round, of the sample)."""
        for delivery in outcome.deliveries:
            times = [time_ns or "" for time_ns in delivery[5:]]
            place = (outcome.number, outcome.scenario, outcome.system, *delivery[:5])
            self._writer.writerow((*place, *times, f"{latency_ns(delivery) / 1e3:.1f}"))


@contextmanager
def delivery_log(directory: Path) -> Iterator[DeliveryLog]:
    """`latency.csv` in the directory, which is made."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / LATENCY).open("w", newline="", encoding="utf-8") as file:
        yield DeliveryLog(file)


def write_summary(directory: Path, rows: Sequence[Row]) -> None:
    """`summary.csv`: the medians, and where there were several rounds the lowest and highest."""
    with (directory / SUMMARY).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_SUMMARY)
        for row in rows:
            ratios = [_plain(row.ratios.get(baseline)) for baseline in RATIO_OF]
            writer.writerow(
                (row.scenario, row.system, row.metric, _plain(row.value), row.unit, *ratios)
            )
            if row.rounds > 1:
                for end, value in (("min", row.low), ("max", row.high)):
                    name = f"{row.metric}.{end}"
                    writer.writerow(
                        (row.scenario, row.system, name, _plain(value), row.unit, "", "", "")
                    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of a `summary.csv`."""

    scenario: str
    system: str
    metric: str
    value: float
    unit: str


def read_summary(directory: Path) -> list[Figure]:
    """The figures in a directory; OSError or KeyError where there are none."""
    with (directory / SUMMARY).open(newline="", encoding="utf-8") as file:
        return [
            Figure(r["scenario"], r["system"], r["metric"], float(r["value"]), r["unit"])
            for r in csv.DictReader(file)
        ]


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
