"""A realm's keys: made once, private, complete, and no more of them than a host needs."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zmq

from zmqchat.errors import ChatError, Code
from zmqchat.security import keys
from zmqchat.security.keys import KeyPair

NAMES = {
    "realm", "publisher", "publisher-public", "broker", "signing", "token", "operator", "join",
}  # fmt: skip


def fault(directory: Path) -> str:
    with pytest.raises(ChatError) as caught:
        keys.ensure_realm_keys(directory)
    assert caught.value.code is Code.DATA_DIRECTORY
    assert "\n" not in caught.value.message
    return caught.value.message


def test_a_pair_is_one_that_libzmq_takes() -> None:
    pair = KeyPair.generate()
    assert zmq.curve_public(pair.secret_z85) == pair.public_z85
    assert KeyPair.from_secret(pair.secret) == pair
    assert KeyPair.generate() != pair


def test_secrets_do_not_show(tmp_path: Path) -> None:
    realm = keys.ensure_realm_keys(tmp_path)
    shown = repr(realm) + repr(realm.for_broker)
    secrets = (realm.realm.secret, realm.broker.secret, realm.token, realm.signing)
    assert not any(repr(secret) in shown for secret in secrets)
    assert realm.join not in shown


def test_keys_are_made_once_and_stay(tmp_path: Path) -> None:
    made = keys.ensure_realm_keys(tmp_path / "new" / "realm")
    assert keys.ensure_realm_keys(tmp_path / "new" / "realm") == made
    assert keys.load_realm_keys(tmp_path / "new" / "realm") == made
    assert keys.has_realm(tmp_path / "new" / "realm")
    assert not keys.has_realm(tmp_path)


def test_all_keys_differ(tmp_path: Path) -> None:
    made = keys.ensure_realm_keys(tmp_path)
    pairs = (made.realm, made.publisher, made.broker, made.operator)
    assert len({*(pair.secret for pair in pairs), made.signing, made.token}) == 6


def test_each_key_has_a_private_file_of_its_own(tmp_path: Path) -> None:
    keys.ensure_realm_keys(tmp_path)
    directory = keys.keys_directory(tmp_path)
    assert directory.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in directory.iterdir()} == NAMES
    assert {path.stat().st_mode & 0o777 for path in directory.iterdir()} == {0o600}


def test_those_who_start_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: keys.ensure_realm_keys(tmp_path), range(16)))
    assert len(set(map(repr, made))) == 1
    assert len({one.signing for one in made}) == 1


def test_a_broker_kit_holds_what_a_broker_needs_and_no_more(tmp_path: Path) -> None:
    realm = keys.ensure_realm_keys(tmp_path / "realm")
    keys.write_broker_kit(realm.for_broker, tmp_path / "kit")
    kit = keys.keys_directory(tmp_path / "kit")
    assert {path.name for path in kit.iterdir()} == {"broker", "token", "publisher-public"}
    content = b"".join(path.read_bytes() for path in kit.iterdir()).decode()
    for secret in (realm.realm, realm.publisher, realm.operator):
        assert secret.secret.hex() not in content
    assert realm.signing.hex() not in content
    for directory in ("realm", "kit"):
        assert keys.load_broker_keys(tmp_path / directory) == realm.for_broker
        assert keys.ensure_broker_keys(tmp_path / directory) == realm.for_broker


def test_a_broker_kit_is_no_realm_and_does_not_become_one(tmp_path: Path) -> None:
    keys.write_broker_kit(keys.ensure_realm_keys(tmp_path / "realm").for_broker, tmp_path / "kit")
    assert "is a broker-kit" in fault(tmp_path / "kit")
    assert not keys.has_realm(tmp_path / "kit")


def test_a_kit_does_not_go_where_something_is(tmp_path: Path) -> None:
    realm = keys.ensure_realm_keys(tmp_path)
    with pytest.raises(ChatError, match="is not empty: nothing was written"):
        keys.write_broker_kit(realm.for_broker, tmp_path)


def test_a_broker_that_starts_first_makes_the_realm(tmp_path: Path) -> None:
    first = keys.ensure_broker_keys(tmp_path)
    assert keys.ensure_realm_keys(tmp_path).for_broker == first


def test_no_realm_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ChatError, match="holds no realm and no broker-kit"):
        keys.load_realm_keys(tmp_path)


@pytest.mark.parametrize("name", sorted(NAMES - {"realm"}))
def test_a_lost_key_is_not_made_anew(tmp_path: Path, name: str) -> None:
    made = keys.ensure_realm_keys(tmp_path)
    (keys.keys_directory(tmp_path) / name).unlink()
    if name == "publisher-public":  # as after a crash while the set was made: it is derived again
        assert keys.ensure_realm_keys(tmp_path) == made
    else:
        assert "is missing: restore it from a backup" in fault(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"curve-secret\n", b"\xff\xfe", b"curve-secret zz 00000000\n", bytes(4096)],
)
def test_a_damaged_key_is_told(tmp_path: Path, content: bytes) -> None:
    keys.ensure_realm_keys(tmp_path)
    (keys.keys_directory(tmp_path) / "realm").write_bytes(content)
    assert "is damaged: restore it from a backup" in fault(tmp_path)


def test_one_changed_digit_is_told(tmp_path: Path) -> None:
    keys.ensure_realm_keys(tmp_path)
    path = keys.keys_directory(tmp_path) / "signing"
    kind, value, checksum = path.read_text().split()
    other = ("1" if value[0] == "0" else "0") + value[1:]
    path.write_text(f"{kind} {other} {checksum}\n")
    assert "is damaged" in fault(tmp_path)


def test_a_key_in_the_place_of_another_is_told(tmp_path: Path) -> None:
    keys.ensure_realm_keys(tmp_path)
    directory = keys.keys_directory(tmp_path)
    (directory / "token").write_bytes((directory / "signing").read_bytes())
    assert "is damaged" in fault(tmp_path)


@pytest.mark.parametrize("name", ["realm", "."])
def test_keys_that_others_may_read_are_refused(tmp_path: Path, name: str) -> None:
    keys.ensure_realm_keys(tmp_path)
    path = keys.keys_directory(tmp_path) / name
    path.chmod(path.stat().st_mode | 0o044)
    message = fault(tmp_path)
    assert "is open to other users" in message
    assert "run `chmod" in message


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
@pytest.mark.parametrize("name", ["realm", "."])
def test_keys_of_somebody_else_are_refused(tmp_path: Path, name: str) -> None:
    keys.ensure_realm_keys(tmp_path)
    os.chown(keys.keys_directory(tmp_path) / name, 12345, 12345)
    assert "belongs to user id 12345" in fault(tmp_path)


def test_links_and_pipes_are_no_keys(tmp_path: Path) -> None:
    keys.ensure_realm_keys(tmp_path)
    path = keys.keys_directory(tmp_path) / "realm"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert "cannot read" in fault(tmp_path)
    path.unlink()
    os.mkfifo(path, 0o600)
    assert "is damaged" in fault(tmp_path)


def test_a_directory_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    message = fault(tmp_path / "file" / "data")
    assert "file" in message


def test_a_disk_that_is_full_keeps_no_half_of_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ChatError, match="No space left") as told:
        keys.ensure_realm_keys(tmp_path)
    assert told.value.code is Code.DATA_DIRECTORY
    assert not list(keys.keys_directory(tmp_path).iterdir())
