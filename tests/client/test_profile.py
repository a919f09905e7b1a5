"""Profiles: whose they are, which is in use, and what a broken one says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zmqchat.client import profile as profiles
from zmqchat.errors import ChatError, Code, UsageError
from zmqchat.runtime.places import home
from zmqchat.security.links import JoinLink

LINK = JoinLink("127.0.0.1", 5555, b"k" * 32, "token")
FILES = ("profile.json", "profile.copy.json")
OTHER = JoinLink("127.0.0.1", 5555, b"o" * 32)


def saved(label: str, name: str, link: JoinLink = LINK) -> profiles.Profile:
    profile = profiles.prepare(label, link, name)
    profiles.save(profile)
    return profile


def test_a_profile_is_what_was_saved() -> None:
    profile = saved("work", "alice")
    assert profiles.load("work") == profile
    assert profiles.labels() == ["work"]
    assert (profile.directory / "device").stat().st_mode & 0o077 == 0


def test_the_only_profile_is_in_use_and_of_several_the_chosen_one() -> None:
    saved("work", "alice")
    assert profiles.current() == "work"
    saved("home", "al")
    assert profiles.current() is None
    profiles.use("home")
    assert profiles.load().name == "al"
    profiles.remove("home")
    assert profiles.load().name == "alice"


@pytest.mark.parametrize("label", ["", "../escape", "a/b", ".hidden", "x" * 65])
def test_a_label_is_no_path(label: str) -> None:
    with pytest.raises(ChatError) as raised:
        profiles.prepare(label, LINK, "alice")
    assert raised.value.code is Code.BAD_PROFILE


def test_a_profile_is_one_person_of_one_realm() -> None:
    saved("work", "alice")
    for name, link in (("bob", LINK), ("alice", OTHER)):
        with pytest.raises(ChatError) as raised:
            profiles.prepare("work", link, name)
        assert raised.value.code is Code.BAD_PROFILE
    assert profiles.prepare("work", LINK, "alice").device == profiles.load("work").device


def test_a_label_is_found_for_every_name() -> None:
    assert profiles.label_for(LINK, "alice") == "alice"
    saved("alice", "alice")
    assert profiles.label_for(LINK, "alice") == "alice"
    second = profiles.label_for(OTHER, "alice")
    assert second != "alice"
    saved(second, "alice", OTHER)
    assert profiles.label_for(OTHER, "alice") == second
    strange = profiles.label_for(LINK, "Ольга")
    assert saved(strange, "Ольга").name == "Ольга"
    assert profiles.label_for(LINK, "Ольга") == strange


def test_a_damaged_profile_is_one_clear_line() -> None:
    profile = saved("work", "alice")
    for name in ("profile.json", "profile.copy.json"):
        (profile.directory / name).write_text("{")
    with pytest.raises(ChatError) as raised:
        profiles.load("work")
    assert raised.value.code is Code.BAD_PROFILE


def test_a_profile_is_removed_although_a_session_removes_files_of_it_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    directory = saved("work", "alice").directory
    rmtree, tries = shutil.rmtree, [FileNotFoundError("cache.db-shm")]

    def race(path: Path) -> None:
        if tries:
            raise tries.pop()
        rmtree(path)

    monkeypatch.setattr(shutil, "rmtree", race)
    profiles.remove("work")
    assert not directory.exists()
    assert profiles.labels() == []


def test_a_name_that_nobody_can_have_leaves_nothing_behind() -> None:
    with pytest.raises(UsageError):
        profiles.prepare("maja-berg", LINK, "maja berg")
    assert not (home() / "profiles").exists()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b'{"link": "zmqchat://", "name": "x"}']
)
@pytest.mark.parametrize("name", ["profile.json", "profile.copy.json"])
def test_a_damaged_file_is_made_up_for_by_its_copy(name: str, content: bytes) -> None:
    profile = saved("work", "alice")
    (profile.directory / name).write_bytes(content)
    assert profiles.load("work") == profile
    assert profiles.label_for(LINK, "alice") == "work"
    profiles.save(profiles.load("work"))
    kept = {(profile.directory / each).read_bytes() for each in FILES}
    assert len(kept) == 1


@pytest.mark.parametrize("content", [b"", b"{", None])
def test_a_key_is_found_again_whatever_became_of_the_rest(content: bytes | None) -> None:
    profile = saved("alice", "alice")
    for name in FILES:
        path = profile.directory / name
        path.unlink() if content is None else path.write_bytes(content)
    label = profiles.label_for(LINK, "alice")
    assert label == "alice"
    again = profiles.prepare(label, LINK, "alice")
    assert (again.device, again.fresh) == (profile.device, False)


def test_a_join_that_was_cut_short_goes_on_with_its_key() -> None:
    begun = profiles.prepare("strange-label", LINK, "Ольга")
    assert profiles.labels() == []
    label = profiles.label_for(LINK, "Ольга")
    assert profiles.prepare(label, LINK, "Ольга").device == begun.device


def test_the_key_of_somebody_else_is_not_taken_for_ones_own() -> None:
    profile = saved("alice", "alice", OTHER)
    (profile.directory / "profile.json").write_bytes(b"")
    assert profiles.label_for(LINK, "alice") != "alice"
    with pytest.raises(ChatError, match="is 'alice' at"):
        profiles.prepare("alice", LINK, "alice")


def test_only_what_was_just_made_is_taken_back() -> None:
    fresh = profiles.prepare("work", LINK, "alice")
    profiles.discard(fresh)
    assert not fresh.directory.exists()
    kept = saved("work", "alice")
    profiles.discard(kept)
    profiles.discard(profiles.prepare("work", LINK, "alice"))
    assert profiles.load("work") == kept
    begun = profiles.prepare("home", LINK, "bob")
    profiles.discard(profiles.prepare("home", LINK, "bob"))
    assert begun.directory.exists()


def test_a_current_that_cannot_be_read_is_none() -> None:
    saved("work", "alice")
    (home() / "profiles" / "current").write_bytes(b"\xff\xfe")
    assert profiles.current() == "work"
