"""A real broker and a real server, as processes of their own that a test may kill."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from tests.support.ports import free_ports
from tests.support.realm import Person, Running
from tests.support.waiting import eventually


class Service:
    """`zmqchat broker` and `zmqchat server` of a realm below `directory`, on free ports."""

    _broker: Running
    _server: Running

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.data = directory / "realm"
        self._port = free_ports(3)

    @property
    def link(self) -> str:
        """The realm's join link."""
        return self._operator.does("link", "--data", str(self.data)).strip()

    @property
    def _operator(self) -> Person:
        return Person(self.directory / "operator")

    def start_server(self) -> None:
        """Starts the server (again), and waits until it serves."""
        self._server = Running(
            *(self._operator.home, "server", "--data", str(self.data), "--host", "127.0.0.1"),
            *("--port", str(self._port), "--heartbeat", "1"),
            *("--broker", f"tcp://127.0.0.1:{self._port + 1},tcp://127.0.0.1:{self._port + 2}"),
        )
        try:
            eventually(lambda: any("server ready" in line for line in self._server.errors))
        except BaseException:
            self._server.end()
            raise

    def kill_server(self) -> None:
        """SIGKILL."""
        self._server.kill()

    def person(self, name: str) -> Person:
        """Somebody who has joined under this name, and uses the command line."""
        person = Person(self.home(name))
        person.does("join", self.link, "--name", name)
        return person

    def home(self, name: str) -> Path:
        """Where a person's profiles are."""
        return self.directory / "people" / name

    def wrote(self, name: str, text: str) -> bool:
        """Whether a file of this person's home has the text."""
        files = (path for path in self.home(name).rglob("*") if path.is_file())
        return any(text.encode() in path.read_bytes() for path in files)

    def __enter__(self) -> Self:
        self._broker = Running(
            *(self._operator.home, "broker", "--data", str(self.data)),
            *("--publish", f"tcp://127.0.0.1:{self._port + 1}"),
            *("--subscribe", f"tcp://127.0.0.1:{self._port + 2}"),
        )
        try:
            eventually(lambda: any("broker started" in line for line in self._broker.errors))
            self.start_server()
        except BaseException:
            self._broker.end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._server.end()
        self._broker.end()
