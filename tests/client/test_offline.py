"""What a profile is read for where neither its server nor its disk takes anything."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.client.samples import info, log
from tests.client.test_profile import saved
from zmqchat.client import offline
from zmqchat.client.cache import Cache
from zmqchat.errors import ChatError, Code, Refused

LOG = log("one", "two", "three")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cache as a process leaves it that is killed: its newest is in the write-ahead log alone."""
    path = saved("work", "alice").cache
    parts = [path.with_name(path.name + end) for end in ("", "-wal")]
    with closing(Cache(path)) as cache:
        cache.origin(info(LOG, 0))
        cache.store(1, LOG)
        for part in parts:
            shutil.copyfile(part, tmp_path / part.name)
    for part in parts:
        shutil.copyfile(tmp_path / part.name, part)
    assert parts[1].stat().st_size > 0
    return path


def _held() -> list[str | None]:
    return [message.text for message in offline.history("work", "#general", None, 10)]


def test_what_was_received_is_read(path: Path) -> None:
    assert path.exists()
    assert _held() == ["one", "two", "three"]
    with pytest.raises(Refused, match="holds no room 'plans'"):
        offline.history("work", "plans", None, 10)


def test_a_cache_beside_which_nothing_can_be_written_is_read_from_a_copy(path: Path) -> None:
    _let_nothing_be_written_beside(path)
    with pytest.raises(ChatError) as raised:
        Cache(path)
    assert raised.value.code is Code.STORAGE_FAILED
    before = {each.name: each.stat().st_size for each in path.parent.iterdir()}
    assert _held() == ["one", "two", "three"]
    assert {each.name: each.stat().st_size for each in path.parent.iterdir()} == before


def test_where_no_copy_can_be_made_the_reason_is_that_of_the_cache(path: Path) -> None:
    _let_nothing_be_written_beside(path)
    with _nothing_is_written(), pytest.raises(ChatError) as raised:
        _held()
    assert raised.value.code is Code.STORAGE_FAILED
    assert str(path) in raised.value.message


def _let_nothing_be_written_beside(path: Path) -> None:
    """As on a disk that is full or may only be read, also for root: SQLite must have that file."""
    path.with_name(f"{path.name}-shm").mkdir()


@contextmanager
def _nothing_is_written() -> Iterator[None]:
    """No file of this process grows, as where every disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
