"""Nothing is imported from the directory in which a command is given, whoever can write there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support.ports import free_ports
from tests.support.process import ROOT, Piped
from tests.support.traps import Traps
from tests.support.waiting import eventually
from zmqchat.runtime import interpreter

pytestmark = pytest.mark.slow


@pytest.fixture
def traps(tmp_path: Path) -> Traps:
    return Traps(tmp_path / "traps")


def _environment(tmp_path: Path) -> dict[str, str]:
    """As in a shell, where nothing makes Python safe."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**ours, "PYTHONPATH": "", "ZMQCHAT_HOME": str(tmp_path / "home")}


def _zmqchat() -> str:
    found = interpreter.program("zmqchat")
    assert found is not None
    return found


def test_traps_work(tmp_path: Path, traps: Traps) -> None:
    command = sys.executable, "-m", "zmqchat.search"
    with Piped(*command, environment=_environment(tmp_path), directory=traps.directory) as process:
        process.wait()
    assert "zmqchat/search/__main__.py" in traps.sprung()


def test_a_realm_and_all_its_processes(tmp_path: Path, traps: Traps) -> None:
    def run(*arguments: str) -> list[str]:
        command = _zmqchat(), *arguments
        with Piped(
            *command, environment=_environment(tmp_path), directory=traps.directory
        ) as process:
            lines = process.rest()
            assert process.wait() == 0, process.log
        return lines

    up = _zmqchat(), "up", "--host", "127.0.0.1", "--port", str(free_ports(3))
    with Piped(*up, environment=_environment(tmp_path), directory=traps.directory) as realm:
        link = realm.line()
        realm.expect("ready")
        run("join", link, "--name", "ann")
        run("send", "general", "found by its words")
        # Only the search process answers this.
        found = eventually(lambda: run("search", "words"))
        assert found is not None
        assert "found by its words" in found[0]
        realm.end()
        assert traps.sprung() == [], realm.log


def test_the_choice_of_a_client(tmp_path: Path, traps: Traps) -> None:
    """`scripts/client` looks whether Qt is there before it opens the window."""
    environment = {**_environment(tmp_path), "DISPLAY": ":none"}
    client = str(ROOT / "scripts" / "client"), "--help"
    with Piped(*client, environment=environment, directory=traps.directory) as process:
        lines = process.rest()
        assert process.wait() == 0, process.log
    assert any("gui" in line for line in lines)
    assert traps.sprung() == []
