"""Options that cannot work are told by their name, in one line, before anything is made."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, get_args, get_origin, get_type_hints

import pytest
import typer

from tests.support.ipv6 import fake_names, needs_ipv6
from tests.support.logs import written
from tests.support.ports import free_ports
from zmqchat.cli import addresses, serve, up
from zmqchat.cli.app import app
from zmqchat.cli.run import run

WRONG = [
    ("up", "--advertise", value)
    for value in (
        *("", "a b", "chat.example:5555", "[::1", "::1]", "fe80::zz", "[chat.example]:1"),
        *("zmqchat://chat.example", "0.0.0.0", "::", "[::]", "*", "300.1.1.1", "1.2.3", "é" * 300),
    )
]
WRONG += [("server", "--advertise", "a b"), ("server", "--host", "nowhere.invalid")]
WRONG += [("up", "--host", value) for value in ("", "192.0.2.1", "2001:db8::1", "a b", "1.2.3.4:5")]
WRONG += [("up", "--port", value) for value in ("-1", "65534", "x")]
WRONG += [("up", "--metrics", value) for value in ("0", "65536", "x")]
WRONG += [("up", "--heartbeat", value) for value in ("nan", "0", "x")]
WRONG += [
    ("up", "--database", value) for value in ("", "postgresql://x/y", "://", "{tmp}", "sqlite://")
]
WRONG += [(command, "--data", "{tmp}/file") for command in ("up", "server", "broker", "link")]
WRONG += [("up", "--data", "{tmp}/file/below")]
WRONG += [(command, "--data", "") for command in ("up", "server", "broker", "link", "doctor")]
WRONG += [
    ("broker", option, value)
    for option in ("--publish", "--subscribe")
    for value in ("", "5556", "tcp://*", "tcp://*:0", "tcp://*:70000", "ipc://", "http://x:1")
]
WRONG += [("broker", "--publish", "tcp://::1:5556"), ("broker", "--publish", "tcp://[h]:5556")]
WRONG += [
    ("server", "--broker", value)
    for value in (
        *("", "host:5556", "tcp://*:5556", "tcp://h:65535", "a,tcp://h:1", "tcp://h:1,b"),
        *("ipc:///x", "tcp://fd00::1:5556", "tcp://a b:5556"),
    )
]


@pytest.fixture(autouse=True)
def _no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log of a process that serves would take stderr from all the tests that follow."""
    for command in (serve, up):
        monkeypatch.setattr(command, "configure", lambda _log_format: None)


@pytest.mark.parametrize(("command", "option", "value"), WRONG)
def test_a_wrong_option_is_named_and_nothing_is_made(
    command: str,
    option: str,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ZMQCHAT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert run(app, [command, option, value.replace("{tmp}", str(tmp_path))]) == 2
    out, err = written(capfd)
    assert (out, err.count("\n")) == ("", 1)
    assert option in err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    "argv",
    [
        *(["admin", command, ""] for command in ("backup", "restore", "verify", "broker-kit")),
        *(["admin", command, "--data", ""] for command in ("new-realm", "users", "verify")),
        ["picture", ""],
    ],
    ids=" ".join,
)
def test_an_empty_path_is_not_the_directory_here(
    argv: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ZMQCHAT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert run(app, argv) == 2
    assert "it is empty" in written(capfd)[1]
    assert list(tmp_path.iterdir()) == []


def test_every_path_is_parsed_by_the_one_that_refuses_empty_ones() -> None:
    found = {
        f"{command.__module__}.{command.__name__} {name}": info.parser
        for command in _commands(app)
        for name, hint in get_type_hints(command, include_extras=True).items()
        if get_origin(hint) is Annotated and Path in {hint.__origin__, *get_args(hint.__origin__)}
        for info in hint.__metadata__
    }
    assert len(found) > 20
    assert {place for place, parser in found.items() if parser is not addresses.path} == set()


def _commands(group: typer.Typer) -> Iterator[Callable[..., object]]:
    yield from (info.callback for info in group.registered_commands if info.callback)
    for below in group.registered_groups:
        if below.typer_instance is not None:
            yield from _commands(below.typer_instance)


def test_a_port_that_is_taken_is_said_before_anything_is_made(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    port = free_ports(4)
    at = ("up", "--data", str(tmp_path / "r"), "--host", "127.0.0.1", "--port", str(port))
    assert run(app, [*at, "--metrics", str(port + 1)]) == 2
    assert "--metrics" in written(capfd)[1]
    for taken, more, says in (
        (port + 2, (), "--port"),
        (port + 3, ("--metrics", str(port + 3)), "--metrics"),
    ):
        with socket.create_server(("127.0.0.1", taken)):
            assert run(app, [*at, *more]) == 1
        err = written(capfd)[1]
        assert f"port {taken} on 127.0.0.1 is in use" in err
        assert says in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("[fe80::1]", "fe80::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("chat.example", "chat.example"),
        ("10.0.0.2", "10.0.0.2"),
        ("my_box", "my_box"),
    ],
)
def test_what_clients_can_dial_is_advertised_without_brackets(value: str, host: str) -> None:
    assert addresses.advertised(value) == host


@needs_ipv6
@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("[::1]", "::1"),
        ("::", "::"),
        ("*", "0.0.0.0"),
        ("127.0.0.1", "127.0.0.1"),
        ("six.example", "six.example"),
        ("both.example", "both.example"),
        ("half.example", "half.example"),
    ],
)
def test_a_host_to_listen_at_is_this_machines(
    value: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_names(
        monkeypatch,
        six_example=["::1"],
        both_example=["127.0.0.1", "::1"],
        half_example=["192.0.2.1", "127.0.0.1"],
        far_example=["192.0.2.1", "2001:db8::1"],
    )
    assert addresses.host(value) == host
    assert up.free_ports(host) > 0
    with pytest.raises(typer.BadParameter, match="no address of this machine"):
        addresses.host("far.example")


@pytest.mark.parametrize("url", ["tcp://*:1", "tcp://127.0.0.1:65535", "tcp://[::1]:7", "ipc:///x"])
def test_where_a_broker_can_listen(url: str) -> None:
    assert addresses.endpoint(url) == url
