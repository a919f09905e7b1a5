"""The join link of this machine's realm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zmqchat.cli.app import app
from zmqchat.cli.link import machine_address
from zmqchat.cli.run import run
from zmqchat.security import keys, links

DAMAGED = (
    "",
    "{",
    "[]",
    '{"host": 1}',
    '{"host": "", "port": 0}',
    '{"host": "a b", "port": 5555}',
    '{"host": "chat.example", "port": 70000}',
)


def _link(data: Path) -> int:
    return run(app, ["link", "--data", str(data)])


def _record(data: Path, host: str, port: int) -> None:
    (data / "address.json").write_text(json.dumps({"host": host, "port": port}))


def test_the_link_has_the_address_the_key_and_the_token(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    realm = keys.ensure_realm_keys(tmp_path)
    _record(tmp_path, "chat.example", 5555)
    assert _link(tmp_path) == 0
    link = links.parse(capsys.readouterr().out)
    assert link == links.JoinLink("chat.example", 5555, realm.realm.public, realm.join)


def test_a_server_that_listens_everywhere_is_named_by_the_machines_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys.ensure_realm_keys(tmp_path)
    _record(tmp_path, "0.0.0.0", 5555)
    assert _link(tmp_path) == 0
    assert links.parse(capsys.readouterr().out).host == machine_address()


@pytest.mark.parametrize(
    ("address", "says"),
    [(None, "has not been started yet"), *((content, "is damaged") for content in DAMAGED)],
)
def test_a_realm_without_an_address_has_no_link(
    address: str | None, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys.ensure_realm_keys(tmp_path)
    if address is not None:
        (tmp_path / "address.json").write_text(address)
    assert _link(tmp_path) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err


def test_no_realm_no_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _link(tmp_path / "nothing") == 1
    assert "there is no realm in" in capsys.readouterr().err
    assert not (tmp_path / "nothing").exists()
