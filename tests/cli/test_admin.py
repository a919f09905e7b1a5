"""What the operator's commands say and do, on a data directory without a server."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from zmqchat.cli.app import app
from zmqchat.cli.run import run
from zmqchat.security import keys
from zmqchat.server.app import DATABASE
from zmqchat.server.realm import open_state
from zmqchat.storage import open_store


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with keys and a database that holds the general room."""
    directory = tmp_path / "realm"
    keys.ensure_realm_keys(directory)
    with closing(open_store(directory / DATABASE)) as store:
        open_state(store, now_us=1)
    return directory


def _admin(data: Path, *arguments: str) -> int:
    return run(app, ["admin", *arguments, "--data", str(data)])


def _lines(capsys: pytest.CaptureFixture[str]) -> Sequence[str]:
    return capsys.readouterr().out.splitlines()


def test_verify_says_how_much_it_checked(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _admin(data, "verify") == 0
    assert _lines(capsys) == ["0 events of 1 rooms checked: all whole"]
    assert _admin(data, "verify", "--json") == 0
    assert json.loads(_lines(capsys)[0]) == {"events": 0, "rooms": 1, "findings": []}


def test_verify_fails_where_something_was_changed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(data / DATABASE)) as database, database:
        database.execute("UPDATE rooms SET seq = 3")
    assert _admin(data, "verify") == 1
    finding, summary = _lines(capsys)
    assert finding.startswith("general: ")
    assert summary == "0 events of 1 rooms checked: 1 faults found"


def test_a_backup_is_restored_and_what_was_there_is_kept(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    assert _admin(data, "backup", str(copy)) == 0
    assert "keep a copy of the realm's keys" in _lines(capsys)[0]
    assert _admin(data, "verify", str(copy)) == 0
    capsys.readouterr()
    assert _admin(data, "restore", str(copy)) == 0
    restored, kept = _lines(capsys)
    assert restored == "restored 0 events of 1 rooms under a new lineage"
    assert Path(kept.removeprefix("what was there before is in ")).exists()
    assert _admin(data, "verify") == 0


def test_a_restore_beside_a_server_is_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    assert _admin(data, "backup", str(copy)) == 0
    capsys.readouterr()
    with closing(open_store(data / DATABASE)):
        assert _admin(data, "restore", str(copy)) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("command", [("verify",), ("backup", "copy.db"), ("broker-kit", "kit")])
def test_no_realm_is_one_line(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _admin(tmp_path / "none", *command) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)


def test_a_broker_kit_holds_three_keys_and_no_more(data: Path, tmp_path: Path) -> None:
    kit = tmp_path / "kit"
    assert _admin(data, "broker-kit", str(kit)) == 0
    assert keys.load_broker_keys(kit) == keys.load_realm_keys(data).for_broker
    assert len(list(keys.keys_directory(kit).iterdir())) == 3
    assert not keys.has_realm(kit)
    assert _admin(data, "broker-kit", str(kit)) == 1
