"""The screen as a person sees it, at several sizes."""

from __future__ import annotations

import asyncio

import pytest

from tests.cli.chat.events import ALICE, at, event, into
from tests.cli.chat.screens import END, PAGE_DOWN, PAGE_UP, shown
from zmqchat.cli.chat.model import Conversation


def _conversation(messages: int = 0) -> Conversation:
    conversation = Conversation(ALICE)
    conversation.state = "live"
    conversation.open(at("general"))
    for seq in range(2, messages + 2):
        conversation.heard(event(seq))
    return conversation


def test_rooms_timeline_composer_and_state() -> None:
    async def main() -> None:
        conversation = _conversation(3)
        conversation.open(at("builds"))
        conversation.heard(into("builds", event(1)))
        conversation.rooms[at("general").id].complete_to = 4
        async with shown(conversation, 100, 20, about=("2 ms",)) as screen:
            rows = screen.rows()
            assert rows[0].split("│")[0].strip() == "alice"
            assert rows[0].split("│")[1] == " #general  ✓ complete to 4"
            assert [row.split("│")[0].strip() for row in rows[2:4]] == ["#builds 1", "#general"]
            assert rows[-4].split() == ["│", "message", "4", "4"]
            assert rows[-2].endswith("│>")
            assert "│ live · 2 ms · /help · PgUp reads back" in rows[-1]

    asyncio.run(main())


def test_a_narrow_screen_has_no_rooms_and_leaves_hints_out() -> None:
    async def main() -> None:
        conversation = _conversation(1)
        conversation.state = "connecting"
        async with shown(conversation, 34, 12, about=("1 to send",)) as screen:
            rows = screen.rows()
            assert rows[0] == " #general"
            assert rows[-1] == " connecting… · 1 to send · /help"

    asyncio.run(main())


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (20, 5), (69, 4), (70, 3), (300, 80)])
def test_no_size_breaks_it(size: tuple[int, int]) -> None:
    async def main() -> None:
        conversation = _conversation(30)
        conversation.notice("会议室" * 30)
        async with shown(conversation, *size) as screen:
            await screen.press(PAGE_UP, "@b", PAGE_DOWN, END)

    asyncio.run(main())


def test_the_current_room_is_in_sight_however_many_there_are() -> None:
    async def main() -> None:
        conversation = _conversation()
        for number in range(60):
            conversation.open(at(f"room-{number:02}"))
        conversation.look_at(at("room-50").id)
        async with shown(conversation, 80, 16) as screen:
            side = [row.split("│")[0].strip() for row in screen.rows()]
            assert side[0] == "alice"
            assert "#room-50" in side

    asyncio.run(main())


def test_long_names_are_cut() -> None:
    async def main() -> None:
        conversation = _conversation()
        conversation.heard(into("会议室" * 12, event(1)))
        async with shown(conversation) as screen:
            (row,) = (row for row in screen.rows() if "会" in row)
            assert row.split("│")[0].rstrip().endswith("… 1")

    asyncio.run(main())


def test_reading_back_asks_for_older_ones_and_stays_where_it_is() -> None:
    async def main() -> None:
        conversation = _conversation(60)
        async with shown(conversation, 60, 16) as screen:
            await screen.press(PAGE_UP)
            assert screen.wanted_older == 1
            before = screen.rows()[2:-4]
            assert "below: End" in screen.rows()[0]
            conversation.heard(event(99, "came meanwhile"))
            await screen.shows("1 new below: End")
            assert screen.rows()[2:-4] == before
            await screen.press(END)
            await screen.shows("came meanwhile")
            assert "below" not in screen.rows()[0]
            assert conversation.shown.unread == 0

    asyncio.run(main())


def test_paging_forward_ends_at_the_newest() -> None:
    async def main() -> None:
        conversation = _conversation(40)
        async with shown(conversation, 60, 16) as screen:
            newest = screen.rows()
            await screen.press(PAGE_UP, PAGE_UP, PAGE_DOWN, PAGE_DOWN, PAGE_DOWN)
            assert screen.rows() == newest
            assert conversation.shown.place is None

    asyncio.run(main())


def test_without_a_room_it_says_so() -> None:
    async def main() -> None:
        conversation = Conversation(ALICE)
        conversation.notice("a remark")
        async with shown(conversation) as screen:
            assert "not in any room" in screen.rows()[0]
            assert any("a remark" in row for row in screen.rows())

    asyncio.run(main())
