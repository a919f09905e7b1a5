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
    (profile.directory / "profile.json").write_text("{")
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
