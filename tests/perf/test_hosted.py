"""A system's children start in order, and nothing of them is left, also when one does not start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from perf.child import CannotStart
from perf.ports import free_ports
from perf.systems.hosted import Hosted


class _Hosted(Hosted):
    def __init__(self, second: str) -> None:
        super().__init__()
        self.directory = self._directory
        port = str(free_ports(1))
        self._hosts("first", "perf.systems.threads_hub", port)
        self._hosts("second", second, str(free_ports(1)))


def test_children_run_while_it_is_open() -> None:
    with _Hosted("perf.systems.threads_hub") as hosted:
        processes = hosted.processes
        assert list(processes) == ["second", "first"]
        for pid in processes.values():
            os.kill(pid, 0)
    assert not any(Path(f"/proc/{pid}").exists() for pid in processes.values())
    assert not hosted.directory.exists()


def test_a_child_that_does_not_start_ends_the_others() -> None:
    hosted = _Hosted("perf.systems.no_such_module")
    with pytest.raises(CannotStart, match="No module named"), hosted:
        pass
    assert not hosted.directory.exists()
    # That the first was stopped, every test's own look for processes left behind says.
