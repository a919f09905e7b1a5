"""Drafts on disk: whole or not at all, and never in anybody's way."""

from __future__ import annotations

from pathlib import Path

from zmqchat_gui.bridge.drafts import Draft, Drafts, Unsent

from tests.gui.fakes import at


def test_what_is_put_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    draft = Draft("half a", 4, (Unsent("no", 0, 5, "archived"),))
    drafts = Drafts(path)
    drafts.put(at("general").id, draft)
    drafts.put(at("art").id, Draft("x"))
    drafts.put(at("art").id, Draft())
    again = Drafts(path)
    assert again.get(at("general").id) == draft
    assert again.get(at("art").id) == Draft()
    assert again.rooms() == {at("general").id}
    assert path.stat().st_mode & 0o777 == 0o600


def test_of_a_damaged_file_the_one_before_is_read_and_the_damage_told(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    drafts = Drafts(path)
    assert drafts.damage is None
    drafts.put(at("general").id, Draft("a word"))
    drafts.put(at("general").id, Draft("a word or"))
    path.write_bytes(b'{"general": 3')
    again = Drafts(path)
    assert again.get(at("general").id) == Draft("a word")
    assert again.damage is not None
    assert again.damage.read_bytes() == b'{"general": 3'
    assert again.put(at("general").id, Draft("a word or two"))
    assert Drafts(path).get(at("general").id) == Draft("a word or two")
    assert Drafts(path).damage is None


def test_where_both_are_damaged_it_is_empty_and_usable(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    path.write_bytes(b"")
    path.with_name("drafts.json.before").write_bytes(b"\0" * 100)
    drafts = Drafts(path)
    assert drafts.get(at("general").id) == Draft()
    assert drafts.put(at("general").id, Draft("x"))
    assert Drafts(path).get(at("general").id) == Draft("x")


def test_nothing_stays_of_drafts_that_are_done(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "drafts.json")
    drafts.put(at("general").id, Draft("a secret"))
    drafts.put(at("general").id, Draft("a secret?"))
    drafts.put(at("general").id, Draft())
    assert all(b"secret" not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "absent" / "drafts.json")
    assert not drafts.put(at("general").id, Draft("x"))
    assert drafts.get(at("general").id) == Draft("x")
    assert not list(tmp_path.iterdir())
