"""Backup, restore, verify: beside a running server, and recognised by clients."""

from __future__ import annotations

import json
import sqlite3

from tests.support.realm import Realm


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
