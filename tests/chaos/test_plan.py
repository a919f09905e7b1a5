"""Plans: from a seed always the same, with every sort of fault, and as text and back."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chaos.faults import SORTS, Fault, Kind, parse, resources, text_of
from tests.chaos.plan import first_pass, storms

seeds = st.integers(0, 2**32)


@given(seeds)
def test_a_seed_is_a_plan(seed: int) -> None:
    first = first_pass(seed)
    assert tuple(islice(storms(seed), len(first))) == first
    assert {fault.sort for storm in first for fault in storm} == SORTS


def test_another_seed_is_another_plan() -> None:
    assert first_pass(1) != first_pass(2)


@given(seeds)
def test_no_two_faults_of_a_storm_need_the_same(seed: int) -> None:
    for storm in islice(storms(seed), 30):
        needed = [each for fault in storm for each in resources(fault)]
        assert len(needed) == len(set(needed)), storm


@given(seeds)
def test_a_plan_is_the_same_as_text(seed: int) -> None:
    first = first_pass(seed)
    assert parse(text_of(first)) == first


def test_a_script_by_hand() -> None:
    text = "# why\n\nstorm\n 0.5 1 clock server by -61 # back\nstorm\n0 0 cut all\n"
    assert parse(text) == (
        (Fault(0.5, 1.0, Kind.CLOCK, "server", -61.0),),
        (Fault(0.0, 0.0, Kind.CUT, "all"),),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0 0 cut all", "line 1 stands before the first storm"),
        ("storm\n0 0 cut", "line 2 is no fault: 0 0 cut"),
        ("storm\n0 0 shave all", "line 2 is no fault"),
        ("storm\n\n0 0 kick alice", "line 3: kick is on one of bob, carol"),
    ],
)
def test_what_is_no_script(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(text)
