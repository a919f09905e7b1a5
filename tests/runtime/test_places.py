"""Where a person's things live."""

from __future__ import annotations

from pathlib import Path

import pytest

from zmqchat.runtime.places import home


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZMQCHAT_HOME", str(tmp_path))
    assert home() == tmp_path


def test_otherwise_it_is_the_platforms_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZMQCHAT_HOME")
    assert home().name == "zmqchat"
