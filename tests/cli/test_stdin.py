"""Lines of stdin, whatever comes and however it is cut."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from zmqchat.cli.stdin import lines
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.limits import TEXT_BYTES


@contextmanager
def _written(*pieces: bytes) -> Iterator[int]:
    """A pipe that a thread writes the pieces to."""
    readable, writable = os.pipe()

    def write() -> None:
        for piece in pieces:
            os.write(writable, piece)
        os.close(writable)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield readable
    finally:
        writer.join()
        os.close(readable)


async def _collect(descriptor: int) -> list[str]:
    return [line async for line in lines(descriptor)]


def _read(*pieces: bytes) -> list[str]:
    with _written(*pieces) as descriptor:
        return asyncio.run(_collect(descriptor))


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([], []),
        ([b"one\ntwo\n"], ["one", "two"]),
        ([b"one\ntwo"], ["one", "two"]),
        ([b"o", b"ne\r", b"\ntw\xc3", b"\xb6\n"], ["one", "twö"]),
        ([b"\n\r\n one \n\n"], [" one "]),
        ([b"x" * TEXT_BYTES + b"\r\n"], ["x" * TEXT_BYTES]),
    ],
)
def test_a_line_is_a_message(pieces: list[bytes], expected: list[str]) -> None:
    assert _read(*pieces) == expected


def test_many_lines_keep_their_order() -> None:
    numbers = [str(number) for number in range(50_000)]
    assert _read("\n".join(numbers).encode()) == numbers


@pytest.mark.parametrize(
    ("piece", "code", "says"),
    [
        (b"fine\n\n" + b"x" * (TEXT_BYTES + 1) + b"\nnext\n", Code.TOO_LARGE, "line 3 is longer"),
        (b"x" * (3 * TEXT_BYTES), Code.TOO_LARGE, "line 1 is longer"),
        (b"fine\n\xff\xfe\nnext", Code.BAD_REQUEST, "line 2 is not UTF-8"),
    ],
)
def test_a_line_that_is_no_message_is_named(
    piece: bytes, code: Code, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "input"
    path.write_bytes(piece)
    with path.open("rb") as file, pytest.raises(ChatError, match=says) as raised:
        asyncio.run(_collect(file.fileno()))
    assert raised.value.code is code


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(IsADirectoryError):
        asyncio.run(_collect(descriptor))
    os.close(descriptor)
