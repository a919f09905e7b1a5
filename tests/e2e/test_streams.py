"""Standard streams that are closed, full or unread decide nothing of what is served and sent."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

import zmqchat
from tests.support.pipes import full_pipe, unread_pipe
from tests.support.ports import free_ports
from tests.support.process import PATIENCE_S, ROOT
from tests.support.realm import Person, Realm, environment
from tests.support.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

_SESSIONS = 200
_ENDS = ("0", "1", "2")  # stdin, stdout, stderr


@contextmanager
def _started(
    home: Path, *arguments: str, stdout: int | None = None, stderr: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A `zmqchat` with these streams; stopped by SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, "-m", "zmqchat", *arguments],
        cwd=ROOT,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if stdout is None else stdout,
        stderr=subprocess.DEVNULL if stderr is None else stderr,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        finally:
            process.kill()
            process.wait()


def _shell(home: Path, command: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a line of bash in which `zmqchat` is this one."""
    program = f"{shlex.quote(sys.executable)} -m zmqchat"
    return subprocess.run(
        ["bash", "-c", command.replace("zmqchat", program)],
        cwd=ROOT,
        env=environment(home),
        input=text,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )


def _link(operator: Person, data: Path) -> str:
    """The join link of a realm that is being started."""

    def found() -> str:
        done = operator.run("link", "--data", str(data))
        return done.stdout.strip() if done.returncode == 0 else ""

    return eventually(found, PATIENCE_S)


async def _serves(link: str, sessions: int = 1) -> None:
    """So many sessions, one after the other, each of somebody else."""
    for number in range(sessions):
        async with zmqchat.connect(link, f"visitor{number}", ephemeral=True) as chat:
            await chat.send("general", "hello")


def _realm_options(tmp_path: Path) -> tuple[str, ...]:
    port = str(free_ports(3))
    return ("--data", str(tmp_path / "realm"), "--host", "127.0.0.1", "--port", port)


def test_a_realm_whose_log_nobody_reads_serves_and_ends(tmp_path: Path) -> None:
    operator = Person(tmp_path / "operator")
    options = _realm_options(tmp_path)
    with full_pipe() as (_, pipe):
        with _started(operator.home, "up", *options, stdout=pipe, stderr=pipe) as up:
            asyncio.run(_serves(_link(operator, tmp_path / "realm"), _SESSIONS))
            assert up.poll() is None
        assert up.returncode == 0


def test_a_broker_and_a_server_whose_logs_nobody_reads_serve_and_end(tmp_path: Path) -> None:
    operator = Person(tmp_path / "operator")
    data, port = str(tmp_path / "realm"), free_ports(3)
    at = ("--publish", f"tcp://127.0.0.1:{port + 1}", "--subscribe", f"tcp://127.0.0.1:{port + 2}")
    to = ("--host", "127.0.0.1", "--port", str(port))
    with full_pipe() as (_, pipe):
        with (
            _started(operator.home, "server", "--data", data, *to, stdout=pipe, stderr=pipe) as one,
            _started(operator.home, "broker", "--data", data, *at, stdout=pipe, stderr=pipe) as two,
        ):
            asyncio.run(_serves(_link(operator, tmp_path / "realm"), _SESSIONS))
        assert (one.returncode, two.returncode) == (0, 0)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("kind", ["closed reader", "full disk"])
def test_a_realm_whose_output_goes_nowhere_serves(kind: str, stream: str, tmp_path: Path) -> None:
    operator = Person(tmp_path / "operator")
    options = _realm_options(tmp_path)
    with unread_pipe() as pipe, open("/dev/full", "wb") as full:  # noqa: PTH123
        output = pipe if kind == "closed reader" else full.fileno()
        with _started(operator.home, "up", *options, **{stream: output}) as up:
            asyncio.run(_serves(_link(operator, tmp_path / "realm")))
            assert up.poll() is None
        assert up.returncode == 0


_COMBINATIONS = [
    combination
    for count in range(1, len(_ENDS) + 1)
    for combination in itertools.combinations(_ENDS, count)
]


def _closing(closed: Sequence[str]) -> str:
    return " ".join(f"{number}>&-" for number in closed)


