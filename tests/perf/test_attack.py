"""What the honest wait for beside attackers: percentiles, and a real run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from perf.attack import ATTACKS, at


def test_a_share_is_of_all_values() -> None:
    assert at([], 0.99) == 0
    assert at([5.0], 0.99) == 5
    assert at([float(value) for value in range(100, 0, -1)], 0.5) == 51
    assert at([float(value) for value in range(1, 101)], 0.99) == 100


@pytest.mark.slow
def test_every_attack_is_measured_beside_nobody_and_a_burnt_processor() -> None:
    command = [sys.executable, "-m", "perf.attack", "--seconds", "1", "--rounds", "1"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=170)
    assert run.returncode == 0, run.stdout + run.stderr
    assert all(f"│ {name} " in run.stdout for name in ATTACKS)
    assert run.stderr == ""
