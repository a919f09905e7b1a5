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
from perf.traffic import LOADS

MARKDOWN = "summary.md"
_OWN = "zmqchat"
_SPREAD_OF = 2
_WITHOUT_RATIO = LOADS


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table, as text: a metric on every system."""

    cells: tuple[str, ...]


def head(against: Sequence[str]) -> tuple[str, ...]:
    """The columns' names."""
    return ("scenario", "metric", "unit", _OWN, *against, *(f"/ {name}" for name in against))


def lines(scenarios: Sequence[Scenario], rows: Sequence[Row], against: Sequence[str]) -> list[Line]:
    """The headline metrics, in the order of the scenarios."""
    found = []
    for scenario in scenarios:
        for metric in scenario.headline:
            by_system = {
                row.system: row
                for row in rows
                if (row.scenario, row.metric) == (scenario.name, metric)
            }
            if own := by_system.get(_OWN):
                found.append(_line(own, by_system, against))
    return found


def _line(own: Row, by_system: Mapping[str, Row], against: Sequence[str]) -> Line:
    values = (_value(by_system.get(name)) for name in (_OWN, *against))
    shown = {} if own.metric in _WITHOUT_RATIO else own.ratios
    ratios = (_ratio(shown.get(name)) for name in against)
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
    if abs(value) >= 1e6:
        return f"{value / 1e6:.2f}M"
    if abs(value) >= 1e5:
        return f"{value / 1e3:.0f}k"
    if abs(value) >= 1e4:
        return f"{value / 1e3:.1f}k"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def on_terminal(found: Iterable[Line], against: Sequence[str]) -> Table:
    """For rich."""
    table = Table(*head(against), box=box.SIMPLE_HEAD, pad_edge=False)
    table.columns[1].no_wrap = True
    for column in table.columns[3:]:
        column.justify = "right"
    previous = ""
    for line in found:
        if previous not in ("", line.cells[0]):
            table.add_section()
        previous = line.cells[0]
        table.add_row(*line.cells)
    return table


def markdown(
    found: Iterable[Line],
    against: Sequence[str],
    notes: Sequence[str],
    failures: Sequence[Failure],
) -> str:
    """For a file, with what must be known to read the figures."""
    columns = head(against)
    text = [*notes, "", _row(columns), _row("-" * 3 for _ in columns)]
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
