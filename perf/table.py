"""The table that people read, on the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.table import Table

from perf.outcome import Scenario
from perf.session import Failure
from perf.summary import Row
from perf.systems import BASELINES

MARKDOWN = "summary.md"
_SYSTEMS = ("zmqchat", *BASELINES)
_HEAD = ("scenario", "metric", "unit", *_SYSTEMS, *(f"/ {name}" for name in BASELINES))
_SPREAD_OF = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table, as text: a metric on every system."""

    cells: tuple[str, ...]


def lines(scenarios: Sequence[Scenario], rows: Sequence[Row]) -> list[Line]:
    """The headline metrics, in the order of the scenarios."""
    found = []
    for scenario in scenarios:
        for metric in scenario.headline:
            by_system = {
                row.system: row
                for row in rows
                if (row.scenario, row.metric) == (scenario.name, metric)
            }
            if own := by_system.get("zmqchat"):
                found.append(_line(own, by_system))
    return found


def _line(own: Row, by_system: Mapping[str, Row]) -> Line:
    values = (_value(by_system.get(name)) for name in _SYSTEMS)
    ratios = (_ratio(own.ratios.get(name)) for name in BASELINES)
    return Line((own.scenario, own.metric, own.unit, *values, *ratios))


def _value(row: Row | None) -> str:
    """The median, and in brackets how far the rounds are from it."""
    if row is None:
        return ""
    if row.rounds < _SPREAD_OF:
        return number(row.value)
    return f"{number(row.value)} ({number(row.low)}–{number(row.high)})"


def number(value: float) -> str:
    """A figure with three digits that mean something."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def on_terminal(found: Iterable[Line]) -> Table:
    """For rich."""
    table = Table(*_HEAD, box=box.SIMPLE_HEAD, pad_edge=False)
    for column in table.columns[3:]:
        column.justify = "right"
    previous = ""
    for line in found:
        if previous not in ("", line.cells[0]):
            table.add_section()
        previous = line.cells[0]
        table.add_row(*line.cells)
    return table


def markdown(found: Iterable[Line], notes: Sequence[str], failures: Sequence[Failure]) -> str:
    """For a file, with what must be known to read the figures."""
    text = [*notes, "", _row(_HEAD), _row("-" * 3 for _ in _HEAD)]
    text += [_row(line.cells) for line in found]
    if failures:
        text += ["", "Failed, and not counted:", ""]
        text += [f"- {f.scenario}, {f.system}, round {f.number}: {f.reason}" for f in failures]
    return "\n".join(text) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def write_markdown(directory: Path, text: str) -> None:
    """`summary.md`."""
    (directory / MARKDOWN).write_text(text, encoding="utf-8")
