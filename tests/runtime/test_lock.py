"""A directory's lock: one holder, and none after it has died."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.process import python
from zmqchat.errors import ChatError, Code
from zmqchat.runtime.lock import DirectoryLock

_HOLD = """
import sys
from pathlib import Path
from zmqchat.runtime.lock import DirectoryLock
lock = DirectoryLock(Path(sys.argv[1]), "server")
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_refused_in_one_line_until_the_first_lets_go(tmp_path: Path) -> None:
    with DirectoryLock(tmp_path, "server"), pytest.raises(ChatError) as caught:
        DirectoryLock(tmp_path, "server")
    assert caught.value.code is Code.DATA_DIRECTORY
    assert f"in use by another server (process {os.getpid()})" in caught.value.message
    with DirectoryLock(tmp_path, "server"), DirectoryLock(tmp_path, "other"):
        pass


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    with python(_HOLD, str(tmp_path)) as holder:
        holder.expect("held")
        with pytest.raises(ChatError, match=f"process {holder.pid}"):
            DirectoryLock(tmp_path, "server")
        holder.kill()
        DirectoryLock(tmp_path, "server").close()


def test_a_directory_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ChatError, match="cannot lock") as caught:
        DirectoryLock(tmp_path / "none", "server")
    assert "\n" not in caught.value.message
