"""Waiting returns the value, and gives up with a name."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.waiting import eventually, eventually_async


def test_returns_the_first_true_value() -> None:
    values = iter([0, 0, 7])
    assert eventually(lambda: next(values)) == 7


def test_gives_up_after_the_deadline() -> None:
    def never() -> bool:
        return False

    with pytest.raises(AssertionError, match=r"never was not true within 0.05 s; last: False"):
        eventually(never, 0.05)


def test_the_event_loop_goes_on_while_waiting() -> None:
    async def scenario() -> int:
        seen: list[int] = []
        asyncio.get_running_loop().call_later(0.02, seen.append, 1)
        await eventually_async(lambda: seen)
        return seen[0]

    assert asyncio.run(scenario()) == 1


def test_gives_up_in_an_event_loop_too() -> None:
    with pytest.raises(AssertionError, match="last: None"):
        asyncio.run(eventually_async(lambda: None, 0.05))
