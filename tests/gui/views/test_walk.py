"""Whatever is done in whatever order: each row of the window is of the open room, and as its log
has it. `tests/screen/test_walk.py` walks the same way through real windows, with a real server.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from zmqchat_gui.bridge import updates as up

from tests.gui.fakes import at, event, name_of, room_of_row
from tests.gui.views.painted import token, wrong
from tests.gui.views.stage import Stage
from zmqchat.client import ChatEvent

STEPS = 40
SIZES = {"general": 150, "art": 70, "lab": 0, "ops": 9, "@ada": 2, "@bo": 0}
SHAPES = (
    "{}",
    "{} and rather long words" + " that go on" * 30,
    "- {}\n- two\n- three",
    "```python\n{} = 1\n```",
    "> {}\n\nand an answer",
    "|{}|b|\n|-|-|\n" + "|c|d|\n" * 6,
)


@dataclass
class Walk:
    """A person who does anything at the window, while others write."""

    stage: Stage
    chance: random.Random
    logs: dict[str, dict[int, str]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    def begin(self) -> None:
        self.stage.enter(*SIZES)
        for room, size in SIZES.items():
            self.logs[room] = {seq: token(room, seq) for seq in range(1, size + 1)}
        self.serve()

    def serve(self) -> None:
        """What the server says of rooms that are looked at for the first time."""
        while self.stage.gateway.looked_at:
            room = name_of(self.stage.gateway.looked_at.pop())
            self.stage.load(room, *self.events(room))

    def events(self, room: str) -> list[ChatEvent]:
        """The log of a room, as a page has it."""
        return [self.message(seq, text) for seq, text in self.logs[room].items() if text]

    def message(self, seq: int, text: str, **fields: object) -> ChatEvent:
        shape = SHAPES[seq % len(SHAPES)]
        return event(seq, shape.format(text), ("ada", "bo")[seq // 3 % 2], **fields)

    def step(self) -> None:
        """One thing, and then the truth is looked for."""
        action = self.chance.choice(ACTIONS)
        self.done.append(action.__name__)
        action(self)
        self.serve()
        self.stage.settle(5)
        room = self.stage.room.name
        strangers = [
            row.property("room")
            for row in self.stage.items("MessageRow")
            if row.property("room") != room
        ]
        found = wrong(self.stage, room, self.logs[room])
        assert found == [], f"{found} after {self.done}"
        assert strangers == [], f"after {self.done}"

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    def clicks_a_room(self) -> None:
        rows = [row for row in self.stage.items("RoomRow") if room_of_row(row) in SIZES]
        if rows:  # in a narrow window there are none
            self.stage.press(self.chance.choice(rows))

    def steps_to_a_room(self) -> None:
        key = self.chance.choice((Qt.Key.Key_Up, Qt.Key.Key_Down))
        self.stage.key(key, Qt.KeyboardModifier.AltModifier)

    def goes_to_a_room(self) -> None:
        self.stage.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        self.stage.type(self.chance.choice([room.removeprefix("@") for room in SIZES]))
        self.stage.key(Qt.Key.Key_Return)

    def turns_the_wheel(self) -> None:
        turn = self.chance.choice((5, 5, -5, 1, -1))
        view = self.stage.item("Timeline")
        at = QPointF(view.mapToScene(QPoint(200, 200)))
        for _ in range(abs(turn)):
            QApplication.sendEvent(
                self.stage.window,
                QWheelEvent(
                    *(at, at, QPoint(), QPoint(0, 120 if turn > 0 else -120)),
                    *(Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier),
                    *(Qt.ScrollPhase.NoScrollPhase, False),
                ),
            )

    def presses_keys_in_the_list(self) -> None:
        shift = Qt.KeyboardModifier.ShiftModifier
        self.stage.key(Qt.Key.Key_F6, shift)
        keys = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)
        for _ in range(3):
            self.stage.key(self.chance.choice(keys))

    def sends(self) -> None:
        room, log = self.stage.room.name, self.logs[self.stage.room.name]
        seq = max(log, default=0) + 1
        self.stage.room.composer.setProperty("text", token(room, seq))
        self.stage.room.composer.send()
        sent = self.stage.gateway.sent[-1]
        log[seq] = token(room, seq)
        if self.chance.random() < 0.8:
            self.stage.gateway.tell(up.Arrived(at(room).id, [replace(sent, seq=seq)]))
        else:  # the acknowledgement comes first
            self.stage.gateway.tell(up.Sent(replace(sent, seq=seq)))

    def looks_at_a_side(self) -> None:
        letter = self.chance.choice((Qt.Key.Key_F, Qt.Key.Key_M))
        self.stage.key(letter, Qt.KeyboardModifier.ControlModifier)

    def opens_a_thread(self) -> None:
        log = self.logs[self.stage.room.name]
        if log:
            self.stage.room.openThread.open(self.chance.choice(list(log)))

    def jumps(self) -> None:
        log = self.logs[self.stage.room.name]
        if log:
            self.stage.room.timeline.jumpTo(self.chance.choice(list(log)))

    def changes_the_size(self) -> None:
        self.stage.resize(*self.chance.choice(((1000, 700), (420, 560), (1300, 900))))

    def changes_the_look(self) -> None:
        settings = self.stage.app.settings
        settings.setProperty("theme", self.chance.choice(("light", "dark")))
        settings.setProperty("fontSize", self.chance.choice((11, 15, 22)))

    # ── what others do ───────────────────────────────────────────────────────────────────────────

    def others_write(self) -> None:
        room = self.chance.choice(list(SIZES))
        first = max(self.logs[room], default=0) + 1
        fresh = {seq: token(room, seq) for seq in range(first, first + self.chance.randint(1, 60))}
        self.logs[room].update(fresh)
        told = [self.message(seq, text) for seq, text in fresh.items()]
        self.stage.gateway.tell(up.Arrived(at(room).id, told))

    def others_change_a_message(self) -> None:
        room = self.chance.choice([room for room, log in self.logs.items() if log])
        log = self.logs[room]
        target = self.chance.choice(list(log))
        seq = max(log) + 1
        if self.chance.random() < 0.7:
            log[target] = token(room, target, seq)
            shape = self.chance.choice(SHAPES).format(log[target])
            change = event(seq, shape, type="edited", target=target)
        else:
            log[target] = ""
            change = event(seq, type="redacted", target=target)
        self.stage.gateway.tell(up.Arrived(at(room).id, [change]))

    def the_room_is_read_anew(self) -> None:
        room = self.stage.room.name
        if all(self.logs[room].values()):
            self.stage.load(room, *self.events(room))


ACTIONS: tuple[Callable[[Walk], None], ...] = (
    *(Walk.clicks_a_room, Walk.clicks_a_room, Walk.steps_to_a_room, Walk.goes_to_a_room),
    *(Walk.turns_the_wheel, Walk.turns_the_wheel, Walk.presses_keys_in_the_list),
    *(Walk.sends, Walk.looks_at_a_side, Walk.opens_a_thread, Walk.jumps),
    *(Walk.changes_the_size, Walk.changes_the_look),
    *(Walk.others_write, Walk.others_change_a_message, Walk.the_room_is_read_anew),
)


@pytest.mark.parametrize("seed", [3])
def test_each_row_is_of_the_open_room_and_as_its_log_has_it(stage: Stage, seed: int) -> None:
    walk = Walk(stage, random.Random(seed))
    walk.begin()
    for _ in range(STEPS):
        walk.step()
