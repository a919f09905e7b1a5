"""Pipes as inherited streams may be: full, because nobody reads them, or with no reader at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def full_pipe() -> Iterator[tuple[int, int]]:
    """Both ends, to read and to write, of a pipe that is full; who writes into it waits."""
    read_end, write_end = os.pipe()
    fill(write_end)
    try:
        yield read_end, write_end
    finally:
        os.close(read_end)
        os.close(write_end)


def fill(write_end: int) -> None:
    """Fills a pipe."""
    os.set_blocking(write_end, False)
    for size in (4096, 1):
        with suppress(BlockingIOError):
            while True:
                os.write(write_end, b"." * size)
    os.set_blocking(write_end, True)


def drained(read_end: int) -> bytes:
    """What is in a pipe now."""
    os.set_blocking(read_end, False)
    read = b""
    with suppress(BlockingIOError):
        while chunk := os.read(read_end, 65536):
            read += chunk
    return read


@contextmanager
def unread_pipe() -> Iterator[int]:
    """The end to write to of a pipe whose reader has gone."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        yield write_end
    finally:
        os.close(write_end)
