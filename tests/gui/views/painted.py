"""What the window paints of messages, row by row, beside what the log has: no list is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtQml import QQmlExpression, qmlContext
from PySide6.QtQuick import QQuickItem

from tests.gui.views.stage import Stage

TOKEN = re.compile(r"\b[a-z]+-[0-9]+-[0-9]+\b")
"""Names a message in its own text, as `token` makes it."""


def token(room: str, seq: int, version: int = 0) -> str:
    """What the text of a message has in it, so that it can be told wherever it is painted."""
    return f"{room.removeprefix('@')}-{seq}-{version}"


@dataclass(frozen=True, slots=True)
class Painted:
    """A row of the timeline: what it says it is, and what its text says."""

    top: int
    room: str
    seq: int
    said: frozenset[str]


def painted(stage: Stage) -> list[Painted]:
    """All that is in sight of the timeline's rows, from top to bottom."""
    view = stage.item("Timeline")
    found = []
    for row in stage.items("MessageRow"):
        top = row.mapToItem(view, QPointF(0, 0)).y()
        if view.isAncestorOf(row) and -row.height() < top < view.height() and row.height() > 0:
            said = frozenset(TOKEN.findall(" ".join(_texts(row))))
            found.append(Painted(round(top), row.property("room"), row.property("seq"), said))
    return sorted(found, key=lambda row: row.top)


def wrong(stage: Stage, room: str, log: Mapping[int, str]) -> list[str]:
    """`complaints` of what is in sight. A row that is being made has no place for a moment, and is
    not painted then: what is wrong remains wrong.
    """
    for _ in range(20):
        if not complaints(painted(stage), room, log):
            return []
        stage.settle(20)
    return complaints(painted(stage), room, log)


def _texts(row: QQuickItem) -> Iterator[str]:
    """The texts that are painted, without those of messages that it answers."""
    for item in row.childItems():
        kind = item.metaObject().className().split("_QML")[0]
        if kind == "Prose":
            context = qmlContext(item)
            assert context is not None
            text, _ = QQmlExpression(context, item, "getText(0, length)").evaluate()
            yield str(text)
        elif item.isVisible() and kind != "ReplyLine":
            yield from _texts(item)


def complaints(rows: Sequence[Painted], room: str, log: Mapping[int, str]) -> list[str]:
    """What is wrong with the rows of a room whose log has these tokens by seq ("": a message that
    has no text any more).
    """
    wrong = [f"{row} is of another room" for row in rows if row.room != room]
    for row in rows:
        expected = frozenset({log.get(row.seq, "nothing")} - {""})
        if row.seq and row.said != expected:
            wrong.append(f"{row} and the log has {set(expected)}")
        elif not row.seq and any(not said.startswith(token(room, 0)[:-3]) for said in row.said):
            wrong.append(f"{row} is not sent, and of another room")
    seqs = [row.seq for row in rows if row.seq]
    if log and not rows:
        wrong.append("nothing is in sight")
    if seqs and seqs != [seq for seq in sorted(log) if seqs[0] <= seq <= seqs[-1]]:
        wrong.append(f"{seqs} is not the order of the log")
    return wrong
