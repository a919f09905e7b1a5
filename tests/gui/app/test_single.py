"""One instance: a later start hands its link to the first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot
from zmqchat_gui.app.single import FirstInstance, hand_over, is_running, name_for

from tests.support.process import ROOT, Process

_LATER = """
import sys
from PySide6.QtCore import QCoreApplication
from zmqchat_gui.app.single import hand_over
application = QCoreApplication([])
sys.exit(0 if hand_over(sys.argv[1], sys.argv[2]) else 3)
"""
_ENVIRONMENT = {"PYTHONPATH": f"{ROOT / 'gui'}:{ROOT}", "PATH": "/usr/bin:/bin"}


@pytest.fixture
def first(tmp_path: Path) -> Iterator[FirstInstance]:
    instance = FirstInstance(name_for(tmp_path))
    yield instance
    instance.close()


def later(tmp_path: Path, link: str) -> Process:
    """Another start of the program, in a process of its own."""
    name = name_for(tmp_path)
    return Process(sys.executable, "-c", _LATER, name, link, environment=_ENVIRONMENT)


@pytest.mark.parametrize("link", ["", "zmqchat://10.0.0.5:5555/key?t=x"])
def test_a_later_start_tells_the_first_of_its_link(
    first: FirstInstance, tmp_path: Path, qtbot: QtBot, link: str
) -> None:
    opened: list[str] = []
    first.opened.connect(opened.append)
    with later(tmp_path, link) as process:
        qtbot.waitUntil(lambda: opened == [link], timeout=20_000)
        assert process.wait() == 0


def test_the_first_is_seen_and_not_disturbed(first: FirstInstance, tmp_path: Path) -> None:
    opened: list[str] = []
    first.opened.connect(opened.append)
    assert is_running(name_for(tmp_path))
    assert not is_running(name_for(tmp_path / "other"))
    assert not opened


def test_nobody_is_there_after_the_first_has_gone(first: FirstInstance, tmp_path: Path) -> None:
    first.close()
    assert not hand_over(name_for(tmp_path), "")


def test_another_home_has_an_instance_of_its_own(first: FirstInstance, tmp_path: Path) -> None:
    assert not hand_over(name_for(tmp_path / "other"), "")


def test_the_place_of_one_that_was_killed_is_taken(tmp_path: Path, qtbot: QtBot) -> None:
    name = name_for(tmp_path)
    code = (
        "import os, sys\nfrom PySide6.QtCore import QCoreApplication\n"
        "from zmqchat_gui.app.single import FirstInstance\n"
        "application = QCoreApplication([])\nfirst = FirstInstance(sys.argv[1])\nos._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", code, name], env=_ENVIRONMENT, check=True)
    instance = FirstInstance(name)
    opened: list[str] = []
    instance.opened.connect(opened.append)
    try:
        with later(tmp_path, "") as process:
            qtbot.waitUntil(lambda: opened == [""], timeout=20_000)
            assert process.wait() == 0
    finally:
        instance.close()


def test_silent_connections_are_bounded_and_keep_no_later_start_out(
    first: FirstInstance, tmp_path: Path, qtbot: QtBot
) -> None:
    opened: list[str] = []
    first.opened.connect(opened.append)
    silent = [QLocalSocket() for _ in range(40)]
    for each in silent:
        each.connectToServer(name_for(tmp_path))
        qtbot.wait(1)
    with later(tmp_path, "zmqchat://there") as process:
        qtbot.waitUntil(lambda: opened == ["zmqchat://there"], timeout=20_000)
        assert process.wait() == 0
    assert len(first._sockets) <= 16
