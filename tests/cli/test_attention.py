"""What is unread, and what one wants to be told of, alike on all devices."""

from __future__ import annotations

import json

from tests.support.realm import Realm


def test_unread_is_counted_and_read_mutes_and_ignores(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    bob.does("read", "general")
    alice.does("send", "general", "-", text="one\ntwo @bob\n")
    (unread,) = (json.loads(line) for line in bob.does("unread", "--json").splitlines())
    assert (unread["room"], unread["unread"], unread["mentions"]) == ("general", 2, 1)
    (row,) = (json.loads(line) for line in bob.does("rooms", "--json").splitlines())
    assert (row["unread"], row["mentions"]) == (2, 1)
    bob.does("read", "general")
    assert bob.does("unread") == ""
    bob.does("mute", "general")
    bob.does("notify", "general", "mentions")
    alice.does("send", "general", "three")
    assert bob.does("unread") == ""
    bob.does("mute", "general", "--undo")
    bob.does("ignore", "alice")
    assert bob.does("ignore") == "alice\n"
    bob.does("ignore", "alice", "--undo")
    assert bob.does("ignore") == ""


def test_one_shows_oneself_as_one_likes(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    bob.does("status", "at lunch")
    bob.does("name", "Bob B.")
    assert bob.does("status") == "at lunch\n"
    rows = {
        each["name"]: each for each in map(json.loads, alice.does("who", "--json").splitlines())
    }
    assert (rows["bob"]["display"], rows["bob"]["status"]) == ("Bob B.", "at lunch")
    assert rows["bob"]["presence"] == "offline"  # one-shot commands do not show
    bob.does("status", "--clear")
    assert bob.does("status") == "\n"
    for wrong in (("name",), ("picture",), ("status", "x", "--clear"), ("ignore", "--undo")):
        done = bob.run(*wrong)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), wrong
