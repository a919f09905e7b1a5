"""The kept inputs of every target, without atheris: nothing is found, and every branch is taken."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.arcs import Arc, fewest
from tests.fuzz.corpus import keep, kept
from tests.fuzz.targets import TARGETS

_UNREACHED = {
    # What no peer reaches: codes are made here, and links by who serves.
    "codes.py": {"new_code"},
    "links.py": {"JoinLink.__post_init__", "JoinLink.address"},
}


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_found_in_what_is_kept(target: str) -> None:
    inputs = kept(target)
    assert inputs
    for data in inputs:
        TARGETS[target](data)


def test_what_is_kept_takes_every_branch_of_our_own_decoding() -> None:
    command = [sys.executable, "-m", "tests.fuzz.branches"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    missing = {
        module: {where: lines for where, lines in found.items() if lines}
        for module, found in json.loads(run.stdout).items()
    }
    for module, functions in _UNREACHED.items():
        for function in functions:
            del missing[module][function]
    assert {module: found for module, found in missing.items() if found} == {}


def test_only_what_takes_a_new_step_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: set[Arc] = set()
    picture, cut = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17), b"\x89PNG\r\n\x1a\n"
    longer = picture + b"more"
    assert fewest(TARGETS["picture"], [longer, picture, cut, cut], known) == [cut, picture]
    assert fewest(TARGETS["picture"], [longer], known) == []
    monkeypatch.setattr("tests.fuzz.corpus._KEPT", tmp_path / "kept")
    keep("picture", [picture, cut])
    assert kept("picture") == [cut, picture]