@pytest.mark.parametrize("closed", ["0", "1", "2", "02", "012"])
def test_a_realm_with_closed_streams_serves_and_is_not_written_into(
    closed: str, tmp_path: Path
) -> None:
    operator = Person(tmp_path / "operator")
    options = shlex.join(_realm_options(tmp_path))
    script = f"exec zmqchat up {options} {_closing(closed)}"
    program = f"{shlex.quote(sys.executable)} -m zmqchat"
    up = subprocess.Popen(
        ["bash", "-c", script.replace("zmqchat", program)],
        cwd=ROOT,
        env=environment(operator.home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        asyncio.run(_serves(_link(operator, tmp_path / "realm")))
        operator.does("admin", "verify", "--data", str(tmp_path / "realm"))
        for number in closed:
            assert _where(up.pid, number) == os.devnull
    finally:
        up.terminate()
        out, err = up.communicate(timeout=PATIENCE_S)
    assert up.returncode == 0
    assert out.endswith(b"\nready\n") == ("1" not in closed)
    assert (b"server stopped" in err) == ("2" not in closed)


def _where(pid: int, descriptor: str) -> str:
    return str(Path(f"/proc/{pid}/fd/{descriptor}").readlink())


def test_commands_with_closed_streams_do_what_they_are_to_do(realm: Realm) -> None:
    alice = realm.person("alice")
    sent: list[str] = []
    for closed in _COMBINATIONS:
        closing = _closing(closed)
        word = "".join(closed)
        commands = (f"send general {word}", "send general -", "history general --limit 1")
        for command in commands:
            done = _shell(alice.home, f"zmqchat {command} {closing}", f"stdin of {word}\n")
            assert done.returncode == 0, (command, closing, done.stderr)
            prints = "1" not in closed and ("0" not in closed or not command.endswith("-"))
            assert bool(done.stdout) == prints
            assert "Traceback" not in done.stderr
        sent += [word] if "0" in closed else [word, f"stdin of {word}"]
        wrong = _shell(alice.home, f"zmqchat send nowhere x {closing}")
        assert wrong.returncode == 1
        assert len(wrong.stderr.splitlines()) == ("2" not in closed)
    lines = alice.does("history", "general", "--json").splitlines()
    assert [json.loads(line)["text"] for line in lines] == sent


def test_sending_from_a_closed_stdin_says_that_nothing_was_sent(realm: Realm) -> None:
    alice = realm.person("alice")
    for source in ("<&-", "</dev/null"):
        done = _shell(alice.home, f"zmqchat send general - {source}")
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == (
            "zmqchat: there was nothing to send: stdin is closed, or /dev/null\n"
        )
    done = _shell(alice.home, "zmqchat send general -", "")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), "an empty pipe is usual"


def test_what_is_sent_is_done_though_its_number_cannot_be_printed(realm: Realm) -> None:
    """A cron job that sees a failure sends again."""
    alice = realm.person("alice")
    full = _shell(alice.home, "zmqchat send general one >/dev/full")
    assert full.returncode == 0
    assert full.stderr == (
        "zmqchat: it is done, but stdout cannot be written (No space left on device): 2\n"
    )
    deaf = _shell(alice.home, "zmqchat send general two >/dev/full 2>/dev/full")
    assert (deaf.returncode, deaf.stderr) == (0, "")
    gone = _shell(alice.home, "zmqchat send general - | true; exit ${PIPESTATUS[0]}", "a\n" * 50)
    assert (gone.returncode, gone.stderr) == (0, "")
    printed = alice.does("history", "general", "--json", "--limit", "100").splitlines()
    assert [json.loads(line)["text"] for line in printed] == ["one", "two", *["a"] * 50]


@pytest.mark.parametrize("command", ["history general", "tail general --since 0", "--help"])
def test_the_reader_of_output_may_leave_early(command: str, realm: Realm) -> None:
    alice = realm.person("alice")
    alice.does("send", "general", "-", text="".join(f"{n}\n" for n in range(20)))
    done = _shell(alice.home, f"zmqchat {command} | head -n 1; exit ${{PIPESTATUS[0]}}")
    assert done.returncode in {0, 141}
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


def test_output_that_is_all_that_was_asked_for_fails_in_one_line(realm: Realm) -> None:
    alice = realm.person("alice")
    alice.does("send", "general", "hello")
    done = _shell(alice.home, "zmqchat history general >/dev/full")
    assert done.returncode == 1
    assert done.stderr == "zmqchat: stdout: No space left on device\n"


def test_a_realm_under_nohup_survives_its_terminal(tmp_path: Path) -> None:
    operator = Person(tmp_path / "operator")
    options = shlex.join(_realm_options(tmp_path))
    program = f"{shlex.quote(sys.executable)} -m zmqchat"
    script = f"trap '' HUP INT; exec {program} up {options}"
    with subprocess.Popen(
        ["bash", "-c", script],
        cwd=ROOT,
        env=environment(operator.home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as up:
        assert up.stdout is not None
        link = up.stdout.readline().decode().strip()
        assert up.stdout.readline() == b"ready\n"
        family = [up.pid, *_children(up.pid)]
        assert len(family) == 3
        for pid in family:
            os.kill(pid, signal.SIGHUP)
            os.kill(pid, signal.SIGINT)
        asyncio.run(_serves(link))
        assert [up.pid, *_children(up.pid)] == family
        up.terminate()
        assert up.wait(PATIENCE_S) == 0


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
