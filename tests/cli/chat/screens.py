"""A screen in a test: keys go in through a pipe, and what would be drawn is read as text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.support.waiting import eventually_async
from zmqchat.cli.chat.model import Conversation
from zmqchat.cli.chat.screen import Screen

ENTER, NEW_LINE, TAB = "\r", "\x1b\r", "\t"
CTRL_C, CTRL_D = "\x03", "\x04"
UP, PAGE_UP, PAGE_DOWN, END = "\x1b[A", "\x1b[5~", "\x1b[6~", "\x1b[F"
ALT_UP, ALT_DOWN = "\x1b[1;3A", "\x1b[1;3B"


class _Output(DummyOutput):
    def __init__(self, columns: int, rows: int) -> None:
        self.size = Size(rows=rows, columns=columns)

    def get_size(self) -> Size:
        return self.size


@dataclass
class Shown:
    """A running screen, what was submitted to it, and how often older messages were wanted."""

    screen: Screen
    pipe: PipeInput
    output: _Output
    done: asyncio.Task[None]
    submitted: list[str] = field(default_factory=list)
    wanted_older: int = 0
    takes: bool = True

    def rows(self) -> list[str]:
        """The lines of the last frame."""
        drawn = self.screen.application.renderer.last_rendered_screen
        if drawn is None:
            return []
        size = self.output.size
        return [
            "".join(drawn.data_buffer[y][x].char for x in range(size.columns)).rstrip()
            for y in range(size.rows)
        ]

    async def press(self, *keys: str) -> None:
        """Presses keys, and waits until they have been worked on."""
        for key in keys:
            before = self.screen.application.render_counter
            self.pipe.send_text(key)
            await self.redrawn(before)

    async def redrawn(self, before: int | None = None) -> None:
        """Waits for a frame that was begun after this."""
        application = self.screen.application
        count = application.render_counter if before is None else before
        self.screen.refresh()
        await eventually_async(lambda: application.render_counter > count or self.done.done())

    async def shows(self, text: str) -> None:
        """Waits until the screen has this text."""
        self.screen.refresh()
        await eventually_async(lambda: any(text in row for row in self.rows()))


@asynccontextmanager
async def shown(
    conversation: Conversation, columns: int = 80, rows: int = 24, about: tuple[str, ...] = ()
) -> AsyncIterator[Shown]:
    """Runs a screen for the conversation."""
    running: list[Shown] = []

    def submit(text: str) -> bool:
        running[0].submitted.append(text)
        return running[0].takes

    def read_back() -> None:
        running[0].wanted_older += 1

    def known() -> Iterator[str]:
        yield from about

    with create_pipe_input() as pipe:
        output = _Output(columns, rows)
        screen = Screen(conversation, submit, read_back, known, terminal=(pipe, output))
        done = asyncio.create_task(screen.application.run_async(handle_sigint=False))
        running.append(Shown(screen, pipe, output, done))
        await running[0].redrawn(0)
        try:
            yield running[0]
        finally:
            with suppress(Exception):  # it has ended by itself
                screen.application.exit()
            await asyncio.wait_for(done, 20)
