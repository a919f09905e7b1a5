"""Lines of stdin as they come, without holding up the event loop or filling the memory."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError
from pathlib import Path

from zmqchat.errors import Code, UsageError
from zmqchat.protocol.limits import TEXT_BYTES

_CHUNK = 64 * 1024
_CHUNKS_WAITING = 4
_STDIN = 0


async def lines(descriptor: int = _STDIN) -> AsyncIterator[str]:
    """Each line to be read from `descriptor`, without its line break; blank ones are left out.

    UsageError (TOO_LARGE, BAD_REQUEST) names the first line that is no message.
    """
    number = 0
    async for raw in _raw_lines(descriptor):
        number += 1
        line = _text(raw.removesuffix(b"\r"), number)
        if line.strip():  # a message is never blank
            yield line


def is_nothing(descriptor: int = _STDIN) -> bool:
    """Whether nothing can ever come from there: it is /dev/null, as it is where it was closed."""
    return os.path.samestat(os.fstat(descriptor), Path(os.devnull).stat())


def _text(raw: bytes, number: int) -> str:
    if len(raw) > TEXT_BYTES:
        raise UsageError(
            f"line {number} is longer than the {TEXT_BYTES} bytes that a message may have; "
            "it and what follows it were not sent",
            Code.TOO_LARGE,
        )
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise UsageError(
            f"line {number} is not UTF-8; it and what follows it were not sent", Code.BAD_REQUEST
        ) from None


async def _raw_lines(descriptor: int) -> AsyncIterator[bytes]:
    """Lines as bytes. Of one that is too long the first piece comes as soon as it is."""
    rest = b""
    async for chunk in _chunks(descriptor):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line
        if len(rest) > TEXT_BYTES + 1:  # a line break of two bytes may follow
            yield rest
    if rest:
        yield rest


async def _chunks(descriptor: int) -> AsyncIterator[bytes]:
    """What a thread reads.

    It is a daemon, for Ctrl+C must not wait for the terminal's next line, and reads without
    `sys.stdin`, whose lock it would hold when the interpreter ends.
    """
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes | OSError] = asyncio.Queue(_CHUNKS_WAITING)

    def read() -> None:
        chunk: bytes | OSError = b"-"
        while chunk and not isinstance(chunk, OSError):
            chunk = _read(descriptor)
            put = chunks.put(chunk)
            try:
                asyncio.run_coroutine_threadsafe(put, loop).result()
            except (RuntimeError, CancelledError):  # the loop has ended: nobody wants more
                put.close()
                return

    threading.Thread(target=read, name="stdin", daemon=True).start()
    while chunk := await chunks.get():
        if isinstance(chunk, OSError):
            raise chunk
        yield chunk


def _read(descriptor: int) -> bytes | OSError:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError as error:  # a directory, a terminal that hung up
        return error
