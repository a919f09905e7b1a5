"""Before and after: the figures of two directories side by side."""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.table import Table

from perf.files import read_summary
from perf.table import number

_HIDDEN = (".min", ".max")


def compare(before: Path, after: Path) -> Table:
    """A table of all figures that both have, with after/before. OSError, KeyError without files."""
    old = {(f.scenario, f.system, f.metric): f for f in read_summary(before)}
    table = Table(
        *("scenario", "system", "metric", str(before), str(after), "unit", "after / before"),
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for figure in read_summary(after):
        was = old.get((figure.scenario, figure.system, figure.metric))
        if was is not None and not figure.metric.endswith(_HIDDEN):
            change = f"{figure.value / was.value:.2f}" if was.value else ""
            table.add_row(
                *(figure.scenario, figure.system, figure.metric),
                *(number(was.value), number(figure.value), figure.unit, change),
            )
    return table
