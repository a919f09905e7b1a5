"""Waiting for a condition with a deadline, instead of sleeping and hoping."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_PAUSE = 0.01  # seconds between two looks


def eventually(condition: Callable[[], T], deadline: float = 20.0) -> T:
    """The first true value that `condition` returns; AssertionError after `deadline` seconds."""
    end = time.monotonic() + deadline
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(_gave_up(condition, deadline, value))
        time.sleep(_PAUSE)
    return value


async def eventually_async(condition: Callable[[], T], deadline: float = 20.0) -> T:
    """`eventually` for a test that runs an event loop, which goes on meanwhile."""
    end = time.monotonic() + deadline
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(_gave_up(condition, deadline, value))
        await asyncio.sleep(_PAUSE)
    return value


def _gave_up(condition: Callable[[], object], deadline: float, last: object) -> str:
    name = getattr(condition, "__qualname__", repr(condition))
    return f"{name} was not true within {deadline} s; last: {last!r}"
