"""A process of the harness's own: what it says arrives, and it is gone after its context."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from perf.plan import LostMessages
from perf.spawned import Spawned
from tests.support.traps import Traps
from tests.support.waiting import eventually


def _answer(pipe: Connection, first: int, second: int) -> None:
    pipe.send(os.getpid())
    pipe.send(first + second)
    pipe.recv()


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_what_it_says_arrives_and_it_is_gone_after_its_context() -> None:
    with Spawned("adder", _answer, 2, 3) as adder:
        pid = adder.said()
        assert pid != os.getpid()
        assert adder.said() == 5
    assert _is_gone(pid)


def test_one_that_has_ended_is_named() -> None:
    with Spawned("the adder", _answer, 2, 3) as adder:
        adder.said()
        adder.said()
        adder.pipe.send("go")
        with pytest.raises(LostMessages, match="the adder ended early"):
            adder.said()


def test_one_that_is_given_time_ends_by_itself() -> None:
    adder = Spawned("adder", _answer, 2, 3)
    pid = adder.said()
    adder.pipe.send("go")
    adder.end(20)
    eventually(lambda: _is_gone(pid))


def test_it_imports_nothing_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    traps = Traps(tmp_path)
    monkeypatch.setenv("PYTHONSAFEPATH", "")  # as in a shell, and so again afterwards
    monkeypatch.chdir(traps.directory)
    with Spawned("adder", _answer, 2, 3) as adder:
        adder.said()
        assert adder.said() == 5
    assert traps.sprung() == []
