"""A person who does anything, in any order, for a minute: the window lives, says nothing on stderr,
and each row in sight is of the open room and as the server's log has it.

`make screen ARGS='-k walk --walk-seed 7'` walks one way again; without it, each run walks another.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest

from tests.screen.conftest import Opener
from tests.screen.reading import Node
from tests.screen.service import Service
from tests.screen.window import Window
from tests.support.realm import Person, Running

pytestmark = pytest.mark.screen

WALK_S = 60.0
ROOMS = ("general", "art", "lab", "ops", "plans")
PATIENCE_S = 30.0
# of the accessibility bus at the start; Qt says it where nobody listens on the bus yet
_ALLOWED = re.compile(r"^qt\.accessibility\.atspi: ")
_MESSAGE = re.compile(r"^[^:]*, \d\d?:\d\d[^:]*: (.*)$", re.DOTALL)


class Log:
    """A room's log as the server has it, followed by `zmqchat tail`: texts by seq, "" for what has
    none any more, None for what is no message.
    """

    def __init__(self, reader: Person, room: str, ends: ExitStack) -> None:
        self.texts: dict[int, str | None] = {}
        self._tail = ends.enter_context(reader.start("tail", room, "--since", "0", "--json"))
        threading.Thread(target=_follow, args=(self._tail, self.texts), daemon=True).start()


def _follow(tail: Running, texts: dict[int, str | None]) -> None:
    while True:
        try:
            event = json.loads(tail.line(deadline=3600))
        except (AssertionError, ValueError):  # it ended
            return
        match event["type"]:
            case "posted":
                texts[event["seq"]] = event["text"]
            case "edited":
                texts[event["target"]] = event["text"]
            case "redacted":
                texts[event["target"]] = ""
        texts.setdefault(event["seq"], None)


@dataclass
class Walk:
    window: Window
    service: Service
    chance: random.Random
    logs: dict[str, Log]
    done: list[str] = field(default_factory=list)
    sent: int = 0

    # ── what is right ────────────────────────────────────────────────────────────────────────────

    def look(self) -> None:
        """All is as it should be, or is so in a moment: what is on its way may be missing, but what
        is wrong for long is wrong.
        """
        end = time.monotonic() + PATIENCE_S
        while wrong := self.complaints():
            told = f"{wrong}\nafter {self.done}\n"
            assert self.window.process.running, told + self.window.process.log
            assert time.monotonic() < end, told + self.window.summary()

    def complaints(self) -> list[str]:
        if not self.window.process.running:
            return ["it ended"]
        said = [line for line in self.window.process.log.splitlines() if not _ALLOWED.match(line)]
        if said:
            return [f"it said {said}"]
        shown = [node for node in self.window.nodes() if node.showing]
        lists = [node for node in shown if node.name.startswith("Messages in ")]
        if not lists:
            return ["there is no list of messages"]
        title = lists[0].name.removeprefix("Messages in ")
        room = title if title in self.logs else f"@{title}"
        rows = [node for node in shown if node.is_in(lists[0]) and "#" in node.id]
        rows = [row for row in rows if meets(row, lists[0])]
        return rows_wrong(room, rows, self.logs[room].texts)

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    def clicks_a_room(self) -> None:
        names = [room.removeprefix("@") for room in self.logs]
        rows = [
            node
            for node in self.window.nodes()
            if node.showing and node.role == "list item" and node.name.split(",")[0] in names
        ]
        if rows:
            x, y = self.chance.choice(rows).centre
            self.window.desktop.xdotool("mousemove", str(x), str(y), "click", "1")

    def goes_to_a_room(self) -> None:
        self.window.key("ctrl+k")
        self.types(self.chance.choice([room.removeprefix("@") for room in self.logs]))
        self.window.key("Return")

    def steps_to_a_room(self) -> None:
        self.window.key(self.chance.choice(("alt+Down", "alt+Up", "alt+shift+Down")))

    def turns_the_wheel(self) -> None:
        button = self.chance.choice("445")
        x, y = self.middle()
        turns = str(self.chance.choice((1, 5, 12)))
        wheel = ("click", "--repeat", turns, "--delay", "20", button)
        self.window.desktop.xdotool("mousemove", str(x), str(y), *wheel)

    def walks_the_list(self) -> None:
        self.window.key("shift+F6")
        self.window.key(*self.chance.choices(("Prior", "Next", "Home", "End", "Up"), k=3))

    def sends(self) -> None:
        self.window.key("Escape", "Escape")
        self.sent += 1
        self.types(self.chance.choice(("said {}", "`code {}`", "a long one " * 20 + "{}")))
        self.window.key("Return")

    def edits(self) -> None:
        self.window.key("Escape", "Escape", "ctrl+a", "BackSpace", "Up", "End")
        self.types(" and more")
        self.window.key("Return")

    def searches(self) -> None:
        self.window.key("ctrl+f")
        self.types(self.chance.choice(("line", "said", "lab")))
        self.window.key("Down", "Return")

    def changes_the_side(self) -> None:
        self.window.key(self.chance.choice(("ctrl+m", "ctrl+f")))

    def changes_the_size(self) -> None:
        width, height = self.chance.choice(((1100, 800), (420, 700), (800, 560), (1500, 900)))
        self.window.place(10, 30, width, height)

    def changes_the_look(self) -> None:
        for name in ("Dark theme", "Light theme"):
            for node in self.window.showing(name, "push button"):
                x, y = node.centre
                self.window.desktop.xdotool("mousemove", str(x), str(y), "click", "1")
                return

    # ── how ──────────────────────────────────────────────────────────────────────────────────────

    def step(self) -> None:
        action = self.chance.choice(ACTIONS)
        self.done.append(action.__name__)
        action(self)
        self.look()

    def types(self, text: str) -> None:
        self.window.activate()
        words = ("type", "--delay", "8", text.format(f"w{self.sent}"))
        self.window.desktop.xdotool(*words)

    def middle(self) -> tuple[int, int]:
        """A place over the messages."""
        for node in self.window.nodes():
            if node.showing and node.name.startswith("Messages in "):
                return node.centre
        return 500, 400


ACTIONS = (
    *(Walk.clicks_a_room, Walk.clicks_a_room, Walk.goes_to_a_room, Walk.steps_to_a_room),
    *(Walk.turns_the_wheel, Walk.turns_the_wheel, Walk.turns_the_wheel, Walk.walks_the_list),
    *(Walk.sends, Walk.sends, Walk.edits, Walk.searches),
    *(Walk.changes_the_side, Walk.changes_the_size, Walk.changes_the_look),
)


def meets(row: Node, view: Node) -> bool:
    """Whether a row, or a part of it, is in sight."""
    assert row.box is not None
    assert view.box is not None
    return row.box[1] < view.box[1] + view.box[3] and row.box[1] + row.box[3] > view.box[1]


def rows_wrong(room: str, rows: list[Node], texts: dict[int, str | None]) -> list[str]:
    """What is wrong with rows of an open room, beside its log."""
    wrong = []
    shown: list[int] = []
    for row in sorted(rows, key=lambda row: row.box[1] if row.box else 0):
        where, _, number = row.id.rpartition("#")
        seq = int(number)
        if where != room:
            wrong.append(f"{row.id} is shown in {room}: {row.name!r}")
        elif seq and seq not in texts:
            wrong.append(f"the log has no {row.id}: {row.name!r}")
        elif seq and texts[seq] is not None and not says(row.name, texts[seq] or ""):
            wrong.append(f"{row.id} says {row.name!r} and the log {texts[seq]!r}")
        if seq and texts.get(seq) is not None:
            shown.append(seq)
    between = [seq for seq, text in sorted(texts.items()) if text is not None]
    if shown and shown != [seq for seq in between if shown[0] <= seq <= shown[-1]]:
        places = [(row.id, row.box) for row in rows]
        wrong.append(f"{shown} is not the order of the log: {places}")
    if not rows and between:
        wrong.append(f"nothing is shown of {room}")
    return wrong


def says(name: str, text: str) -> bool:
    """Whether a row's name, "bo, 12:30: some words, edited", has a text, whatever its marks."""
    said = _MESSAGE.match(name)
    words = re.sub(r"\s+", " ", (text or "This message was deleted.").replace("`", "")).strip()
    return said is not None and re.sub(r"\s+", " ", said[1]).startswith(words)


