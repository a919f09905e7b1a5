"""A realm of real processes, and people who use it through the real command line.

    with Realm(tmp_path) as realm:                       # `zmqchat up`, waited for until "ready"
        alice = realm.person("alice")                    # joined, with a home of her own
        assert alice.run("send", "general", "hello").stdout == "2\\n"
        with alice.start("tail", "general", "--since", "0", "--json") as tail:
            realm.kill("broker")                         # SIGKILL; `up` restarts it
            line = json.loads(tail.line())               # waits for a line, with a deadline
    # nothing is left running, whatever happened

In a test, ask for the fixture `realm`, which is a started one: a conftest.py gets it by
`from tests.support.realm import realm_fixture as realm_fixture`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from tests.support.ports import free_ports
from tests.support.process import PATIENCE_S, ROOT, Piped
from tests.support.waiting import eventually

_ZMQCHAT = sys.executable, "-m", "zmqchat"


class Running(Piped):
    """A started `zmqchat`, whose profiles and realm live in `home`."""

    def __init__(self, home: Path, *arguments: str) -> None:
        super().__init__(*_ZMQCHAT, *arguments, environment=environment(home))

    def __exit__(self, *_: object) -> None:
        self.end()  # in an orderly way, since `up` has children


class Person:
    """Somebody with a home (profiles, outbox, cache) of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(
        self, *arguments: str, text: str | bytes | None = None, deadline: float = PATIENCE_S
    ) -> subprocess.CompletedProcess[str]:
        """Runs one command to its end, with `text` on stdin."""
        data = text.encode() if isinstance(text, str) else text
        done = subprocess.run(
            [*_ZMQCHAT, *arguments],
            cwd=ROOT,
            env=environment(self.home),
            input=data if data is not None else b"",
            capture_output=True,
            timeout=deadline,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def does(self, *arguments: str, text: str | bytes | None = None) -> str:
        """Runs one command that must succeed, and returns what it printed."""
        done = self.run(*arguments, text=text)
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout

    def start(self, *arguments: str) -> Running:
        """Starts a command that goes on; use it in a `with`."""
        return Running(self.home, *arguments)


class Realm:
    """`zmqchat up` in a directory below `directory`, on three free ports of 127.0.0.1."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.directory = directory
        self.data = directory / "realm"
        self.port = free_ports(3)
        self.link = ""
        self._options = options
        self._up: Running | None = None

    @property
    def up(self) -> Running:
        """The supervisor."""
        assert self._up is not None, "the realm is not started"
        return self._up

    def start(self) -> None:
        """Starts the realm (again) and waits until it is ready."""
        self._up = Running(
            self.directory / "operator",
            *("up", "--data", str(self.data), "--host", "127.0.0.1", "--port", str(self.port)),
            *self._options,
        )
        self.link = self.up.line()
        self.up.expect("ready")

    def stop(self) -> None:
        """Stops the realm in an orderly way."""
        self.up.end()

    def child(self, name: str) -> int:
        """The process id of the child `broker` or `server`; waits for it to be there."""
        pid = eventually(lambda: self._find_child(name))
        assert pid is not None
        return pid

    def _find_child(self, name: str) -> int | None:
        children = Path(f"/proc/{self.up.pid}/task/{self.up.pid}/children")
        for pid in children.read_text().split():
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:  # gone meanwhile
                continue
            if f"zmqchat {name} ".encode() in command:
                return int(pid)
        return None

    def kill(self, name: str) -> int:
        """SIGKILLs the child `broker` or `server`, and returns the process id that it had."""
        pid = self.child(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def stranger(self, name: str) -> Person:
        """Somebody with a home, who has not joined."""
        return Person(self.directory / "people" / name)

    def person(self, name: str) -> Person:
        """Somebody who has joined under this name."""
        person = self.stranger(name)
        person.does("join", self.link, "--name", name)
        return person

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            if self._up is not None:
                self._up.end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@pytest.fixture(name="realm")
def realm_fixture(tmp_path: Path) -> Iterator[Realm]:
    """A started realm, stopped after the test."""
    with Realm(tmp_path) as started:
        yield started


def environment(home: Path) -> dict[str, str]:
    """The environment of a process whose profiles and realm live in `home`."""
    return {**os.environ, "ZMQCHAT_HOME": str(home), "PYTHONPATH": str(ROOT)}
