"""Where a server is reached is noted, and no server fails for want of that note."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from zmqchat.server import address


def _full(_path: Path, _content: bytes) -> None:
    raise OSError(28, "No space left on device")


def test_the_address_is_noted_and_a_damaged_note_replaced(tmp_path: Path) -> None:
    for before in (None, b"", b"{"):
        if before is not None:
            (tmp_path / "address.json").write_bytes(before)
        address.write(tmp_path, "::1", 5555)
        noted = json.loads((tmp_path / "address.json").read_text())
        assert noted == {"host": "::1", "port": 5555}


def test_what_is_noted_already_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    address.write(tmp_path, "::1", 5555)
    monkeypatch.setattr(address, "write_whole", _full)
    address.write(tmp_path, "::1", 5555)
    assert not caplog.records


def test_a_full_disk_is_a_line_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(address, "write_whole", _full)
    with caplog.at_level(logging.WARNING):
        address.write(tmp_path, "::1", 5555)
    assert "address not noted" in caplog.text
