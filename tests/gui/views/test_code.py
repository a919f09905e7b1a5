"""Code in a message: nothing lies over it, and names that run from the right stay in their line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtQml import QQmlExpression, qmlContext
from PySide6.QtQuick import QQuickItem

from tests.gui.fakes import event
from tests.gui.views.stage import Stage

CODE = "```python\n" + "a = 1  # " + "long " * 60 + "\nb = 2\n```"
PLAIN = "```\none\n```"
FROM_THE_RIGHT = "שלום"


def below(item: QQuickItem) -> Iterator[QQuickItem]:
    """Everything in an item, shown or not."""
    for child in item.childItems():
        yield child
        yield from below(child)


def box(of: QQuickItem, within: QQuickItem) -> QRectF:
    return of.mapRectToItem(within, QRectF(0, 0, of.width(), of.height()))


def alignment(item: QQuickItem) -> int:
    context = qmlContext(item)
    assert context is not None
    found: Any = QQmlExpression(context, item, "effectiveHorizontalAlignment").evaluate()
    return int(found[0] if isinstance(found, tuple) else found)


@pytest.mark.parametrize("width", [1180, 760])
def test_neither_label_nor_button_lies_over_code(stage: Stage, width: int) -> None:
    stage.enter("general")
    stage.load("general", event(1, CODE), event(2, PLAIN))
    stage.resize(width, 700)
    stage.settle()
    blocks = list(stage.items("CodeBlock"))
    assert len(blocks) == 2
    for block in blocks:
        parts = list(below(block))
        code = box(next(part for part in parts if part.property("contentX") is not None), block)
        button = box(next(part for part in parts if part.property("glyph") == "copy"), block)
        labels = [box(part, block) for part in parts if part.property("text") == "python"]
        assert code.width() > 100
        assert not code.intersects(button)
        assert box(block, block).contains(button)
        assert len(labels) == (block.property("language") == "python")
        assert not any(code.intersects(label) for label in labels)


def test_names_from_the_right_stay_in_their_line(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", event(1, f"{FROM_THE_RIGHT} 123", FROM_THE_RIGHT), event(2, "x"))
    stage.room.composer.reply(1)
    stage.settle()
    labels = [one for one in stage.items("Label") if FROM_THE_RIGHT in str(one.property("text"))]
    assert len(labels) >= 2
    for label in labels:
        assert alignment(label) == Qt.AlignmentFlag.AlignLeft.value
    head = next(stage.items("MessageHead"))
    name, clock = head.childItems()[:2]
    assert name.x() == 0
    assert clock.x() > name.x() + name.width()
    (body,) = [one for one in stage.items("Prose") if FROM_THE_RIGHT in str(one.property("html"))]
    assert alignment(body) == Qt.AlignmentFlag.AlignRight.value
