"""A full disk, under the realm and under a profile: said, nothing acknowledged lost, and undone."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.disk import fill, mount, unmount
from tests.chaos.logs import feed, texts_of, whole_log
from tests.support.realm import Person, Realm
from tests.support.waiting import eventually

pytestmark = pytest.mark.chaos


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MiB; skipped where we may not mount one."""
    place = tmp_path / "small"
    if not mount(place, 12):
        pytest.skip("mounting a small file system takes root")
    try:
        yield place
    finally:
        unmount(place)


def _is_full_again(lines: list[str]) -> bool:
    """Whether the server that was started anew found no room: for its start, or for a commit."""
    start = next((n for n, line in enumerate(lines) if "is started again" in line), len(lines))
    return any("No space left" in line or "disk is full" in line for line in lines[start:])


@pytest.mark.timeout(300)
def test_senders_wait_for_a_full_server_are_told_and_go_on(
    small_disk: Path, tmp_path: Path
) -> None:
    realm = Realm(tmp_path)
    realm.data = small_disk / "realm"
    with realm:
        alice = realm.person("alice")
        ballast = fill(small_disk)
        with alice.start("send", "general", "-") as sender:
            feed(sender, (f"{number} " + "y" * 500 for number in range(6_000)))
            assert "disk is full" in eventually(lambda: " ".join(sender.errors))
            refused = realm.stranger("bob").run("join", realm.link, "--name", "bob")
            assert (refused.returncode, "disk is full" in refused.stderr) == (1, True)
            realm.kill("server")
            # What the log and the ballast took is free for a moment: others take that, too.
            eventually(lambda: fill(small_disk).exists() and _is_full_again(realm.up.errors), 60)
            ballast.unlink()
            assert sender.wait(120) == 0
            assert all("disk is full" in line for line in sender.errors)
        texts = texts_of(whole_log(alice), "alice")
        assert [text.split()[0] for text in texts] == [str(number) for number in range(6_000)]
        assert "all whole" in alice.does("admin", "verify", "--data", str(realm.data))


@pytest.mark.timeout(300)
def test_a_server_starts_on_a_full_disk_and_is_read(small_disk: Path, tmp_path: Path) -> None:
    realm = Realm(tmp_path)
    realm.data = small_disk / "realm"
    with realm:
        alice = realm.person("alice")
        alice.does("send", "general", "before")
        (realm.data / "address.json").write_bytes(b"")  # as a machine that stopped leaves it
        ballast = fill(small_disk)
        gone = realm.kill("server")
        eventually(lambda: realm.child("server") != gone)
        assert "before" in alice.does("history", "general")
        ballast.unlink()
        alice.does("send", "general", "after")


@pytest.mark.timeout(300)
def test_under_a_full_disk_a_profile_is_read_and_sends_nothing(
    small_disk: Path, realm: Realm
) -> None:
    alice, bob = Person(small_disk / "home"), realm.person("bob")
    alice.does("join", realm.link, "--name", "alice")
    ballast = fill(small_disk)
    _reads_and_sends_nothing(alice)
    bob.does("send", "general", "undisturbed")
    ballast.unlink()
    alice.does("send", "general", "again")
    assert texts_of(whole_log(alice), "alice") == ["again"]


@pytest.mark.timeout(300)
def test_a_profile_on_a_read_only_disk_is_read_and_sends_nothing(
    small_disk: Path, realm: Realm
) -> None:
    alice = Person(small_disk / "home")
    alice.does("join", realm.link, "--name", "alice")
    remount = ("mount", "-o", "remount,ro", str(small_disk))
    if subprocess.run(remount, capture_output=True).returncode:
        pytest.skip("this file system cannot be made read-only")
    _reads_and_sends_nothing(alice)


def _reads_and_sends_nothing(alice: Person) -> None:
    reads = (
        ("rooms",),
        ("who", "general"),
        ("history", "general"),
        ("tail", "general", "--since", "0", "--count", "1"),
        ("profile", "list"),
    )
    for words in reads:
        done = alice.run(*words)
        assert done.returncode == 0, (words, done.stderr)
        assert all("nothing is sent from here" in line for line in done.stderr.splitlines())
    done = alice.run("send", "general", "x")
    assert (done.returncode, done.stdout) == (1, "")
    assert "see that the disk has room" in done.stderr
