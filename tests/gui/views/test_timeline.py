"""The timeline as a person sees it: nothing jumps, nothing breaks out, keys do what they say."""

from __future__ import annotations

import time
from functools import partial

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtQml import QQmlExpression, qmlContext
from PySide6.QtQuick import QQuickItem
from PySide6.QtWidgets import QApplication

from tests.gui.fakes import entries, event, page
from tests.gui.views.stage import Stage
from zmqchat.client import ChatEvent

CODE = "```python\nasync def pump(sock):\n    return await sock.recv_multipart()\n```"
TEXTS = (
    "short",
    "rather long words " * 20,
    "- one\n- two\n- three",
    CODE,
    "> quoted\n\nand answered",
    "|a|b|\n|-|-|\n" + "|c|d|\n" * 12,
    "x" * 30_000,
    "many words " * 400,
)


def messages(first: int, last: int) -> list[ChatEvent]:
    """Messages of all shapes, by two people, some of which answer others."""
    return [
        event(
            seq,
            f"{seq} {TEXTS[seq % len(TEXTS)]}",
            ("ada", "bo")[seq // 3 % 2],
            **({"reply_to": seq - 2} if seq % 7 == 0 else {}),
        )
        for seq in range(first, last)
    ]


def places(stage: Stage) -> dict[int, int]:
    """Where the messages in sight are, in pixels from the top, by seq.

    Rows that wait to be used again are in the window too, and are none of these.
    """
    view = stage.named("Messages in general")
    return {
        row.property("seq"): round(row.y() - view.property("contentY"))
        for row in map(partial(row_at, view), {index for _, index in rows_in(stage)})
        if row is not None and is_within(view, row)
    }


def row_at(view: QQuickItem, index: int) -> QQuickItem | None:
    """The item that shows a row now."""
    context = qmlContext(view)
    assert context is not None
    found, _ = QQmlExpression(context, view, f"itemAtIndex({index})").evaluate()
    assert found is None or isinstance(found, QQuickItem)
    return found


def rows_in(stage: Stage) -> set[tuple[int, int]]:
    """The seqs and the numbers of all rows that there are."""
    return {(row.property("seq"), row.property("index")) for row in stage.items("MessageRow")}


def is_within(view: QQuickItem, row: QQuickItem) -> bool:
    """Whether a row, or a part of it, is in sight."""
    top = row.y() - view.property("contentY")
    return bool(-row.height() < top < view.height())


def wheel(stage: Stage, turns: float) -> None:
    """Turns the wheel over the timeline: up, or down if `turns` is negative."""
    view = stage.named("Messages in general")
    before = view.property("contentY")
    at = QPointF(view.mapToScene(QPoint(300, 200)))
    turned = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, round(turns * 120)),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    turned.setTimestamp(time.monotonic_ns() // 1_000_000)
    QApplication.sendEvent(stage.window, turned)
    stage.wait(lambda: view.property("contentY") != before and not view.property("moved"))


def moves(before: dict[int, int], after: dict[int, int]) -> set[int]:
    """By how many pixels the messages moved that are in sight before and after."""
    return {after[seq] - before[seq] for seq in before.keys() & after.keys()}


def test_every_row_moves_alike_when_the_wheel_turns(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", *messages(1, 301))
    for turn in [1] * 60 + [-1] * 20:
        before = places(stage)
        wheel(stage, turn)
        moved = moves(before, places(stage))
        assert 0 < len(moved) <= 2, f"rows moved by {moved}"
        assert all(70 <= move * turn <= 74 for move in moved), f"rows moved by {moved}"


@pytest.mark.parametrize("seq", [259, 3, 150, 1, 290])
def test_a_jump_shows_its_target_at_once_and_keeps_it(stage: Stage, seq: int) -> None:
    stage.enter("general")
    stage.load("general", *messages(1, 301))
    wheel(stage, 3)
    stage.room.timeline.jumpTo(seq)
    there = places(stage)[seq]
    assert there >= 0
    for _ in range(5):
        stage.settle()
        assert abs(places(stage)[seq] - there) <= 1
    assert not stage.room.timeline.following


def test_rows_that_grow_out_of_sight_move_nothing(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", *messages(1, 101))
    wheel(stage, 10)
    before = places(stage)
    below = [seq for seq, _ in rows_in(stage) if seq > max(before)]
    assert below
    for number, seq in enumerate(below):
        stage.hear("general", event(101 + number, type="reacted", target=seq, emoji="🎉"))
    assert moves(before, places(stage)) <= {-1, 0, 1}


def test_a_tall_message_is_folded_until_all_of_it_is_wanted(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", event(1, "x" * 65_000), event(2, "short"))
    (height,) = (row.height() for row in stage.items("MessageRow") if row.property("seq") == 1)
    assert height < 600
    top = places(stage)[1]
    stage.press(stage.named("Show all"))
    stage.wait(lambda: places(stage).keys() == {1})
    assert abs(places(stage)[1] - top) <= 1


def test_a_page_of_history_moves_nothing(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", *messages(201, 301), whole=False)
    wheel(stage, 5)
    stage.gateway.asked.clear()
    stage.room.timeline.loadOlder()
    before = places(stage)
    stage.gateway.answer(page(entries(*messages(101, 201)), whole=False))
    stage.settle()
    assert stage.room.timeline.rowCount() == 200
    assert moves(before, places(stage)) <= {-1, 0, 1}


def test_live_messages_move_nothing_that_is_being_read(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", *messages(1, 101))
    wheel(stage, 10)
    stage.wait(lambda: not stage.room.timeline.following)
    before = places(stage)
    stage.hear("general", *messages(101, 121))
    assert moves(before, places(stage)) <= {-1, 0, 1}
    assert stage.room.timeline.below == 20
    stage.press(stage.named("20 new messages"))
    stage.wait(lambda: 120 in places(stage) and stage.room.timeline.below == 0)


def test_whoever_sends_sees_what_was_sent(stage: Stage) -> None:
    """Also from far above; an edit leaves the list where it is."""
    stage.enter("general")
    stage.load("general", *messages(1, 101))
    wheel(stage, 10)
    stage.wait(lambda: not stage.room.timeline.following)
    stage.press(stage.named("Message #general"))
    stage.type("here I am")
    stage.key(Qt.Key.Key_Return)
    stage.wait(lambda: stage.room.timeline.following and 100 in places(stage))
    assert any("here I am" in name for name in stage.names())


def test_the_newest_stays_in_sight_whatever_the_size(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", *messages(1, 101))
    for width, height in ((360, 640), (1280, 900), (700, 480)):
        stage.resize(width, height)
        stage.wait(lambda: 100 in places(stage))
    stage.hear("general", *messages(101, 102))
    stage.wait(lambda: 101 in places(stage))


@pytest.mark.parametrize("width", [360, 720, 1280])
@pytest.mark.parametrize("size", [11, 24])
def test_nothing_breaks_out(stage: Stage, width: int, size: int) -> None:
    """Long names, words without an end, code, other scripts, and what pretends to be HTML."""
    name = "W" * 64
    stage.app.settings.setProperty("fontSize", size)
    stage.enter("general", "r" * 64)
    stage.load(
        "general",
        event(1, "x" * 65_000, name),
        event(2, "مرحبا بالعالم " * 30, "fatima"),
        event(3, "日本語のテキスト" * 60, "田中"),
        event(4, "answer", "bo", reply_to=1),
        event(5, "```\n" + "y" * 3000 + "\n```"),
        event(6, "<img src='file:///etc/passwd'><script>alert(1)</script>"),
        event(7, type="renamed", sender=name, name="n" * 64),
        event(8, "https://example.com/" + "a" * 500),
    )
    stage.resize(width, 800)
    view = stage.named("Messages in general")
    for kind in ("ReplyLine", "MessageHead", "Prose", "CodeBlock", "EventLine", "Reactions"):
        for item in stage.items(kind):
            if not is_in(item, "CodeBlock") or kind == "CodeBlock":
                right = item.mapToItem(view, QPointF(item.width(), 0)).x()
                assert right <= view.width(), f"{kind} ends at {right} of {view.width()}"


def is_in(item: QQuickItem, kind: str) -> bool:
    """Whether an item is inside one of a QML type."""
    above = item.parentItem()
    while above is not None:
        if above.metaObject().className().startswith(kind):
            return True
        above = above.parentItem()
    return False


def test_keys_walk_the_messages_and_act_on_them(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", *messages(1, 4))
    stage.key(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert stage.named("Messages in general").hasActiveFocus()
    stage.key(Qt.Key.Key_Up)
    stage.key(Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text().startswith("2 ")
    stage.key(Qt.Key.Key_R)
    assert stage.room.composer.replySeq == 2
    stage.key(Qt.Key.Key_Escape)
    assert stage.named("Message #general").hasActiveFocus()
    stage.key(Qt.Key.Key_Escape)
    assert stage.room.composer.replySeq == 0


def test_the_list_keeps_no_item_besides_those_that_it_lays_out(stage: Stage) -> None:
    """Qt would, for the current row of a list, and draws it over others after a while."""
    stage.enter("general")
    stage.load("general", *(event(seq, f"line {seq}") for seq in range(1, 60)))
    stage.key(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Up):
        stage.key(key)
        assert stage.named("Messages in general").property("currentItem") is None
    wheel(stage, 20)
    stage.key(Qt.Key.Key_R)  # nobody sees to which
    assert stage.room.composer.replySeq == 0
    stage.key(Qt.Key.Key_Down)
    stage.key(Qt.Key.Key_R)
    assert stage.room.composer.replySeq == 59


def test_a_thread_opens_beside_the_room_and_closes_by_escape(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", event(1, "question"), event(2, "an answer", "bo", reply_to=1))
    stage.key(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    stage.key(Qt.Key.Key_T)
    assert stage.room.openThread.seq == 1
    assert stage.named("Reply in the thread").hasActiveFocus()
    stage.type("mine")
    stage.key(Qt.Key.Key_Return)
    assert [(sent.text, sent.reply_to) for sent in stage.gateway.sent] == [("mine", 1)]
    stage.key(Qt.Key.Key_Escape)
    assert stage.room.openThread.seq == 0
    assert stage.named("Message #general").hasActiveFocus()
    assert "Reply in the thread" not in stage.names()


def test_rooms_by_keys(stage: Stage) -> None:
    stage.enter("general", "art", "lab")
    stage.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert stage.room.name == "lab"
    stage.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert stage.room.name == "general"
    stage.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    stage.type("ar")
    stage.key(Qt.Key.Key_Return)
    assert stage.room.name == "art"


def test_an_emoji_is_found_by_name_and_remembered(stage: Stage) -> None:
    stage.enter("general")
    for word in ("party_popper", ""):
        stage.press(stage.named("Insert an emoji"))
        stage.type(word)
        stage.key(Qt.Key.Key_Return)
        stage.key(Qt.Key.Key_Escape)
    assert stage.room.composer.text == "🎉"
    assert stage.app.emoji.recent == ["🎉"]
