"""Accounts and devices from the shell: by the operator's key, and as an administrator."""

from __future__ import annotations

import json

import pytest

from tests.support.realm import Person, Realm


def _lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def _operator(realm: Realm) -> Person:
    return realm.stranger("operator")


def test_the_operator_and_administrators_lead_the_realm_and_nobody_else(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    operator, data = _operator(realm), ("--data", str(realm.data))
    assert [user["name"] for user in _lines(operator.does("admin", "users", "--json", *data))] == [
        "alice",
        "bob",
    ]
    refused = bob.run("admin", "users", "--profile", "bob")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    operator.does("admin", "role", "bob", "admin", *data)
    bob.does("admin", "rename", "alice", "alicia", "--profile", "bob")
    assert "alicia" in alice.does("who")
    bob.does("admin", "deactivate", "alicia", "-p", "bob")
    closed = alice.run("send", "general", "x")
    assert (closed.returncode, "closed by an administrator" in closed.stderr) == (1, True)
    bob.does("admin", "reactivate", "alicia", "-p", "bob")
    alice.does("send", "general", "x")
    assert bob.run("admin", "users", "-p", "bob", *data).returncode == 2


def test_an_invitation_is_a_link_for_one_name(realm: Realm) -> None:
    operator, data = _operator(realm), ("--data", str(realm.data))
    made = json.loads(
        operator.does("admin", "invite", "--guest", "--label", "dave", "--json", *data)
    )
    dave, erin = realm.stranger("dave"), realm.stranger("erin")
    dave.does("join", made["link"], "--name", "dave")
    (listed,) = _lines(operator.does("admin", "invites", "--json", *data))
    assert (listed["role"], listed["used_by"], listed["label"]) == ("guest", "dave", "dave")
    assert erin.run("join", made["link"], "--name", "erin").returncode == 1
    operator.does("admin", "invite", *data)
    newest = _lines(operator.does("admin", "invites", "--json", *data))[0]
    operator.does("admin", "revoke", str(newest["id"]), *data)


def test_further_devices_come_in_by_code_and_by_password_and_go_out(realm: Realm) -> None:
    alice, phone, pad = realm.person("alice"), realm.stranger("phone"), realm.stranger("pad")
    code = alice.does("device", "link").strip()
    phone.does("join", realm.link, "--name", "alice", "--code", code, "--device", "phone")
    assert pad.run("join", realm.link, "--name", "alice", "--code", code).returncode == 1
    alice.does("password", "--stdin", text="correct horse\n")
    wrong = pad.run("join", realm.link, "--name", "alice", "--password-stdin", text="wrong\n")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (1, 1)
    pad.does("join", realm.link, "--name", "alice", "--password-stdin", text="correct horse\n")
    devices = _lines(alice.does("device", "list", "--json"))
    assert [device["this"] for device in devices] == [True, False, False]
    number = str(devices[1]["id"])
    assert devices[1]["label"] == "phone"
    alice.does("device", "rename", number, "old phone")
    assert "old phone" in pad.does("device", "list")
    alice.does("device", "remove", number)
    out = phone.run("send", "general", "x")
    assert (out.returncode, "removed" in out.stderr) == (1, True)


def test_who_lost_all_devices_is_let_in_again(realm: Realm) -> None:
    realm.person("alice")
    code = _operator(realm).does("admin", "recover", "alice", "--data", str(realm.data)).strip()
    again = realm.stranger("again")
    again.does("join", realm.link, "--name", "alice", "--code", code)
    again.does("send", "general", "back")


def test_without_a_server_one_line_says_so(realm: Realm) -> None:
    realm.stop()
    done = _operator(realm).run("admin", "users", "--data", str(realm.data))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "nothing was done" in done.stderr
    assert "doctor" in done.stderr
    none = _operator(realm).run("admin", "users", "--data", str(realm.directory / "none"))
    assert (none.returncode, "there is no realm in" in none.stderr) == (1, True)


@pytest.mark.timeout(240)  # a dozen commands, on a machine that may be busy
def test_a_room_that_loses_its_last_owner_is_named_and_led_again(realm: Realm) -> None:
    owner, member = realm.person("olga"), realm.person("mia")
    operator, data = _operator(realm), ("--data", str(realm.data))
    owner.does("create", "plans", "--private")
    owner.does("invite", "plans", "mia")
    closed = operator.run("admin", "deactivate", "olga", *data)
    assert (closed.returncode, closed.stdout) == (0, "")
    assert closed.stderr.strip() == (
        "#plans has no owner now; give it one: zmqchat admin appoint plans NAME (mia)"
    )
    (listed,) = _lines(operator.does("admin", "leaderless", "--json", *data))
    assert listed == {"room": "plans", "members": ["mia"]}
    assert member.run("archive", "plans").returncode == 1
    with member.start("tail", "plans", "--since", "0", "--json") as tail:
        operator.does("admin", "appoint", "plans", "mia", *data)
        event = json.loads(tail.line())
        while event["type"] != "appointed":
            event = json.loads(tail.line())
        assert (event["member"], event["role"]) == ("mia", "owner")
    assert operator.does("admin", "leaderless", *data) == ""
    assert operator.run("admin", "appoint", "plans", "mia", *data).returncode == 1
    member.does("archive", "plans")
    assert "all whole" in operator.does("admin", "verify", *data)
