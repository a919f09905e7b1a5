"""Other ways to run it: a broker elsewhere, IPv6, two realms, no new names, a new database."""

from __future__ import annotations

import json
import shutil
import signal
import urllib.request
from pathlib import Path

from tests.support.ports import free_port, free_ports
from tests.support.realm import Person, Realm


def test_a_broker_runs_from_its_kit_alone_and_carries_everything(tmp_path: Path) -> None:
    data, far = tmp_path / "realm", tmp_path / "far"
    port, metrics = free_ports(3), free_port()
    publish, subscribe = f"tcp://127.0.0.1:{port + 1}", f"tcp://127.0.0.1:{port + 2}"
    operator, alice = Person(tmp_path / "operator"), Person(tmp_path / "alice")
    realm = Realm(tmp_path)
    with realm:  # makes the keys
        pass
    operator.does("admin", "broker-kit", str(tmp_path / "kit"), "--data", str(data))
    shutil.move(tmp_path / "kit", far)
    at = ("--data", str(far), "--publish", publish, "--subscribe", subscribe)
    serving = ("--data", str(data), "--host", "127.0.0.1", "--port", str(port))
    options = ("--broker", f"{publish},{subscribe}", "--durability", "relaxed")
    logs = ("--log-format", "json")
    with (
        operator.start("broker", *at, *logs) as broker,
        operator.start("server", *serving, *options, "--metrics", str(metrics), *logs) as server,
    ):
        assert (broker.line(), server.line()) == ("ready", "ready")
        link = operator.does("link", "--data", str(data)).strip()
        alice.does("join", link, "--name", "alice")
        with alice.start("tail", "general", "--since", "0") as tail:
            tail.line()
            alice.does("send", "general", "through the kit")
            assert "through the kit" in tail.line()
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics", timeout=20) as page:
            assert b"zmqchat_sends_accepted_total 1.0" in page.read()
        for process in (server, broker):
            process.signal(signal.SIGTERM)
            assert process.wait() == 0
            assert all("event" in json.loads(line) for line in process.errors)
    refused = operator.run("server", "--data", str(far))
    assert (refused.returncode, "broker-kit" in refused.stderr) == (1, True)


def test_a_realm_on_the_ipv6_loopback(tmp_path: Path) -> None:
    operator, alice = Person(tmp_path / "operator"), Person(tmp_path / "alice")
    data, port = tmp_path / "realm", free_ports(3)
    with operator.start("up", "--data", str(data), "--host", "::1", "--port", str(port)) as up:
        link = up.line()
        assert link.startswith(f"zmqchat://[::1]:{port}/")
        assert up.line() == "ready"
        alice.does("join", link, "--name", "alice")
        with alice.start("tail", "general", "--since", "0") as tail:
            tail.line()
            alice.does("send", "general", "six")
            assert "six" in tail.line()


def test_two_realms_on_one_machine_have_two_alices(tmp_path: Path) -> None:
    with Realm(tmp_path / "1") as one, Realm(tmp_path / "2") as two:
        alice = one.person("alice")
        alice.does("join", two.link, "--name", "alice")
        alice.does("send", "general", "in two")
        alice.does("send", "general", "in one", "--profile", "alice")
        assert "in one" not in alice.does("history", "general")
        assert "in two" not in alice.does("history", "general", "--profile", "alice")


def test_a_closed_realm_takes_no_new_names_and_keeps_the_old(tmp_path: Path) -> None:
    with Realm(tmp_path) as realm:
        alice = realm.person("alice")
    with Realm(tmp_path, "--registration", "closed") as closed:
        done = closed.stranger("bob").run("join", closed.link, "--name", "bob")
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
        # Every start has ports of its own here; a person would keep the old link.
        alice.does("join", closed.link, "--name", "alice")
        alice.does("send", "general", "still here")


def test_a_realm_that_lost_its_database_is_followed_from_its_new_beginning(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    alice.does("send", "general", "-", text="".join(f"{number}\n" for number in range(10)))
    bob.does("tail", "general", "--since", "0", "--count", "5")
    realm.stop()
    for path in realm.data.glob("zmqchat.db*"):
        path.unlink()
    alice.does("admin", "new-realm", "--data", str(realm.data))
    realm.start()
    with bob.start("tail", "general", "--since", "0", "--json") as tail:
        assert json.loads(tail.line())["type"] == "joined"
        bob.does("send", "general", "from the beginning")
        assert json.loads(tail.line())["text"] == "from the beginning"
        assert "set aside" in " ".join(tail.errors)
    told = bob.run("tail", "general", "--since", "0", "--count", "2")
    assert (told.returncode, told.stderr) == (0, ""), "it is told once"
