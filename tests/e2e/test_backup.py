"""Backup, restore, verify: beside a running server, and recognised by clients."""

from __future__ import annotations

import json
import sqlite3

from tests.support.realm import Realm
from tests.support.waiting import eventually


def test_verify_counts_and_finds_what_was_changed_by_hand(realm: Realm) -> None:
    alice = realm.person("alice")
    alice.does("send", "general", "-", text="\n".join(f"m{n}" for n in range(50)) + "\n")
    assert "51" in alice.does("admin", "verify", "--data", str(realm.data))
    realm.stop()
    with sqlite3.connect(realm.data / "zmqchat.db") as database:
        database.execute("UPDATE contents SET body = ? WHERE room = 1 AND seq = 20", (b"other",))
    database.close()
    found = alice.run("admin", "verify", "--data", str(realm.data))
    assert found.returncode == 1
    assert "20" in found.stdout + found.stderr
    assert "Traceback" not in found.stderr
    realm.start()


def test_clients_recognise_a_restored_backup(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    alice.does("send", "general", "kept")
    backup = realm.directory / "backup"
    alice.does("admin", "backup", str(backup), "--data", str(realm.data))
    alice.does("send", "general", "lost")
    with bob.start("tail", "general", "--since", "0", "--json") as tail:
        while json.loads(tail.line()).get("text") != "lost":
            pass
        realm.stop()
        for file in realm.data.glob("zmqchat.db*"):
            file.unlink()
        alice.does("admin", "restore", str(backup), "--data", str(realm.data))
        realm.start()
        alice.does("send", "general", "new")
        event = json.loads(tail.line())
        while event.get("text") != "new":
            event = json.loads(tail.line())
        assert any("set aside" in line or "restored" in line for line in tail.errors), tail.errors
    texts = [
        json.loads(line).get("text")
        for line in bob.does("history", "general", "--json").splitlines()
    ]
    assert texts == ["kept", "new"]
    alice.does("admin", "verify", "--data", str(realm.data))


def test_a_backup_beside_a_live_search_index(realm: Realm) -> None:
    """What was said later is found nowhere after a restore; what was erased is in no backup."""
    alice, data = realm.person("alice"), ("--data", str(realm.data))
    alice.does("send", "general", "kept words")
    seq = alice.does("send", "general", "the xylophonic secret").strip()
    eventually(lambda: "xylophonic" in alice.run("search", "xylophonic").stdout)
    first, second = realm.directory / "first", realm.directory / "second"
    alice.does("admin", "backup", str(first), *data)
    alice.does("redact", "general", seq)
    assert alice.does("search", "xylophonic") == ""
    alice.does("admin", "backup", str(second), *data)
    assert b"xylophonic" in first.read_bytes()
    assert b"xylophonic" not in second.read_bytes()
    assert b"kept words" in second.read_bytes()
    alice.does("send", "general", "quixotic words of later")
    assert "quixotic" in alice.does("search", "words")
    alice.does("admin", "verify", *data)
    realm.stop()
    alice.does("admin", "restore", str(second), *data)
    realm.start()
    eventually(lambda: "kept words" in alice.run("search", "words").stdout)
    assert alice.does("search", "quixotic") == ""
    assert alice.does("search", "xylophonic") == ""
    index = b"".join(path.read_bytes() for path in realm.data.glob("search.db*"))
    assert b"kept words" in index
    assert b"quixotic" not in index
    alice.does("send", "general", "said instead")
    assert "said instead" in alice.does("search", "instead")
    alice.does("admin", "verify", *data)
