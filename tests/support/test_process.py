"""A started program is heard, ends with its block, and what it said is there afterwards."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest

from tests.support.process import Process, python

_ECHO = """
import sys
print("ready", flush=True)
for line in sys.stdin:
    print(line.strip().upper(), flush=True)
print("over", file=sys.stderr)
sys.exit(7)
"""


def test_what_it_says_is_heard_in_order_and_kept_when_it_has_ended() -> None:
    with python(_ECHO) as echo:
        echo.expect("ready")
        assert echo.running
        echo.write("one\ntwo\nthree\n")
        assert echo.line() == "ONE"
        assert echo.lines(1) == ["TWO"]
        echo.close_input()
        assert echo.rest() == ["THREE"]
        assert (echo.wait(), echo.errors, echo.log) == (7, ["over"], "over")
        assert not echo.running


def test_another_line_and_no_line_are_told_with_what_stderr_says() -> None:
    with python("import sys; print('no'); sys.exit('port in use')") as program:
        program.wait()
        with pytest.raises(AssertionError, match=r"'no' in place of 'ready'; stderr:\nport in use"):
            program.expect("ready")
    with python(_ECHO) as echo:
        echo.expect("ready")
        with pytest.raises(AssertionError, match=r"no line within 0.05 s"):
            echo.line(0.05)


def test_the_end_of_its_output_is_an_empty_line() -> None:
    with python("pass") as program:
        assert program.line() == ""


def test_signals_end_it_and_a_second_end_is_nothing() -> None:
    with python(_ECHO) as one, python(_ECHO) as two, python(_ECHO) as three:
        assert one.stop() == -SIGTERM
        two.kill()
        assert two.wait() == -SIGKILL
        two.end()
        three.end()
        assert three.wait() == -SIGTERM


def test_the_block_ends_it_also_when_the_test_fails() -> None:
    with pytest.raises(RuntimeError), python(_ECHO) as echo:
        raise RuntimeError
    assert not echo.running
    assert not Path(f"/proc/{echo.pid}").exists()


def test_one_that_will_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.process._ORDERLY_S", 0.05)
    deaf = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    with python(deaf + _ECHO) as echo:
        echo.expect("ready")
        echo.end()
        assert echo.wait() == -SIGKILL


def test_streams_of_the_tests_own_and_another_environment() -> None:
    read, write = os.pipe()
    code = "import os; print(os.environ['WHO'], os.getcwd())"
    with Process(
        *(sys.executable, "-c", code), streams=write, environment={"WHO": "ada"}, own_session=True
    ) as program:
        assert program.wait() == 0
    assert os.read(read, 1_000).decode() == f"ada {Path(__file__).parents[2]}\n"
    os.close(read)
    os.close(write)
