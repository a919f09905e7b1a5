"""Scenarios are found by name, and what has no scenario is told so."""

from __future__ import annotations

import pytest

from perf import catalogue
from perf.traffic import Traffic


@pytest.mark.parametrize("name", catalogue.FULL)
def test_what_is_run_by_default_exists_under_its_name(name: str) -> None:
    scenario = catalogue.find(name)
    assert scenario.name == name
    assert scenario.systems[0] == "zmqchat"
    assert scenario.headline


def test_a_rate_makes_an_open_loop() -> None:
    scenario = catalogue.find("fanout-10@100")
    assert isinstance(scenario, Traffic)
    assert (scenario.receivers, scenario.rate, scenario.count) == (10, 100.0, 300)


@pytest.mark.parametrize("name", ["fanout-0", "nothing", "connect-1000@5", "fanout-1@fast"])
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(catalogue.UnknownScenario):
        catalogue.find(name)
