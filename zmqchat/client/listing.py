"""Lists that come in pages: the whole of one, for whoever wants the whole."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from zmqchat.protocol.replies import ReplyBody
from zmqchat.protocol.requests import RequestBody

Call = Callable[[RequestBody], Awaitable[ReplyBody]]
"""Asks the server, and returns the answer or raises."""


class _Paged(Protocol):
    @property
    def next(self) -> int:
        """Where the next page begins; 0: that is all."""


_Page = TypeVar("_Page", bound=_Paged)
_Line = TypeVar("_Line")


async def whole(
    call: Call,
    ask: Callable[[int], RequestBody],
    kind: type[_Page],
    lines: Callable[[_Page], list[_Line]],
    pause_s: float = 0.0,
) -> list[_Line]:
    """The lines of all pages: of the answers, of this kind, to `ask(0)` and what follows it.

    Who is in no hurry waits about `pause_s` seconds before each page but the first.
    """
    found: list[_Line] = []
    asked, following = {0}, 0
    while True:
        page = await call(ask(following))
        assert isinstance(page, kind)
        found += lines(page)
        following = page.next
        if following in asked:  # the end; or a server that leads around in a circle
            return found
        asked.add(following)
        if pause_s:
            await asyncio.sleep(pause_s * (0.5 + random.random()))
