"""Children are started in order, restarted, stopped, and never outlive their supervisor."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.support.waiting import eventually_async
from zmqchat.cli.supervisor import Backoff, NeverReady, Program, supervise

_GOOD = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
print("ready", flush=True)
sys.stdin.read()
"""


def _program(path: Path, script: str = _GOOD) -> Program:
    return Program(path.name, (sys.executable, "-c", script, str(path)))


def _pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_backoff_starts_with_at_once_grows_and_forgets() -> None:
    backoff = Backoff()
    delays = [backoff.delay(lived=0.1) for _ in range(12)]
    assert delays[0] == 0
    assert delays == sorted(delays)
    assert delays[-1] == 30
    assert backoff.delay(lived=60) == 0


async def _supervised(path: Path, *programs: Program) -> None:
    def hand_on(lines: bytes) -> None:
        with path.joinpath("log").open("ab") as log:
            log.write(lines)

    await supervise(programs, path.joinpath("ready").touch, hand_on)


def test_what_dies_is_restarted_and_sigterm_stops_all(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"

    async def scenario() -> None:
        work = asyncio.create_task(_supervised(tmp_path, _program(one), _program(two)))
        await eventually_async((tmp_path / "ready").exists)
        os.kill(_pids(one)[0], signal.SIGKILL)
        await eventually_async(lambda: len(_pids(one)) == 2)
        os.kill(os.getpid(), signal.SIGTERM)
        await work

    asyncio.run(scenario())
    assert len(_pids(two)) == 1
    assert not any(map(_alive, _pids(one) + _pids(two)))


def test_who_gives_up_before_it_was_ready_is_not_restarted(tmp_path: Path) -> None:
    good, bad, third = tmp_path / "good", tmp_path / "bad", tmp_path / "third"
    hopeless = _program(bad, "import sys; open(sys.argv[1], 'a').write('1\\n'); sys.exit(1)")
    with pytest.raises(NeverReady):
        asyncio.run(_supervised(tmp_path, _program(good), hopeless, _program(third)))
    assert len(_pids(bad)) == 1
    assert not third.exists()
    assert not (tmp_path / "ready").exists()
    assert not any(map(_alive, _pids(good)))


def test_who_is_killed_before_it_was_ready_gets_another_chance(tmp_path: Path) -> None:
    path = tmp_path / "late"
    script = (
        "import os, sys\n"
        "if not os.path.exists(sys.argv[1]):\n"
        "    open(sys.argv[1], 'w').close()\n"
        "    os.kill(os.getpid(), 9)\n" + _GOOD
    )

    async def scenario() -> None:
        work = asyncio.create_task(_supervised(tmp_path, _program(path, script)))
        await eventually_async((tmp_path / "ready").exists)
        os.kill(os.getpid(), signal.SIGINT)
        await work

    asyncio.run(scenario())
    assert len(_pids(path)) == 1


def test_a_child_runs_in_a_process_session_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "child"

    async def scenario() -> int:
        work = asyncio.create_task(_supervised(tmp_path, _program(path)))
        await eventually_async((tmp_path / "ready").exists)
        session = os.getsid(_pids(path)[0])
        os.kill(os.getpid(), signal.SIGTERM)
        await work
        return session

    assert asyncio.run(scenario()) == _pids(path)[0]


def test_what_children_write_on_stderr_is_handed_on_also_their_last_words(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    dying = _program(
        bad,
        "import os, subprocess, sys\n"
        "os.write(2, b'first line\\nsecond ')\n"
        # What it started holds its stderr, and must not hold up the supervisor.
        "quiet = {'stdin': subprocess.PIPE, 'stdout': subprocess.DEVNULL}\n"
        "wait = 'import sys, time; sys.stdin.read(); time.sleep(2)'\n"
        "subprocess.Popen([sys.executable, '-c', wait], **quiet)\n"
        "os.write(2, b'line\\nlast words')\n"
        "sys.exit(1)",
    )
    with pytest.raises(NeverReady):
        asyncio.run(_supervised(tmp_path, _program(good), dying))
    lines = (tmp_path / "log").read_bytes().splitlines()
    assert lines == [b"first line", b"second line", b"last words"]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_an_ignored_signal_stays_ignored(number: signal.Signals, tmp_path: Path) -> None:
    """As under `nohup`, and in what a script put into the background."""
    path = tmp_path / "child"

    async def scenario() -> None:
        work = asyncio.create_task(_supervised(tmp_path, _program(path)))
        await eventually_async((tmp_path / "ready").exists)
        os.kill(os.getpid(), number)
        await asyncio.sleep(0.2)
        assert not work.done()
        assert signal.getsignal(number) is signal.SIG_IGN
        os.kill(os.getpid(), signal.SIGTERM)
        await work

    before = signal.signal(number, signal.SIG_IGN)
    try:
        asyncio.run(scenario())
    finally:
        signal.signal(number, before)
