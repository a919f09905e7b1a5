"""The choice of an engine by path or URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from zmqchat.errors import ChatError, Code
from zmqchat.storage import open_reader, open_store


def test_urls(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path / 'a.db'}").close()
    open_reader(tmp_path / "a.db").close()


@pytest.mark.parametrize("url", ["postgresql://u:secret@host/chat", "sqlite://", "://", "x y://z"])
def test_urls_that_are_not_supported(url: str) -> None:
    with pytest.raises(ChatError) as caught:
        open_store(url)
    assert caught.value.code is Code.USAGE
    assert "secret" not in caught.value.message
