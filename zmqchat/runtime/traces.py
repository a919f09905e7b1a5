"""Tracebacks for logs: where something failed and what kind of error it was, and no value.

What an error says may quote what was being handled: a message, a key, the token of a join link.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator

from zmqchat.errors import ChatError


def kind(error: BaseException) -> str:
    """The name of an error's class, and what the system or the protocol calls it."""
    name = type(error).__qualname__
    if isinstance(error, ChatError):
        return f"{name}: {error.code}"
    if isinstance(error, OSError) and isinstance(error.errno, int):
        return f"{name}: {os.strerror(error.errno)}"
    return name


def trace(error: BaseException) -> str:
    """Lines that end without a break: frames and kinds of `error`, and before it of its causes."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    earlier, how = _earlier(error)
    if earlier is not None and id(earlier) not in seen:
        yield from _lines(earlier, seen)
        yield how
    yield "Traceback (most recent call last):"
    for entry in traceback.format_tb(error.__traceback__):
        yield entry.rstrip("\n")
    yield kind(error)
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            if id(one) not in seen:
                yield from (f"  | {line}" for line in _lines(one, seen))


def _earlier(error: BaseException) -> tuple[BaseException | None, str]:
    """What it came of, as Python's own tracebacks tell it."""
    if error.__cause__ is not None:
        return error.__cause__, "which was the cause of:"
    return (None if error.__suppress_context__ else error.__context__), "during which:"
