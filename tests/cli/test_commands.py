"""The commands as a person finds them, on a realm of real processes."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

import pytest
from typer.main import get_command

from tests.support.ports import free_port
from tests.support.realm import Person, Realm
from tests.support.waiting import eventually
from zmqchat.cli import options
from zmqchat.cli.app import app
from zmqchat.domain.limits import ALLOWANCE, Allowance
from zmqchat.domain.quotas import DEFAULT, Quotas


def test_only_commands_that_work_are_listed() -> None:
    root = get_command(app)
    listed = set(root.commands)  # type: ignore[attr-defined]
    assert listed >= {
        *("up", "broker", "server", "link", "join", "send", "tail", "history", "rooms", "who"),
        *("create", "enter", "leave", "profile", "doctor", "admin", "invite", "kick", "ban"),
        *("edit", "redact", "react", "pin", "pins", "thread", "show", "search", "describe"),
        *("rename", "archive", "role", "status", "name", "picture", "password", "read"),
        *("unread", "mute", "notify", "ignore", "device", "unban", "gui", "chat"),
    }
    assert set(root.commands["admin"].commands) == {  # type: ignore[attr-defined]
        *("backup", "restore", "verify", "broker-kit", "users", "role", "deactivate"),
        *("reactivate", "rename", "recover", "invite", "invites", "revoke", "devices"),
        *("remove-device", "leaderless", "appoint", "new-realm", "new-keys", "usage"),
    }


def test_the_bounds_that_an_operator_may_set_begin_where_the_domain_has_them() -> None:
    assert Quotas(options.NAMES_BY_LINK, options.ROOMS_BY_LINK) == DEFAULT
    rate, quota = options.PERSON_RATE_KIB * 1024, options.PERSON_QUOTA_MIB * 1024 * 1024
    assert Allowance(rate, quota) == ALLOWANCE


def test_lists_are_one_json_object_a_line(realm: Realm) -> None:
    alice = realm.person("alice")
    alice.does("create", "cellar")
    rooms = [json.loads(line) for line in alice.does("rooms", "--json").splitlines()]
    assert {room["name"] for room in rooms} == {"general", "cellar"}
    people = [json.loads(line) for line in alice.does("who", "cellar", "--json").splitlines()]
    assert [(person["name"], person["role"]) for person in people] == [("alice", "owner")]
    (profile,) = (json.loads(line) for line in alice.does("profile", "list", "--json").splitlines())
    assert profile["in_use"]
    assert profile["server"] == f"127.0.0.1:{realm.port}"


def test_ctrl_c_says_what_is_acknowledged_and_what_waits(realm: Realm) -> None:
    alice = realm.person("alice")
    with alice.start("send", "general", "-") as sender:
        sender.write("one\ntwo\n")
        sender.lines(2)
        sender.signal(signal.SIGINT)
        assert sender.wait() == -signal.SIGINT
        assert sender.errors[0].startswith("zmqchat: interrupted: 2 acknowledged")


def test_a_bad_line_ends_sending_after_what_came_before(realm: Realm) -> None:
    alice = realm.person("alice")
    done = alice.run("send", "general", "-", text=b"fine\n\xff\nnot sent\n")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    assert done.stderr == "zmqchat: line 2 is not UTF-8; it and what follows it were not sent\n"


def test_the_realms_own_machine_joins_without_a_link(realm: Realm) -> None:
    local = Person(realm.directory / "local")
    local.does("join", "--name", "bob", "--data", str(realm.data))
    assert local.does("send", "general", "hello").strip().isdigit()


def test_the_doctor_connects_and_says_what_is_down(realm: Realm) -> None:
    alice = realm.person("alice")
    report = alice.does("doctor", "--data", str(realm.data), "--json").splitlines()
    findings = {line["check"]: line["level"] for line in map(json.loads, report)}
    assert set(findings.values()) == {"ok"}
    assert {"keys", "server", "broker", "profile", "clock"} <= set(findings)
    realm.stop()
    done = alice.run("doctor", "--data", str(realm.data))
    assert done.returncode == 1
    assert "fail  server" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_second_realm_on_the_same_directory_or_port_is_one_line(
    realm: Realm, tmp_path: Path
) -> None:
    somebody = realm.stranger("somebody")
    common = ("up", "--host", "127.0.0.1")
    same_data = somebody.run(*common, "--data", str(realm.data), "--port", "0")
    same_port = somebody.run(*common, "--data", str(tmp_path / "d"), "--port", str(realm.port))
    for done, says in ((same_data, "in use"), (same_port, "is in use by another program")):
        assert (done.returncode, done.stdout) == (1, "")
        (line,) = (line for line in done.stderr.splitlines() if line.startswith("zmqchat: "))
        assert says in line


def test_a_port_of_somebody_else_stops_up_before_anything_is_announced(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        up = ("up", "--host", "127.0.0.1", "--port", str(port), "--data", str(tmp_path / "d"))
        done = Person(tmp_path).run(*up)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"port {port} on 127.0.0.1 is in use" in done.stderr


def test_a_killed_supervisor_leaves_nothing_behind(realm: Realm) -> None:
    children = [realm.child("broker"), realm.child("server")]
    realm.up.signal(signal.SIGKILL)
    eventually(lambda: not any(map(_runs, children)))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("send", "general"), 2),
        (("send", "general", ""), 2),
        (("send", "general", "x" * 70_000), 1),
        (("send", "general", "x"), 1),
        (("join", "zmqchat://nonsense", "--name", "x"), 1),
        (("join", "--name", "x"), 1),
        (("profile", "use", "nobody"), 1),
        (("profile", "remove", "../x"), 1),
        (("server", "--broker", "nonsense"), 2),
    ],
)
def test_what_cannot_be_done_is_one_line(
    arguments: tuple[str, ...], status: int, tmp_path: Path
) -> None:
    done = Person(tmp_path / "home").run(*arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith("zmqchat: ")
    assert done.stderr.count("\n") == 1
