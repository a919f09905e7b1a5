"""Bugs that are planted into real processes are found, each as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.drive import drive
from tests.chaos.faults import parse
from tests.chaos.judge import judge
from tests.chaos.plants import PLANTS, VARIABLE

pytestmark = pytest.mark.chaos


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_bug_is_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, name)
    plant = PLANTS[name]
    outcome = drive(parse(plant.script), tmp_path)
    findings = judge(outcome.evidence)
    assert plant.shows in {finding.invariant for finding in findings}, findings
