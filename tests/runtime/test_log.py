"""Log lines: one a line, whatever is in it, for people or for programs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from zmqchat.runtime.log import configure, note, warn

log = logging.getLogger("zmqchat.test")


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure("text")
    note(log, "session opened", user="alice", device=3)
    output, line = capsys.readouterr()
    assert output == ""
    assert line.endswith(" INFO session opened user=alice device=3\n")


def test_nothing_breaks_the_line_or_moves_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    configure("text")
    warn(log, "odd\nevent", user="a\x1b[2J\nb\u202e")
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert line[:-1].isprintable()
    assert "WARNING" in line


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json")
    warn(log, "cut", reason="a\nb", device=3)
    line = json.loads(capsys.readouterr().err)
    assert line.pop("time").endswith("+00:00")
    expected = {"level": "warning", "logger": "zmqchat.test", "event": "cut"}
    assert line == {**expected, "reason": "a\nb", "device": 3}
