"""The short form of a chaos run: two people, and a few faults at once, by real processes."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.drive import drive
from tests.chaos.faults import parse
from tests.chaos.judge import judge

_SCRIPT = """
storm
  0.00 0.00 kill server
  0.00 0.30 swallow bob-broker
  0.10 0.20 kick bob
"""


def test_what_is_promised_is_kept_under_a_few_faults(tmp_path: Path) -> None:
    script = parse(_SCRIPT)
    sorts = frozenset(fault.sort for storm in script for fault in storm)
    outcome = drive(script, tmp_path, wanted=sorts, least=20, cast=("alice", "bob"))
    assert judge(outcome.evidence) == []
