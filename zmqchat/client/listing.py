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


MOST_PAGES = 10_000
"""Whoever asks for so many pages is led on by a server that has no end."""


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
    *,
    falling: bool = False,
) -> list[_Line]:
    """The lines of all pages: of the answers, of this kind, to `ask(0)` and what follows it.

    Ids rise from page to page, or fall; a server that leads back is not followed.
    Who is in no hurry waits about `pause_s` seconds before each page but the first.
    """
    found: list[_Line] = []
    asked = 0
    for _ in range(MOST_PAGES):
        page = await call(ask(asked))
        assert isinstance(page, kind)
        found += lines(page)
        leads_back = asked and (page.next >= asked if falling else page.next <= asked)
        if page.next <= 0 or leads_back:
            break
        asked = page.next
        if pause_s:
            await asyncio.sleep(pause_s * (0.5 + random.random()))
    return found
