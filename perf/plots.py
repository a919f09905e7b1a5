"""The pictures, as SVG: latency distribution, latency over time, fan-out, stages of a message."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "zmqchat"  # the same figures make the same file
from matplotlib import pyplot as plt  # noqa: E402

from perf.latency import STAGES, latency_ns, stages_ns  # noqa: E402
from perf.outcome import Outcome  # noqa: E402
from perf.summary import Row  # noqa: E402

_COLOURS = {
    "zmqchat": "#1b6ca8",
    "bare": "#7a7a7a",
    "bare-curve": "#c0392b",
    "bare-stream": "#b0b0b0",
    "threads": "#e0a030",
}
_MS = 1e6
_POINTS = 2_000  # more of them only make a larger file


class Plots:
    """Gathers what pictures need while rounds finish; `write` draws them."""

    def __init__(self) -> None:
        self._latencies: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._courses: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(dict)
        self._stages: dict[str, dict[str, list[int]]] = {}

    def add(self, outcome: Outcome) -> None:
        """Takes a round's deliveries; of open loops the last round is drawn over time."""
        if not outcome.deliveries:
            return
        deliveries = sorted(outcome.deliveries, key=lambda delivery: delivery.intended_ns)
        latencies = [latency_ns(delivery) for delivery in deliveries]
        self._latencies[outcome.scenario][outcome.system] += latencies
        if outcome.sampled_every == 1:
            course = [(d.intended_ns, latency_ns(d)) for d in deliveries]
            self._courses[outcome.scenario][outcome.system] = course
        if stages := stages_ns(deliveries):
            self._stages[outcome.scenario] = stages

    def write(self, directory: Path, rows: Sequence[Row]) -> list[Path]:
        """Draws all there is something for."""
        written = [
            *(_cdf(directory, name, by) for name, by in self._latencies.items()),
            *(_course(directory, name, by) for name, by in self._courses.items()),
        ]
        if self._stages:
            written.append(_stage_bars(directory, self._stages))
        if len({row.scenario for row in rows if _receivers(row.scenario)}) > 1:
            written.append(_fanout(directory, rows))
        return written


def _axes(title: str, x: str, y: str) -> tuple[Any, Any]:
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.set(title=title, xlabel=x, ylabel=y)
    axes.grid(alpha=0.3)
    return figure, axes


def _save(figure: Any, path: Path) -> Path:
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path


def _file(directory: Path, kind: str, scenario: str) -> Path:
    return directory / f"{kind}-{scenario.replace('@', '-at-')}.svg"


def _cdf(directory: Path, scenario: str, by_system: dict[str, list[int]]) -> Path:
    figure, axes = _axes(f"{scenario}: latency", "ms", "share of deliveries")
    for system, values in by_system.items():
        values = sorted(values)[:: len(values) // _POINTS + 1]
        shares = [(position + 1) / len(values) for position in range(len(values))]
        axes.plot([v / _MS for v in values], shares, label=system, color=_COLOURS.get(system))
    axes.set_xscale("log")
    axes.legend()
    return _save(figure, _file(directory, "cdf", scenario))


def _course(directory: Path, scenario: str, by_system: dict[str, list[tuple[int, int]]]) -> Path:
    title = f"{scenario}: latency, counted from when a message was to be sent"
    figure, axes = _axes(title, "s", "ms")
    for system, course in by_system.items():
        begin = course[0][0]
        course = course[:: len(course) // _POINTS + 1]
        times = [(at - begin) / 1e9 for at, _ in course]
        values = [value / _MS for _, value in course]
        axes.plot(times, values, ".", markersize=2, label=system, color=_COLOURS.get(system))
    axes.set_yscale("log")
    axes.legend(markerscale=4)
    return _save(figure, _file(directory, "time", scenario))


def _stage_bars(directory: Path, by_scenario: dict[str, dict[str, list[int]]]) -> Path:
    figure, axes = _axes("Where a message's time goes (medians)", "share of the whole", "")
    names = list(by_scenario)
    medians = {n: [_median(by_scenario[n][stage]) for stage in STAGES] for n in names}
    labels = [f"{name}\n{sum(medians[name]) / _MS:.1f} ms" for name in names]
    left = [0.0] * len(names)
    for position, stage in enumerate(STAGES):
        shares = [medians[n][position] / max(1, sum(medians[n])) for n in names]
        axes.barh(labels, shares, left=left, label=stage.replace("_", " "))
        left = [before + share for before, share in zip(left, shares, strict=True)]
    figure.legend(loc="outside lower center", ncols=len(STAGES), fontsize="small")
    return _save(figure, directory / "stages.svg")


def _median(values: Sequence[int]) -> int:
    return sorted(values)[len(values) // 2]


def _receivers(scenario: str) -> int:
    match = re.fullmatch(r"fanout-(\d+)", scenario)
    return int(match[1]) if match else 0


def _fanout(directory: Path, rows: Sequence[Row]) -> Path:
    figure, axes = _axes("Fan-out of 200 bytes, saturation", "receivers", "deliveries/s")
    by_system: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in rows:
        if row.metric == "deliveries" and (receivers := _receivers(row.scenario)):
            by_system[row.system].append((receivers, row.value))
    for system, points in by_system.items():
        axes.plot(
            *zip(*sorted(points), strict=True), "o-", label=system, color=_COLOURS.get(system)
        )
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.legend()
    return _save(figure, directory / "fanout.svg")
