"""What must be known to read the figures: the machine, how they were taken, what disturbed them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from perf import proc
from perf.summary import Row

_BUSY_PERCENT = 90
_IDLE_CORES = 0.1
_MACHINE = (
    ("fdatasync of 4 KiB", "fdatasync_p50"),
    ("signing", "sign_p50"),
    ("verifying", "verify_p50"),
)


def notes(rows: Sequence[Row], rounds: int) -> Iterator[str]:
    """Lines for people, above the table."""
    own = {row.metric: row.value for row in rows if row.scenario == "machine"}
    took = ", ".join(f"{what} {own[metric]:.0f} µs" for what, metric in _MACHINE)
    yield f"Machine: {proc.machine()}. Medians here: {took}."
    yield _rounds(rounds)
    yield "Saturation rounds keep a sample of deliveries (sampled_1_in in summary.csv)."
    if foreign := [row.high for row in rows if row.metric == "foreign_load"]:
        yield f"Load from elsewhere: up to {max(foreign):.2f} cores in a round."
    if busy := _where(rows, "busiest_generator", lambda percent: percent >= _BUSY_PERCENT):
        yield f"The load generator was the limit: {busy}."
    if full := _where(rows, "idle", lambda cores: cores < _IDLE_CORES):
        yield f"No processor was idle, so that whatever waited also waited for one: {full}."


def _rounds(rounds: int) -> str:
    if rounds == 1:
        return "One round of each."
    return (
        f"Medians (and spread) of up to {rounds} rounds, systems in turn; "
        "ratios are medians of the ratios round by round."
    )


def _where(rows: Sequence[Row], metric: str, holds: Callable[[float], bool]) -> str:
    found = (f"{r.scenario} on {r.system}" for r in rows if r.metric == metric and holds(r.value))
    return ", ".join(found)
