"""`--log-format json`: every line on stderr is an object, whatever happens, whoever writes it."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.realm import Person, Realm
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow


def _objects(lines: list[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines]


def test_a_realm_that_loses_children_logs_objects_only(tmp_path: Path) -> None:
    with Realm(tmp_path, "--log-format", "json") as realm:
        first = realm.kill("server")
        os.kill(realm.child("broker"), signal.SIGABRT)  # as a failed assertion of a library does
        eventually(lambda: sum("server ready" in line for line in realm.up.errors) == 2)
        assert realm.child("server") != first
        realm.up.signal(signal.SIGTERM)
        assert realm.up.wait() == 0
        lines = _objects(realm.up.errors)
    ended = {line["child"]: line["how"] for line in lines if "child" in line}
    assert ended == {"server": "SIGKILL", "broker": "SIGABRT"}
    assert all({"time", "level", "logger", "event"} <= line.keys() for line in lines)


@pytest.mark.parametrize("command", ["up", "server", "broker"])
def test_why_it_does_not_start_is_an_object_too(command: str, tmp_path: Path) -> None:
    port = free_port()
    own = {
        "up": ("--port", str(port)),
        "server": ("--port", str(port)),
        "broker": ("--publish", f"tcp://127.0.0.1:{port}"),
    }[command]
    host = () if command == "broker" else ("--host", "127.0.0.1")
    options = ("--data", str(tmp_path / "d"), *host, *own, "--log-format", "json")
    with socket.create_server(("127.0.0.1", port)):
        done = Person(tmp_path).run(command, *options)
    assert (done.returncode, done.stdout) == (1, "")
    lines = _objects(done.stderr.splitlines())
    assert any("in use" in str(line["event"]) and line["level"] == "error" for line in lines)


def test_what_is_asked_wrongly_within_an_option_is_an_object_too(tmp_path: Path) -> None:
    options = ("--data", str(tmp_path / "d"), "--broker", "nonsense", "--log-format", "json")
    done = Person(tmp_path).run("server", *options)
    assert done.returncode == 2
    (line,) = _objects(done.stderr.splitlines())
    assert "--broker" in str(line["event"])
