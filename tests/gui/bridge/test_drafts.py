"""Drafts on disk: whole or not at all, and never in anybody's way."""

from __future__ import annotations

from pathlib import Path

from zmqchat_gui.bridge.drafts import Draft, Drafts, Unsent


def test_what_is_put_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    draft = Draft("half a", 4, (Unsent("no", 0, 5, "archived"),))
    drafts = Drafts(path)
    drafts.put("general", draft)
    drafts.put("art", Draft("x"))
    drafts.put("art", Draft())
    again = Drafts(path)
    assert again.get("general") == draft
    assert again.get("art") == Draft()
    assert again.rooms() == {"general"}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    path.write_bytes(b'{"general": 3')
    drafts = Drafts(path)
    assert drafts.get("general") == Draft()
    assert drafts.put("general", Draft("x"))
    assert Drafts(path).get("general") == Draft("x")


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "absent" / "drafts.json")
    assert not drafts.put("general", Draft("x"))
    assert drafts.get("general") == Draft("x")
