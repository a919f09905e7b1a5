"""Names are not identities: who is renamed stays who it is, and nobody is taken for another."""

from __future__ import annotations

import json

from tests.support.realm import Person, Realm, Running
from tests.support.waiting import eventually


def _events(person: Person, room: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in person.does("history", room, "--json").splitlines()]


def _posted(tail: Running) -> dict[str, object]:
    """The next message."""
    while True:
        event: dict[str, object] = json.loads(tail.line())
        if event["type"] == "posted":
            return event


def test_nobody_is_called_like_two_people(realm: Realm) -> None:
    ann, ben, eve = (realm.person(name) for name in ("ann", "ben", "eve"))
    link = eve.does("link", "--data", str(realm.data)).strip()
    for name in ("ann,ben", "ann ben", "@ann", "#ann", "ann@ben", "ann:"):
        refused = realm.stranger("mallory").run("join", link, "--name", name)
        assert refused.returncode != 0, name
        assert "cannot be used" in refused.stderr
    eve.does("send", "@ann,ben", "for both")
    assert [event["text"] for event in _events(ann, "@ben,eve")] == ["for both"]
    assert [event["text"] for event in _events(ben, "@eve, @ann")] == ["for both"]


def test_who_is_renamed_is_found_by_both_names_and_keeps_what_is_theirs(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    data = ("--data", str(realm.data))
    alice.does("send", "@bob", "one")
    (said,) = _events(bob, "@alice")
    mine = bob.does("send", "general", "mine").strip()
    alice.does("ignore", "bob")
    with alice.start("tail", "@bob", "--since", "0", "--json") as tail:
        first = _posted(tail)
        assert (first["room"], first["text"]) == ("@bob", "one")
        alice.does("admin", "rename", "bob", "robert", *data)
        alice.does("send", "@bob", "by the former name")
        alice.does("send", "@robert", "by the new one")
        lines = [_posted(tail) for _ in range(2)]
    assert [line["text"] for line in lines] == ["by the former name", "by the new one"]
    assert {line["room_id"] for line in lines} == {said["room_id"]}
    bob.does("edit", "general", mine, "still mine")
    (event,) = [e for e in _events(alice, "general") if e["seq"] == int(mine)]
    assert (event["text"], event["sender"]) == ("still mine", "bob")
    (person,) = [
        row
        for row in map(json.loads, alice.does("who", "--json").splitlines())
        if row["user_id"] == event["sender_id"]
    ]
    assert (person["name"], person["former"]) == ("robert", ["bob"])
    assert json.loads(alice.does("ignore", "--json")) == {
        "name": "robert",
        "user_id": event["sender_id"],
    }
    for name in ("bob", "robert"):
        assert "still mine" in alice.does("search", f"from:{name} mine")
    shared = alice.does("link", "@bob", str(lines[0]["seq"])).strip()
    assert "by the former name" in bob.does("show", shared)
    alice.does("create", "lab")
    alice.does("invite", "lab", "bob")
    eventually(lambda: "robert" in alice.does("who", "lab"))
    link = alice.does("link", *data).strip()
    taken = realm.stranger("mallory").run("join", link, "--name", "bob")
    assert taken.returncode != 0
    nobody = alice.run("kick", "lab", "somebody")
    assert nobody.returncode == 1
    assert "nobody called 'somebody'" in nobody.stderr
    hint = alice.run("kick", "lab", "r0bert")
    assert "Did you mean 'robert'?" in hint.stderr
    realm.stop()
    assert "one" in alice.does("history", "@bob")
    assert "one" in alice.does("history", "@robert")
    realm.start()
