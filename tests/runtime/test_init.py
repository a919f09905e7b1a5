"""As process 1: signals reach the program, its status is the container's, and no zombie stays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from signal import SIGTERM, Signals

import pytest

from tests.support.process import PATIENCE_S, ROOT, Piped
from tests.support.realm import environment
from tests.support.waiting import eventually

_CONTAINER = ("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")


def _works() -> bool:
    if shutil.which(_CONTAINER[0]) is None:
        return False
    return subprocess.run([*_CONTAINER, "true"], capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not _works(), reason="no PID namespace may be made here")

_PROGRAM = """
import os, signal, sys
from zmqchat.runtime.start import begin
begin()
if sys.argv[1] == "orphan":
    for _ in range(3):  # each loses its parent at once, and then ends
        if os.fork() == 0:
            if os.fork() == 0:
                os._exit(0)
            os._exit(0)
        os.wait()
def heard(number, _):
    print(signal.Signals(number).name, flush=True)
    sys.exit(7)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, heard)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "status":
    sys.exit(3)
print("started", os.getpid(), flush=True)
while True:
    signal.pause()
"""


def _contained(what: str) -> Piped:
    return Piped(*_CONTAINER, sys.executable, "-c", _PROGRAM, what, environment=environment(ROOT))


def _descendants(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    children = [int(child) for child in path.read_text().split()] if path.exists() else []
    return [*children, *(deeper for child in children for deeper in _descendants(child))]


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.parametrize("number", [Signals.SIGTERM, Signals.SIGHUP, Signals.SIGINT])
def test_signals_reach_the_program_and_its_status_comes_out(number: Signals) -> None:
    with _contained("wait") as container:
        assert container.line() != "started 1"
        first = _descendants(container.pid)[0]
        os.kill(first, number)
        container.expect(number.name)
        assert container.wait() == 7


@pytest.mark.parametrize(("what", "status"), [("status", 3), ("killed", 137)])
def test_the_programs_end_is_the_containers(what: str, status: int) -> None:
    with _contained(what) as container:
        assert container.wait() == status


def test_those_who_lost_their_parent_are_waited_for() -> None:
    with _contained("orphan") as container:
        assert container.line().startswith("started")
        eventually(lambda: len(_descendants(container.pid)) == 2)  # process 1, and the program
        os.kill(_descendants(container.pid)[0], SIGTERM)
        assert container.wait() == 7


def test_a_realm_as_process_1_leaves_no_zombie_and_stops_when_told(tmp_path: Path) -> None:
    serve = ("up", "--host", "127.0.0.1", "--port", "0", "--data", str(tmp_path / "realm"))
    command = (*_CONTAINER, sys.executable, "-m", "zmqchat", *serve)
    with Piped(*command, environment=environment(tmp_path)) as container:
        assert container.line().startswith("zmqchat://")
        container.expect("ready")

        def search() -> int | None:
            for pid in _descendants(container.pid):
                if b"zmqchat.search" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
            return None

        orphan = eventually(search)
        assert orphan is not None
        server = int(Path(f"/proc/{orphan}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(server, 9)
        eventually(lambda: not Path(f"/proc/{orphan}").exists(), PATIENCE_S)
        eventually(lambda: search() not in {None, orphan}, PATIENCE_S)
        assert "Z" not in {_state(pid) for pid in _descendants(container.pid)}
        os.kill(_descendants(container.pid)[0], SIGTERM)
        assert container.wait() == 0
        assert "server stopped" in container.log
