"""Bad input: one clear line, the right exit status, and no effect on anybody else."""

from __future__ import annotations

import subprocess

import pytest

from tests.support.realm import Realm


def _one_line(done: subprocess.CompletedProcess[str], status: int = 1) -> str:
    assert done.returncode == status, done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


def test_a_name_belongs_to_one_device(realm: Realm) -> None:
    realm.person("alice")
    second = realm.stranger("second")
    assert "taken" in _one_line(second.run("join", realm.link, "--name", "alice"))


def test_a_name_that_looks_the_same_is_refused(realm: Realm) -> None:
    realm.person("alice")
    _one_line(realm.stranger("cyrillic").run("join", realm.link, "--name", "\u0430lice"))
    _one_line(realm.stranger("hidden").run("join", realm.link, "--name", "ali\u200bce"))
    _one_line(realm.stranger("shout").run("join", realm.link, "--name", "ALICE"))


def test_too_long_a_message_is_refused_and_nothing_is_sent(realm: Realm) -> None:
    alice = realm.person("alice")
    _one_line(alice.run("send", "general", "x" * 70_000))
    assert "xxx" not in alice.does("history", "general")


def test_the_longest_message_arrives_whole(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    text = "ü" * (32 * 1024)
    alice.does("send", "general", "-", text=text + "\n")
    assert text in bob.does("history", "general", "--json", "--limit", "1") or (
        "\\u00fc" * 100 in bob.does("history", "general", "--json", "--limit", "1")
    )


@pytest.mark.parametrize(
    "link",
    [
        "zmqchat://",
        "http://example.org/",
        "zmqchat://127.0.0.1:1/short",
        "zmqchat://127.0.0.1:99999/" + "A" * 43,
        "nonsense",
    ],
)
def test_a_malformed_link_is_one_line(realm: Realm, link: str) -> None:
    done = realm.stranger("x").run("join", link, "--name", "x")
    assert done.returncode in {1, 2}
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_wrong_key_is_said_to_be_one(realm: Realm) -> None:
    host_and_port, _, rest = realm.link.removeprefix("zmqchat://").partition("/")
    key, _, token = rest.partition("?")
    wrong = f"zmqchat://{host_and_port}/{'B' + key[1:] if key[0] != 'B' else 'C' + key[1:]}?{token}"
    done = realm.stranger("x").run("join", wrong, "--name", "x", deadline=60)
    assert "key" in _one_line(done).lower()


def test_a_link_without_its_token_claims_nothing(realm: Realm) -> None:
    bare = realm.link.partition("?")[0]
    assert "link" in _one_line(realm.stranger("x").run("join", bare, "--name", "x"))


def test_unknown_rooms_are_refused(realm: Realm) -> None:
    alice = realm.person("alice")
    for command in (("send", "nowhere", "x"), ("tail", "nowhere"), ("history", "nowhere")):
        _one_line(alice.run(*command))


def test_bad_utf8_is_one_line(realm: Realm) -> None:
    alice = realm.person("alice")
    done = alice.run("send", "general", "-", text=b"good\n\xff\xfe\n")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "good" in alice.does("history", "general")


def test_the_data_directory_serves_one_realm_at_a_time(realm: Realm) -> None:
    other = realm.stranger("operator-2")
    arguments = ("up", "--data", str(realm.data), "--host", "127.0.0.1", "--port", "0")
    done = other.run(*arguments)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "in use" in done.stderr


def test_a_port_in_use_is_named(realm: Realm) -> None:
    other = realm.stranger("operator-3")
    data = other.home / "realm"
    arguments = ("up", "--data", str(data), "--host", "127.0.0.1", "--port", str(realm.port))
    done = other.run(*arguments)
    assert any(f"port {realm.port + offset} " in _one_line(done) for offset in range(3))
    realm.person("alice").does("send", "general", "still here")


def test_the_link_of_no_realm_fails(realm: Realm) -> None:
    nobody = realm.stranger("nobody")
    _one_line(nobody.run("link", "--data", str(nobody.home / "nothing")))
    assert nobody.does("link", "--data", str(realm.data)).strip() == realm.link
