"""A database that is lost stops the realm, and is not begun anew unless somebody says so."""

from __future__ import annotations

from pathlib import Path

from tests.support.realm import Realm


def _refused(realm: Realm, *command: str) -> str:
    done = realm.stranger("operator").run(*command, "--data", str(realm.data))
    assert (done.returncode, done.stdout) == (1, ""), done
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "nothing was changed" in done.stderr
    return done.stderr


def _names(realm: Realm) -> set[str]:
    """What lies in the data directory; the search index is read by the doctor."""
    return {path.name for path in realm.data.iterdir() if not path.name.startswith("search.db-")}


def _lose(realm: Realm) -> None:
    realm.stop()
    for part in realm.data.glob("zmqchat.db*"):
        part.unlink()


def test_a_lost_database_stops_the_realm_until_a_backup_is_restored(realm: Realm) -> None:
    alice, at = realm.person("alice"), ("--port", str(realm.port), "--host", "127.0.0.1")
    alice.does("send", "general", "kept")
    copy = realm.directory / "copies.db"
    alice.does("admin", "backup", str(copy), "--data", str(realm.data))
    _lose(realm)
    before = _names(realm)
    for command in (("up", *at), ("server", *at)):
        assert f"restore {copy}, the newest backup" in _refused(realm, *command)
    _refused(realm, "admin", "backup", str(realm.directory / "other.db"))
    report = alice.run("doctor", "--data", str(realm.data))
    assert f"restore {copy}, the newest backup" in report.stdout
    assert _names(realm) == before
    alice.does("admin", "restore", str(copy), "--data", str(realm.data))
    realm.start()
    assert "kept" in alice.does("history", "general")


def test_a_realm_begins_anew_when_that_is_said_and_not_before(realm: Realm) -> None:
    alice, data = realm.person("alice"), ("--data", str(realm.data))
    realm.stop()
    assert "holds a realm" in _refused(realm, "admin", "new-realm")
    _lose(realm)
    (realm.data / "zmqchat.db-wal").write_bytes(b"the last changes")
    said = alice.does("admin", "new-realm", *data)
    assert (realm.data / "zmqchat.db-wal").exists() is False
    kept = Path(said.splitlines()[0].partition(" is in ")[2])
    assert kept.read_bytes() == b"the last changes"
    link = realm.link
    realm.start()
    assert realm.link == link
    assert "joined" in realm.stranger("another").does("join", link, "--name", "alice")


def test_lost_keys_are_made_anew_when_that_is_said_and_not_before(realm: Realm) -> None:
    alice, at = realm.person("alice"), ("--port", str(realm.port), "--host", "127.0.0.1")
    alice.does("send", "general", "kept")
    realm.stop()
    for key in (realm.data / "keys").iterdir():
        key.unlink()
    for command in (("up", *at), ("server", *at), ("broker",)):
        assert f"admin new-keys --data {realm.data}" in _refused(realm, *command)
    assert not list((realm.data / "keys").iterdir())
    link = realm.link
    alice.does("admin", "new-keys", "--data", str(realm.data))
    realm.start()
    assert realm.link != link
    assert "1 rooms" in alice.does("admin", "verify", "--data", str(realm.data))


def test_a_backup_of_another_realm_is_not_restored(realm: Realm, tmp_path: Path) -> None:
    copy = tmp_path / "other.db"
    with Realm(tmp_path / "other") as other:
        other.stranger("x").does("admin", "backup", str(copy), "--data", str(other.data))
    realm.stop()
    assert "is of another realm" in _refused(realm, "admin", "restore", str(copy))
