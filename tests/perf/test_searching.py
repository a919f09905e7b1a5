"""A small realm is filled, asked and searched: every figure of the headline comes out."""

from __future__ import annotations

from perf.scenarios.searching import Searching
from perf.systems.zmqchat import Zmqchat


def test_a_small_realm_is_filled_asked_and_searched() -> None:
    scenario = Searching(rooms=3, messages=10, seconds=1, times=1)
    with Zmqchat() as realm:
        outcome = scenario.run(realm, 0)
    measured = {measure.metric: measure.value for measure in outcome.measures}
    assert set(scenario.headline) <= set(measured)
    assert measured["searches"] >= 1
