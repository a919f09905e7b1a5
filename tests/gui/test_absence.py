"""What happened to rooms while the program did not run."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from zmqchat_gui.app.composition import Composition

from tests.gui.desk import WAIT_MS, becomes, enter, open_room
from tests.gui.fakes import rows
from tests.gui.test_waiting import another_start
from tests.support.realm import Person


@pytest.mark.parametrize(
    ("deed", "left"),
    [(("kick", "art", "maja"), ["general"]), (("rename", "art", "arts"), ["arts", "general"])],
)
def test_a_room_is_not_listed_that_is_not_there_any_more(
    program: Composition,
    ada: Person,
    qtbot: QtBot,
    tmp_path: Path,
    deed: tuple[str, ...],
    left: list[str],
) -> None:
    ada.does("create", "art")
    ada.does("enter", "art")
    session = enter(program, qtbot)
    session.enterRoom("art")
    qtbot.waitUntil(lambda: open_room(session).name == "art", timeout=WAIT_MS)
    becomes(qtbot, lambda: open_room(session).timeline.loaded, True)
    program.close()
    ada.does(*deed)
    with another_start(tmp_path, qtbot) as second:
        becomes(qtbot, lambda: second.connection, "live")
        becomes(qtbot, lambda: rows(second.rooms, "name"), left)
