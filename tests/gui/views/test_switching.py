"""Another room, or another server: nothing of the one before is on the screen, or acted on."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtWidgets import QApplication
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.viewmodels.session import Session

from tests.gui.fakes import FakeGateway, event, name_of, opened, renamed
from tests.gui.views.painted import painted, token, wrong
from tests.gui.views.stage import Stage
from zmqchat.client import profile as profiles
from zmqchat.security.links import JoinLink

VIEWS = Path(__file__).parents[3] / "gui" / "zmqchat_gui" / "views"
SIZES = {"general": 150, "art": 40, "@ada": 2}
LOGS = {room: {seq: token(room, seq) for seq in range(1, n + 1)} for room, n in SIZES.items()}


def begin(stage: Stage) -> None:
    stage.enter(*SIZES)
    opens(stage, "general")


def opens(stage: Stage, room: str) -> None:
    """Opens a room; the server says what is in it, if that is not known yet."""
    stage.session.openRoom(room)
    while stage.gateway.looked_at:
        looked = name_of(stage.gateway.looked_at.pop())
        stage.load(looked, *(event(seq, text) for seq, text in LOGS[looked].items()))
    stage.settle()


def wheel_up(stage: Stage, turns: int) -> None:
    at = QPointF(stage.item("Timeline").mapToScene(QPoint(200, 200)))
    for _ in range(turns):
        turned = QWheelEvent(
            *(at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton),
            *(Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
        )
        QApplication.sendEvent(stage.window, turned)
    stage.settle()


def lists(stage: Stage) -> list[QQuickItem]:
    """Everything in the window that shows rows of a model, and scrolls."""
    return [item for item in stage.items() if item.inherits("QQuickListView")]


def second_server(stage: Stage) -> Session:
    """Somebody at another server, who is in #general there."""
    link = JoinLink("other.example", 5555, bytes(range(32)))
    profiles.save(profiles.prepare("other", link, "maja"))
    gateway = FakeGateway()
    session = Session(profiles.load("other"), lambda: gateway, "general")
    stage.app.adopt(session)
    gateway.tell(opened("general"), up.StateChanged("live"))
    stage.settle()
    return session


@pytest.mark.parametrize("turns", [5, 40])
def test_another_room_after_a_few_turns_of_the_wheel(stage: Stage, turns: int) -> None:
    begin(stage)
    for room in ("art", "general", "@ada", "general", "art"):
        wheel_up(stage, turns)
        opens(stage, room)
        assert wrong(stage, room, LOGS[room]) == []


def test_a_conversation_with_little_in_it_shows_nothing_else(stage: Stage) -> None:
    begin(stage)
    for seq in range(151, 190):  # each makes rows, and lets others go
        stage.hear("general", event(seq, "one more line"))
    opens(stage, "@ada")
    assert [(row.room, row.seq) for row in painted(stage)] == [("@ada", 1), ("@ada", 2)]
    assert {row.property("room") for row in stage.items("MessageRow")} == {"@ada"}


def test_a_list_shows_the_rows_of_one_model_as_long_as_it_is_there(stage: Stage) -> None:
    begin(stage)
    swapped: Counter[str] = Counter()

    def watch() -> None:
        for item in lists(stage):
            name = item.metaObject().className()
            item.modelChanged.connect(lambda name=name: swapped.update([name]))  # type: ignore[attr-defined]

    stage.key(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    stage.session.room.openThread.open(3)  # type: ignore[union-attr]
    watch()
    assert len(lists(stage)) > 1
    for room in ("art", "@ada", "general"):
        opens(stage, room)
        watch()
    first = stage.session
    second = second_server(stage)
    watch()
    stage.app.show(first.label)
    stage.settle()
    watch()
    stage.app.closeServer(first.label)
    stage.settle()
    assert stage.app.session is second
    assert swapped == {}


def test_there_is_one_of_everything(stage: Stage) -> None:
    begin(stage)
    for room in ("art", "general"):
        opens(stage, room)
        for kind in ("ChatPage", "RoomPane", "Timeline", "MembersList", "ComposerBox"):
            assert stage.item(kind).isVisible()


def test_a_question_about_a_message_goes_with_its_room(stage: Stage) -> None:
    begin(stage)
    stage.hear("general", event(151, "mine", "maja"))
    stage.key(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    stage.key(Qt.Key.Key_Delete)
    assert "Delete this message?" in stage.names()
    opens(stage, "art")  # by a click on a notification
    assert "Delete this message?" not in stage.names()
    assert stage.gateway.sent == []


def test_a_room_that_is_renamed_says_so_in_its_rows(stage: Stage) -> None:
    begin(stage)
    stage.gateway.tell(renamed("general", "plaza"))
    stage.settle()
    assert {row.room for row in painted(stage)} == {"plaza"}


def test_no_view_asks_another_for_its_model() -> None:
    """While it is given one, that ends the process: hand the rows over beside it."""
    asked = re.compile(r"\b(?!root\b)\w+\.model\b")
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in sorted(VIEWS.rglob("*.qml"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if asked.search(line)
    ]
    assert found == []
