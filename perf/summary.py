"""From rounds to figures: medians and spread, and ratios to the baselines of the same round."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from perf.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the summary.

    `value` is the median over rounds, `low` and `high` their ends; `ratios` are medians of the
    ratios round by round, by baseline.
    """

    scenario: str
    system: str
    metric: str
    value: float
    unit: str
    low: float
    high: float
    rounds: int
    ratios: dict[str, float]


def summarise(outcomes: Iterable[Outcome], baselines: Sequence[str]) -> list[Row]:
    """Every metric of every scenario and system, in the order in which they were measured."""
    values: dict[tuple[str, str, str, str], dict[int, float]] = {}
    for outcome in outcomes:
        for measure in outcome.measures:
            key = outcome.scenario, outcome.system, measure.metric, measure.unit
            values.setdefault(key, {})[outcome.number] = measure.value
    return [
        Row(
            *(scenario, system, metric, statistics.median(rounds.values()), unit),
            *(min(rounds.values()), max(rounds.values()), len(rounds)),
            {
                baseline: ratio
                for baseline in baselines
                if (other := values.get((scenario, baseline, metric, unit)))
                and (ratio := _ratio(rounds, other)) is not None
            },
        )
        for (scenario, system, metric, unit), rounds in values.items()
    ]


def _ratio(rounds: dict[int, float], baseline: dict[int, float]) -> float | None:
    pairs = [
        value / baseline[number] for number, value in rounds.items() if baseline.get(number, 0) > 0
    ]
    return statistics.median(pairs) if pairs else None
