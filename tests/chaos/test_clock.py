"""A clock that somebody else sets, in a process of its own."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.chaos import clock
from tests.support.process import Piped

_PROGRAM = """
import sys, time
from pathlib import Path
from tests.chaos import clock
clock.install(Path(sys.argv[1]))
for _ in sys.stdin:
    print(time.time_ns(), time.time(), time.monotonic_ns(), flush=True)
"""


@pytest.mark.parametrize("jump", [86_400.0, -3_700.5])
def test_the_wall_clock_jumps_there_and_back_and_the_other_goes_on(
    tmp_path: Path, jump: float
) -> None:
    path = tmp_path / "clock"
    clock.make(path)
    with Piped(sys.executable, "-c", _PROGRAM, str(path)) as program:

        def off() -> tuple[float, float]:
            program.write("\n")
            wall_ns, wall, steady = program.line().split()
            assert int(steady) <= time.monotonic_ns()
            return int(wall_ns) / 1e9 - time.time(), float(wall) - time.time()

        assert off() == pytest.approx((0, 0), abs=30)
        clock.set_off(path, jump)
        assert off() == pytest.approx((jump, jump), abs=30)
        clock.set_off(path, 0)
        assert off() == pytest.approx((0, 0), abs=30)
