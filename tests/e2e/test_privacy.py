"""Who is out hears nothing, and what is erased is found nowhere."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.realm import Realm
from tests.support.waiting import eventually


def test_who_is_kicked_hears_nothing_after_it_with_a_tail_that_runs(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    alice.does("create", "plans", "--private")
    alice.does("send", "plans", "before bob")
    alice.does("invite", "plans", "bob")
    with bob.start("tail", "plans", "--since", "0", "--json") as tail:
        heard = [json.loads(line) for line in tail.lines(3)]
        assert [event.get("text") for event in heard] == [None, "before bob", None]
        alice.does("kick", "plans", "bob")
        alice.does("send", "plans", "without bob")
        rest = tail.rest()
        assert all("without bob" not in line for line in rest)
    for words in (("history", "plans"), ("send", "plans", "x"), ("show", "plans", "2")):
        refused = bob.run(*words)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1), words
    assert "plans" not in bob.does("rooms")
    assert bob.does("search", "before") == ""
    assert "without bob" in alice.does("search", "without")


def test_what_is_erased_is_found_nowhere(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    secret, changed = "xyzzy-plugh-4711", "plover-9932"
    seq = alice.does("send", "general", f"it is {secret}").strip()
    alice.does("edit", "general", seq, f"it is {changed}")
    assert secret in bob.does("history", "general") or changed in bob.does("history", "general")
    assert seq in bob.does("search", changed)
    with bob.start("tail", "general", "--since", "0", "--json") as tail:  # his device has it
        while str(json.loads(tail.line())["seq"]) != str(int(seq) + 1):
            pass
        alice.does("redact", "general", seq)
        while json.loads(tail.line())["type"] != "redacted":
            pass
    assert bob.does("search", changed) == ""
    shown = json.loads(bob.does("show", "general", seq, "--json"))
    assert shown["redacted"] is True
    assert "text" not in shown
    eventually(lambda: not _holding(realm.directory, secret, changed))
    alice.does("admin", "verify", "--data", str(realm.data))


def _holding(directory: Path, *texts: str) -> list[Path]:
    """The files that have one of the texts in them."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    return [path for path in files if any(text.encode() in path.read_bytes() for text in texts)]
