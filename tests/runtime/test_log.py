"""Log lines: one a line, whatever is in it and whoever wrote it, for people or for programs."""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable

import pytest

from tests.support.logs import written
from zmqchat.runtime.log import configure, is_kept, note, relay, warn

log = logging.getLogger("zmqchat.test")

_SECRET = "the password is swordfish"

Said = Callable[[], str]


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Said:
    """What was written to the process's stderr since the last call."""

    def read() -> str:
        output, errors = written(capfd)
        assert output == ""
        return errors

    return read


def _failed(error: Exception) -> None:
    try:
        raise error
    except Exception:
        log.exception("a request failed")


def test_text(said: Said) -> None:
    configure("text")
    note(log, "session opened", user="alice", device=3)
    assert said().endswith(" INFO session opened user=alice device=3\n")
    assert is_kept()


def test_nothing_breaks_the_line_or_moves_the_cursor(said: Said) -> None:
    configure("text")
    warn(log, "odd\nevent", user="a\x1b[2J\nb\u202e")
    line = said()
    assert line.count("\n") == 1
    assert line[:-1].isprintable()
    assert "WARNING" in line


def test_json(said: Said) -> None:
    configure("json")
    warn(log, "cut", reason="a\nb", device=3)
    line = json.loads(said())
    assert line.pop("time").endswith("+00:00")
    expected = {"level": "warning", "logger": "zmqchat.test", "event": "cut"}
    assert line == {**expected, "reason": "a\nb", "device": 3}


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_is_told_without_what_it_was_about(form: str, said: Said) -> None:
    configure(form)
    _failed(ValueError(_SECRET))
    text = said()
    assert "a request failed" in text
    assert "in _failed" in text
    assert "ValueError" in text
    assert _SECRET not in text


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_asyncio_logs_is_told_without_the_values(form: str, said: Said) -> None:
    configure(form)
    asyncio_log = logging.getLogger("asyncio")
    error = ValueError(_SECRET)
    asyncio_log.error("Exception in callback heard(%r)\nhandle: …", _SECRET, exc_info=error)
    asyncio_log.error("Task was destroyed but it is pending!\ntask: <Task %r>", _SECRET)
    text = said()
    assert "ValueError" in text
    assert "Task was destroyed" in text
    assert _SECRET not in text


def _objects(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_in_json_every_line_is_an_object_whoever_wrote_it(said: Said) -> None:
    configure("json")
    sys.stderr.write("zmqchat: port 5555 is in use\n")
    print("one", "two", file=sys.stderr)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old\nways", stacklevel=1)
    thread = threading.Thread(target=lambda: _SECRET.no, name="reader")  # type: ignore[attr-defined]
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError(_SECRET), None)
    text = said()
    lines = _objects(text)
    assert [line["level"] for line in lines] == [
        "error",
        "error",
        "warning",
        "critical",
        "critical",
    ]
    assert [line["event"] for line in lines[:2]] == ["port 5555 is in use", "one two"]
    assert lines[3]["event"] == "internal error in thread reader"
    assert "AttributeError" in str(lines[3]["traceback"])
    assert _SECRET not in text


def test_in_text_what_others_write_stays_as_it_is(said: Said) -> None:
    configure("text")
    sys.stderr.write("zmqchat: port 5555 is in use\n")
    relay(b"2026 INFO from a child\nand more\n")
    assert said() == "zmqchat: port 5555 is in use\n2026 INFO from a child\nand more\n"


def test_lines_of_a_child_are_objects_too(said: Said) -> None:
    configure("json")
    relay(b'{"event": "fine"}\nAssertion failed: x\n  (src/y.cpp:1)\n[1]\n')
    relay(b'{"event": "again"}\n{\n\xff\n')
    events = [line["event"] for line in _objects(said())]
    assert events == ["fine", "Assertion failed: x\n  (src/y.cpp:1)\n[1]", "again", "{\n\\xff"]
