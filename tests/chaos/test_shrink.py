"""A script that fails is made short: what it takes to fail stays, and as little else as may be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.chaos.faults import Fault, Script
from tests.chaos.plan import first_pass
from tests.chaos.shrink import shrunk


def _faults(script: Script) -> list[Fault]:
    return [fault for storm in script for fault in storm]


@given(st.integers(0, 1000), st.data())
def test_what_it_takes_is_found(seed: int, data: st.DataObject) -> None:
    whole = first_pass(seed)
    culprits = data.draw(st.sets(st.sampled_from(_faults(whole)), min_size=1, max_size=2))
    tried: list[Script] = []

    def fails(script: Script) -> bool:
        tried.append(script)
        return culprits <= set(_faults(script))

    short = shrunk(whole, fails, 1000)
    assert set(_faults(short)) == culprits
    assert all(storm for script in tried for storm in script)
    assert all(sum(fault in storm for storm in whole) for fault in _faults(short))


def test_faults_stay_together_that_were_in_a_storm() -> None:
    whole = first_pass(1)
    storm = next(storm for storm in whole if len(storm) > 1)
    pair = set(storm[:2])
    assert shrunk(whole, lambda script: any(pair <= set(each) for each in script), 1000) == (
        storm[:2],
    )


def test_it_gives_up_after_so_many_runs() -> None:
    whole = first_pass(3)
    runs = 0

    def fails(_script: Script) -> bool:
        nonlocal runs
        runs += 1
        return False

    assert shrunk(whole, fails, 5) == whole
    assert runs == 5