@contextmanager
def others(people: list[Person], chance: random.Random) -> Iterator[None]:
    """Two people who write meanwhile, here and there."""
    over = threading.Event()

    def write() -> None:
        number = 0
        while not over.wait(0.4):
            number += 1
            room = chance.choice((*ROOMS, "@maja"))
            text = f"{room} line m{number}\n{room} line m{number} again\n"
            chance.choice(people).run("send", room, "-", text=text)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_walk(joined: Opener, service: Service, walk_seed: int) -> None:
    print(f"to walk this way again: --walk-seed {walk_seed}")
    chance = random.Random(walk_seed)
    bo, cy = service.person("bo"), service.person("cy")
    for room in ROOMS[1:]:
        bo.does("create", room)
        cy.does("enter", room)
    for room, lines in zip(ROOMS, (150, 80, 0, 12, 40), strict=True):
        text = "".join(f"{room} line {number}\n" for number in range(lines))
        bo.does("send", room, "-", text=text)
    with ExitStack() as ends:
        window = joined("maja")
        for room in ROOMS[1:]:
            bo.does("invite", room, "maja")
        logs = {room: Log(bo, room, ends) for room in ROOMS}
        for name, person in (("bo", bo), ("cy", cy)):
            person.does("send", "@maja", "only this")
            window.waits_for(re.compile(f"^{name}"), "list item")
            logs[f"@{name}"] = Log(person, "@maja", ends)
        walk = Walk(window, service, chance, logs)
        window.place(10, 30, 1100, 800)
        with others([bo, cy], random.Random(walk_seed)):
            end = time.monotonic() + WALK_S
            dies = time.monotonic() + chance.uniform(0.2, 0.6) * WALK_S
            while time.monotonic() < end:
                walk.step()
                if dies and time.monotonic() > dies:
                    dies = 0.0
                    service.kill_server()
                    for _ in range(3):
                        walk.step()
                    service.start_server()
        assert len(walk.done) > 10
