"""What is on the screen, as a screen reader is told it."""

from __future__ import annotations

import json
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SYSTEM_PYTHON = "/usr/bin/python3"
_SCRIPT = Path(__file__).with_name("reader.py")


@dataclass(frozen=True, slots=True)
class Node:
    """A thing on the screen. `box` is x, y, width and height in pixels of the screen, or None."""

    path: tuple[int, ...]
    id: str
    role: str
    name: str
    description: str
    states: frozenset[str]
    box: tuple[int, int, int, int] | None
    actions: tuple[str, ...]
    text: str | None

    @property
    def showing(self) -> bool:
        return "showing" in self.states and self.box is not None

    @property
    def focused(self) -> bool:
        return "focused" in self.states

    @property
    def centre(self) -> tuple[int, int]:
        assert self.box is not None, f"{self} is nowhere"
        x, y, width, height = self.box
        return x + width // 2, y + height // 2

    def is_in(self, other: Node) -> bool:
        """Whether it is a part of the other."""
        return self.path[: len(other.path)] == other.path


class Reader:
    """`reader.py` under the system's Python, for one desktop."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
        )
        assert self._answer() == "ready"

    def nodes(self, pid: int) -> list[Node]:
        """Everything that a process shows or hides, parents before children."""
        return [_node(found) for found in self._ask(ask="nodes", pid=pid) or ()]

    def act(self, pid: int, node: Node, action: str) -> bool:
        """Does something to a thing as a screen reader does; whether that was possible."""
        return bool(self._ask(ask="act", pid=pid, path=node.path, action=action))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()

    def _ask(self, **question: object) -> Any:
        with self._lock:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            assert self._process.stderr is not None
            raise AssertionError(f"the screen cannot be read: {self._process.stderr.read()}")
        return json.loads(line)


def _node(found: dict[str, Any]) -> Node:
    return Node(
        path=tuple(found["path"]),
        id=found["id"],
        role=found["role"],
        name=found["name"],
        description=found["description"],
        states=frozenset(found["states"]),
        box=tuple(found["box"]) if found["box"] else None,
        actions=tuple(found["actions"]),
        text=found["text"],
    )
