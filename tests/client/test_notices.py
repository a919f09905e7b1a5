"""What a program is told of what happened."""

from __future__ import annotations

import pytest

from tests.client.samples import info
from zmqchat.client.notices import Notice, NoticeKind, renaming
from zmqchat.sync import effects as fx


@pytest.mark.parametrize("kind", [fx.RoomOpened, fx.RoomChanged])
def test_another_name_than_was_known_is_told(
    kind: type[fx.RoomOpened | fx.RoomChanged],
) -> None:
    renamed = info([], 0, name="lobby")
    told = renaming(kind(renamed), {renamed.room: "general"})
    text = "#general is called #lobby now."
    assert told == Notice(NoticeKind.ROOM_RENAMED, "lobby", text, before="general")
    assert renaming(kind(renamed), {renamed.room: "lobby"}) is None
    assert renaming(kind(renamed), {}) is None


def test_nothing_else_renames_a_room() -> None:
    assert renaming(fx.RoomClosed(1), {1: "general"}) is None
