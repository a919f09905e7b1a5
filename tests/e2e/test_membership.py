"""Who is in a room, and who hears it: invitations, kicks and bans on the wire and on disk."""

from __future__ import annotations

import json

from tests.support.realm import Person, Realm


def _texts(person: Person, room: str) -> list[str]:
    lines = person.does("history", room, "--json").splitlines()
    return [json.loads(line)["text"] for line in lines]


def test_who_is_invited_sees_all_of_it_and_who_is_kicked_nothing_more(realm: Realm) -> None:
    alice, bob, carol = (realm.person(name) for name in ("alice", "bob", "carol"))
    alice.does("create", "plans", "--private")
    alice.does("send", "plans", "before bob")
    alice.does("invite", "plans", "bob")
    alice.does("invite", "plans", "carol")
    assert _texts(bob, "plans") == ["before bob"]
    with (
        bob.start("tail", "plans", "--since", "0", "--json") as kicked,
        carol.start("tail", "plans", "--since", "0", "--json") as stays,
    ):
        alice.does("send", "plans", "all three hear this")
        for tail in (kicked, stays):
            while json.loads(tail.line()).get("text") != "all three hear this":
                pass
        alice.does("kick", "plans", "bob")
        alice.does("send", "plans", "without bob")
        # A new epoch began: who stays hears on under another handle and key.
        assert json.loads(stays.line())["member"] == "bob"
        assert json.loads(stays.line())["text"] == "without bob"
        assert kicked.wait() == 1
        heard = [json.loads(line) for line in kicked.rest()]
    assert [event["type"] for event in heard if event["type"] != "kicked"] == []
    assert bob.run("history", "plans").returncode == 1
    assert "plans" not in bob.does("rooms")
    alice.does("admin", "verify", "--data", str(realm.data))
    assert "plans" not in bob.does("rooms")
    alice.does("admin", "verify", "--data", str(realm.data))


def test_who_is_banned_does_not_come_back_before_the_ban_is_lifted(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    alice.does("create", "builds")
    bob.does("enter", "builds")
    assert bob.run("kick", "builds", "alice").returncode == 1
    alice.does("ban", "builds", "bob")
    refused = bob.run("enter", "builds")
    assert (refused.returncode, len(refused.stderr.strip().splitlines())) == (1, 1)
    alice.does("unban", "builds", "bob")
    bob.does("enter", "builds")
    bob.does("send", "builds", "back")
    assert _texts(alice, "builds") == ["back"]
