"""What a profile can be read for without its server: the messages that it holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from zmqchat.client import held, lookup
from zmqchat.client import profile as profiles
from zmqchat.client.cache import Cache
from zmqchat.client.checks import check_seq
from zmqchat.client.directory import Directory
from zmqchat.client.messages import ChatMessage
from zmqchat.client.naming import bare
from zmqchat.errors import ChatError, Code, Refused


def history(label: str | None, room: str, before: int | None, limit: int) -> list[ChatMessage]:
    """Up to `limit` messages of `room` with a seq below `before`, oldest first, as received.

    Nothing is sent and nothing waited for. Refused(NOT_FOUND) for a room that the profile (None:
    the one in use) does not hold.
    """
    check_seq(before)
    with _cache(profiles.load(label).cache) as cache:
        info = lookup.held(room, cache.rooms(), Directory(cache))
        if info is not None:
            return held.history(cache, info, before, limit)
    raise Refused(Code.NOT_FOUND, f"This device holds no room {bare(room)!r}.")


@contextmanager
def _cache(path: Path) -> Iterator[Cache]:
    """The cache, or a copy of it elsewhere where SQLite cannot write beside it, as it must."""
    with ExitStack() as stack:
        try:
            cache = Cache(path)
        except ChatError as error:
            if error.code is not Code.STORAGE_FAILED:
                raise
            cache = Cache(_copied(path, Path(stack.enter_context(TemporaryDirectory())), error))
        stack.callback(cache.close)
        yield cache


def _copied(path: Path, directory: Path, why: ChatError) -> Path:
    try:
        for end in ("", "-wal"):
            part = path.with_name(path.name + end)
            if part.exists():
                shutil.copyfile(part, directory / part.name)
    except OSError:
        raise why from None
    return directory / path.name
