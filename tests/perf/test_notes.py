"""Who reads the figures is told what limited them."""

from __future__ import annotations

from perf.notes import notes
from perf.summary import Row


def _row(metric: str, value: float, scenario: str = "chatty", system: str = "bare") -> Row:
    return Row(scenario, system, metric, value, "", value, value, 3, {})


_MACHINE = [
    _row(metric, 50, "machine", "machine") for metric in ("fdatasync_p50", "sign_p50", "verify_p50")
]


def test_a_machine_at_rest_has_nothing_to_tell() -> None:
    found = "\n".join(notes([*_MACHINE, _row("busiest_generator", 40), _row("idle", 0.7)], 3))
    assert "verifying 50" in found
    assert "up to 3 rounds" in found
    assert "generator" not in found
    assert "idle" not in found


def test_limits_are_named_with_where_they_were() -> None:
    rows = [*_MACHINE, _row("busiest_generator", 97), _row("idle", 0.01), _row("foreign_load", 0.8)]
    found = list(notes(rows, 1))
    assert "One round of each." in found
    assert "The load generator was the limit: chatty on bare." in found
    assert any(line.startswith("No processor was idle") for line in found)
    assert any("0.80 cores" in line for line in found)
