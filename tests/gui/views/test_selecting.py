"""Selecting text over several messages with mouse and keys, and copying it, in the real window."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from tests.gui.fakes import entries, event, page
from tests.gui.views.stage import Stage
from zmqchat.client import ChatEvent

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def row(stage: Stage, seq: int) -> QQuickItem:
    return next(one for one in stage.items("MessageRow") if one.property("seq") == seq)


def place(stage: Stage, seq: int, offset: int, block: int = 0) -> QPoint:
    """Where in the window a character of a message is; a little right of its left edge."""
    proses = [one for one in stage.items("Prose") if above(one, row(stage, seq))]
    prose = sorted(proses, key=lambda one: one.mapToScene(QPointF()).y())[block]
    at = prose.positionToRectangle(offset)  # type: ignore[attr-defined]
    return prose.mapToScene(QPointF(at.x() + 1, at.center().y())).toPoint()


def above(item: QQuickItem | None, wanted: QQuickItem) -> bool:
    while item is not None and item is not wanted:
        item = item.parentItem()
    return item is not None


def drag(stage: Stage, start: QPoint, *ways: QPoint) -> None:
    QTest.mousePress(stage.window, LEFT, NO_KEYS, start)
    for way in ways:
        QTest.mouseMove(stage.window, way)
    stage.settle()


def release(stage: Stage, at: QPoint) -> None:
    QTest.mouseRelease(stage.window, LEFT, NO_KEYS, at)
    stage.settle()


def copied(stage: Stage) -> str:
    QGuiApplication.clipboard().clear()
    stage.key(Qt.Key.Key_C, CONTROL)
    return QGuiApplication.clipboard().text().replace("\u202f", " ")


def talk(stage: Stage) -> None:
    stage.enter("general")
    stage.load(
        "general",
        event(1, "first message here"),
        event(2, "second **message** https://example.com/"),
        event(3, "third message", "bo"),
    )


def painted(stage: Stage, seq: int) -> list[str]:
    """What is painted as selected in a message."""
    found = [one for one in stage.items("Prose") if above(one, row(stage, seq))]
    return [str(one.property("selectedText")) for one in found]


def test_a_drag_selects_characters_in_one_message(stage: Stage) -> None:
    talk(stage)
    end = place(stage, 1, 13)
    drag(stage, place(stage, 1, 6), end)
    release(stage, end)
    assert painted(stage, 1) == ["message"]
    assert copied(stage) == "message"


def test_a_drag_goes_on_into_other_messages(stage: Stage) -> None:
    talk(stage)
    end = place(stage, 3, 5)
    drag(stage, place(stage, 1, 6), place(stage, 2, 4), end)
    release(stage, end)
    assert painted(stage, 2) == ["second message https://example.com/"]
    assert copied(stage) == (
        "ada  9:01 AM\nmessage here\nsecond message https://example.com/\n\nbo  9:03 AM\nthird"
    )
    stage.key(Qt.Key.Key_Escape)
    assert painted(stage, 2) == [""]
    assert stage.room.timeline.selection.empty


def test_backwards_is_as_good(stage: Stage) -> None:
    talk(stage)
    end = place(stage, 2, 7)
    drag(stage, place(stage, 3, 5), end)
    release(stage, end)
    assert painted(stage, 2) == ["message https://example.com/"]
    assert painted(stage, 3) == ["third"]


def test_clicks_select_a_word_and_a_paragraph_and_shift_extends(stage: Stage) -> None:
    talk(stage)
    at = place(stage, 1, 8)
    QTest.mouseDClick(stage.window, LEFT, NO_KEYS, at)
    stage.settle(10)
    assert painted(stage, 1) == ["message"]
    QTest.mouseClick(stage.window, LEFT, NO_KEYS, at)
    stage.settle(10)
    assert painted(stage, 1) == ["first message here"]
    QTest.mouseClick(stage.window, LEFT, SHIFT, place(stage, 2, 2))
    stage.settle()
    assert painted(stage, 2) == ["second message https://example.com/"]


def test_what_is_copied_drives_no_terminal_that_it_is_pasted_into(stage: Stage) -> None:
    """A terminal takes what stands between two controls as pasted, and what follows as typed."""
    stage.app.copy("ls\x1b[201~\x0brm -rf ~\r")
    assert QGuiApplication.clipboard().text() == "ls\ufffd[201~\nrm -rf ~\r"


def test_a_click_opens_a_link_and_a_drag_over_it_does_not(stage: Stage) -> None:
    talk(stage)
    opened: list[str] = []
    stage.app._desktop = replace(stage.app._desktop, open_web=opened.append)
    link = place(stage, 2, 20)
    drag(stage, place(stage, 2, 16), link)
    release(stage, link)
    assert opened == []
    stage.press(row(stage, 2), at=row(stage, 2).mapFromScene(QPointF(link)).toPoint())
    assert opened == ["https://example.com/"]
    assert stage.room.timeline.selection.empty


def test_keys_select_messages(stage: Stage) -> None:
    talk(stage)
    stage.key(Qt.Key.Key_F6, SHIFT)
    stage.key(Qt.Key.Key_Up, SHIFT)
    assert [painted(stage, seq) != [""] for seq in (1, 2, 3)] == [False, True, True]
    stage.key(Qt.Key.Key_Up, SHIFT)
    stage.key(Qt.Key.Key_Down, SHIFT)
    assert [painted(stage, seq) != [""] for seq in (1, 2, 3)] == [False, True, True]
    stage.key(Qt.Key.Key_A, CONTROL)
    assert [painted(stage, seq) != [""] for seq in (1, 2, 3)] == [True, True, True]
    stage.key(Qt.Key.Key_Up)
    assert stage.room.timeline.selection.empty


def many(first: int, last: int) -> list[ChatEvent]:
    return [
        event(seq, f"message number {seq}", ("ada", "bo")[seq % 2]) for seq in range(first, last)
    ]


def test_beyond_the_edge_the_list_scrolls_and_the_selection_grows(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", *many(1, 201))
    outside = place(stage, 200, 3)
    outside.setY(20)
    drag(stage, place(stage, 200, 3), outside)
    selection = stage.room.timeline.selection
    stage.wait(lambda: stage.room.timeline.rowOf("s150") >= 0 and selection.covers(50))
    release(stage, outside)
    text = copied(stage)
    assert "message number 160\n" in text
    assert text.endswith("mes")


def test_it_stays_when_messages_come_and_history_does(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", *many(101, 131), whole=False)
    end = place(stage, 129, 7)
    drag(stage, place(stage, 128, 8), end)
    release(stage, end)
    before = copied(stage)
    stage.hear("general", *many(131, 140))
    stage.gateway.asked.clear()
    stage.room.timeline.loadOlder()
    stage.gateway.answer(page(entries(*many(80, 101)), whole=False))
    stage.settle()
    assert "number 128" in before
    assert copied(stage) == before


def test_what_is_typed_after_a_click_goes_to_the_composer(stage: Stage) -> None:
    talk(stage)
    stage.press(row(stage, 1))
    assert not stage.named("Message #general").hasActiveFocus()
    stage.type("rest")
    assert stage.room.composer.text == "rest"
    assert stage.room.composer.replySeq == 0


def test_code_quotes_and_lists_are_selected_too(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", event(1, "- one\n- two\n\n```\nx = 1\ny = 2\n```\n\n> cited\n> twice"))
    stage.key(Qt.Key.Key_F6, SHIFT)
    stage.key(Qt.Key.Key_A, CONTROL)
    assert copied(stage) == "• one\n• two\nx = 1\ny = 2\n> cited\n> twice"


def test_in_a_thread_as_well(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", event(1, "question"), event(2, "an answer", "bo", reply_to=1))
    stage.key(Qt.Key.Key_F6, SHIFT)
    stage.key(Qt.Key.Key_T)
    stage.named("Messages in the thread").forceActiveFocus()
    stage.key(Qt.Key.Key_A, CONTROL)
    assert copied(stage) == "ada  9:01 AM\nquestion\n\nbo  9:02 AM\nan answer"
