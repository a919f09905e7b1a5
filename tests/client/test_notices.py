"""What a program is told of what happened."""

from __future__ import annotations

import pytest

from tests.client.samples import conversation, info
from zmqchat.client.notices import Notice, NoticeKind, renaming
from zmqchat.protocol.who import Who
from zmqchat.sync import effects as fx


@pytest.mark.parametrize("kind", [fx.RoomOpened, fx.RoomChanged])
def test_another_name_than_was_known_is_told(
    kind: type[fx.RoomOpened | fx.RoomChanged],
) -> None:
    renamed = info([], 0, name="lobby")
    told = renaming(kind(renamed), {renamed.room: info([], 0)})
    text = "#general is called #lobby now."
    assert told == Notice(NoticeKind.ROOM_RENAMED, "lobby", text, before="general", room_id=1)
    assert renaming(kind(renamed), {renamed.room: renamed}) is None
    assert renaming(kind(renamed), {}) is None


def test_a_conversation_is_called_anew_with_its_people() -> None:
    before, now = conversation(Who(2, "bob")), conversation(Who(2, "robert"))
    told = renaming(fx.RoomChanged(now), {now.room: before})
    assert told is not None
    assert (told.text, told.before) == ("@bob is called @robert now.", "@bob")


def test_nothing_else_renames_a_room() -> None:
    assert renaming(fx.RoomClosed(1), {1: info([], 0)}) is None
