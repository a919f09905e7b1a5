"""Writing: sending, several lines, history, completion, and how one leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.cli.chat.events import ALICE, at, event, into
from tests.cli.chat.screens import (
    ALT_DOWN,
    ALT_UP,
    CTRL_C,
    CTRL_D,
    ENTER,
    NEW_LINE,
    TAB,
    UP,
    Shown,
    shown,
)
from tests.support.waiting import eventually_async
from zmqchat.cli.chat.model import Conversation, Met


def _with(work: Callable[[Shown, Conversation], Awaitable[None]]) -> None:
    async def main() -> None:
        conversation = Conversation(ALICE)
        for name in ("general", "builds", "ops"):
            conversation.open(at(name))
        conversation.people.update({2: Met("bob"), 4: Met("bert")})
        async with shown(conversation) as screen:
            await work(screen, conversation)

    asyncio.run(main())


def test_enter_sends_and_clears() -> None:
    async def work(screen: Shown, _: Conversation) -> None:
        await screen.press("hello 你好", ENTER, "  ", ENTER)
        assert screen.submitted == ["hello 你好"]
        assert screen.screen.composer.text == "  "

    _with(work)


def test_what_was_not_taken_stays_in_the_composer() -> None:
    async def work(screen: Shown, _: Conversation) -> None:
        screen.takes = False
        await screen.press("/nonsense", ENTER)
        assert screen.submitted == ["/nonsense"]
        assert screen.screen.composer.text == "/nonsense"

    _with(work)


def test_several_lines_typed_and_pasted() -> None:
    async def work(screen: Shown, _: Conversation) -> None:
        await screen.press("a", NEW_LINE, "b", "\n", "c")
        await screen.press("\x1b[200~\r\nd\te\nf\x1b[201~", ENTER)
        assert screen.submitted == ["a\nb\nc\nd\te\nf"]

    _with(work)


def test_up_brings_back_what_was_sent_and_what_was_cleared() -> None:
    async def work(screen: Shown, _: Conversation) -> None:
        await screen.press("first", ENTER, "second", CTRL_C)
        assert screen.screen.composer.text == ""
        await screen.press(UP)
        assert screen.screen.composer.text == "second"
        await screen.press(UP, ENTER)
        assert screen.submitted == ["first", "first"]

    _with(work)


def test_tab_completes_at_once_and_goes_on_to_the_next() -> None:
    async def work(screen: Shown, _: Conversation) -> None:
        await screen.press(f"hi @bo{TAB}and #bu{TAB}!", ENTER)
        assert screen.submitted == ["hi @bob and #builds !"]
        await screen.press(f"@b{TAB}{TAB}")
        assert screen.screen.composer.text == "@bob "
        await screen.press(ENTER)
        assert len(screen.submitted) == 1, "Enter chose the completion"
        await screen.press(ENTER)
        assert screen.submitted[1:] == ["@bob "]
        await screen.press(f"nothing{TAB}", ENTER)
        assert screen.submitted[2:] == ["nothing"]

    _with(work)


def test_keys_go_from_room_to_room() -> None:
    async def work(screen: Shown, conversation: Conversation) -> None:
        await screen.press(ALT_DOWN)
        assert conversation.shown.name == "ops"
        await screen.press(ALT_UP, ALT_UP)
        assert conversation.shown.name == "builds"
        await screen.press("\x1b2", "\x1b9")
        assert conversation.shown.name == "general"
        conversation.heard(into("ops", event(1)))
        await screen.press("\x1ba")
        assert conversation.shown.name == "ops"

    _with(work)


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_it_is_left_from_an_empty_line(key: str) -> None:
    async def work(screen: Shown, _: Conversation) -> None:
        screen.pipe.send_text(f"x{CTRL_D}\x7f{key}")
        await eventually_async(screen.done.done)
        assert screen.done.exception() is None

    _with(work)
