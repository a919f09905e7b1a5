"""A running desktop client: its window, what is in it, and the keys and clicks that it gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Self

from tests.screen.desktop import Desktop
from tests.screen.processes import Program
from tests.screen.reading import Node
from tests.support.waiting import eventually

_ROOT = Path(__file__).parents[2]
_PATIENCE_S = 40.0
_TYPING_MS = "25"
_COMPLAINT = re.compile(r"\.qml:\d+|Traceback|internal error|QObject|QQml|warning", re.IGNORECASE)


class Window:
    """`scripts/client` of a person whose profiles are in `home`; use it in a `with`."""

    process: Program
    id: str

    def __init__(
        self, desktop: Desktop, home: Path, data: Path, *options: str, **environment: str
    ) -> None:
        self.desktop = desktop
        self.home = home
        self._command = (str(_ROOT / "scripts" / "client"), "--data", str(data), *options)
        self._environment = {"ZMQCHAT_HOME": str(home), **environment}

    # ── its process ──────────────────────────────────────────────────────────────────────────────

    def start(self) -> Self:
        """Starts it (again), without waiting for anything."""
        log = self.desktop.directory / f"client-{self.home.name}.log"
        environment = {**self.desktop.environment, **self._environment}
        self.process = Program(self._command, log, environment)
        return self

    def open(self) -> Self:
        """Starts it (again), and waits for its window."""
        self.start()
        self.find()
        return self

    def find(self) -> None:
        """Waits for its window."""
        self.id = eventually(self._windows, _PATIENCE_S)[0]
        eventually(self.nodes, _PATIENCE_S)

    def _windows(self) -> list[str]:
        assert self.process.running, self.process.log
        pid = str(self.process.pid)
        return self.desktop.finds("--onlyvisible", "--pid", pid, "--name", "zmqchat$")

    def is_shown(self) -> bool:
        """Whether it has a window on the screen."""
        return bool(self._windows())

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()

    def close(self) -> None:
        """Ends it in order, and looks for complaints of Qt, QML or Python in what it wrote."""
        assert self.process.end() == 0, self.process.log
        complaints = [line for line in self.process.log.splitlines() if _COMPLAINT.search(line)]
        assert complaints == []

    # ── what is in it ────────────────────────────────────────────────────────────────────────────

    def nodes(self) -> list[Node]:
        """What a screen reader is told of it."""
        return self.desktop.reader.nodes(self.process.pid)

    def showing(self, name: str | re.Pattern[str], role: str = "") -> list[Node]:
        """What is on the screen by this name, whole or as a pattern found in it."""
        return [
            node
            for node in self.nodes()
            if node.showing and role in ("", node.role) and _fits(node.name, name)
        ]

    def waits_for(self, name: str | re.Pattern[str], role: str = "") -> Node:
        """The first such thing, once it is there."""

        def look() -> list[Node]:
            assert self.process.running, self.process.log
            return self.showing(name, role)

        try:
            return eventually(look, _PATIENCE_S)[0]
        except AssertionError:
            raise AssertionError(f"no {role} {name!r}; {self.summary()}") from None

    def waits_until_gone(self, name: str | re.Pattern[str], role: str = "") -> None:
        self.waits(lambda: not self.showing(name, role))

    def waits(self, condition: Callable[[], object]) -> None:
        """Waits for anything else; tells what is on the screen if it does not come."""
        try:
            eventually(condition, _PATIENCE_S)
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.summary()}") from None

    def focused(self) -> Node | None:
        """What has the keyboard."""
        return next((node for node in self.nodes() if node.focused and node.text is not None), None)

    def messages(self) -> list[str]:
        """The names of the timeline's rows in sight, from top to bottom."""
        shown = [node for node in self.nodes() if node.showing]
        timeline = next(node for node in shown if node.name.startswith("Messages in "))
        rows = [node for node in shown if node.role == "list item" and node.is_in(timeline)]
        return [row.name for row in sorted(rows, key=lambda row: row.box[1] if row.box else 0)]

    def summary(self) -> str:
        """What is on the screen, for a test that failed; a picture of it goes to a file."""
        picture = self.desktop.picture(f"failed-{self.home.name}")
        words = [
            f"{node.role} {node.name!r} {node.text or ''}"
            + ("" if node.showing else f" not shown, {node.states}, at {node.box}")
            for node in self.nodes()
        ]
        return "\n".join([f"there is (see {picture}):", *words])

    # ── what it gets ─────────────────────────────────────────────────────────────────────────────

    def activate(self) -> None:
        """Brings it to the front, with the keyboard."""
        self.desktop.xdotool("windowactivate", "--sync", self.id)

    def place(self, x: int, y: int, width: int, height: int) -> None:
        """Moves it and gives it a size."""
        self.desktop.xdotool("windowsize", "--sync", self.id, str(width), str(height))
        self.desktop.xdotool("windowmove", self.id, str(x), str(y))
        self.waits(lambda: self._width() == width)

    def _width(self) -> int:
        frame = next((node for node in self.nodes() if node.role == "frame"), None)
        return frame.box[2] if frame and frame.box else 0

    def types(self, text: str) -> None:
        """Types it, letter by letter, into the field that has the keyboard."""
        self.activate()
        self.waits(self.focused)
        self.desktop.xdotool("type", "--delay", _TYPING_MS, text)

    def key(self, *keys: str) -> None:
        """Presses keys one after the other: `ctrl+k`, `Return`."""
        self.activate()
        self.desktop.xdotool("key", "--delay", _TYPING_MS, *keys)

    def click(self, name: str | re.Pattern[str], role: str = "", button: int = 1) -> Node:
        """Clicks into the middle of something, once it stands still."""
        self.activate()
        node = self.waits_for(name, role)
        while (again := self.waits_for(name, role)).box != node.box:
            node = again
        x, y = node.centre
        self.desktop.xdotool("mousemove", str(x), str(y), "click", str(button))
        return node

    def point_at(self, node: Node) -> None:
        """Moves the pointer to the middle of something."""
        x, y = node.centre
        self.desktop.xdotool("mousemove", str(x), str(y))

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, *raised: object) -> None:
        if raised[0] is None and self.process.running:
            self.close()
        else:
            self.process.end()


def _fits(name: str, wanted: str | re.Pattern[str]) -> bool:
    return name == wanted if isinstance(wanted, str) else wanted.search(name) is not None
