"""What every system is hosted by: child processes that serve, and a directory of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from perf.child import Child


class Hosted:
    """The children run while the context is open; the directory is there from the beginning."""

    def __init__(self) -> None:
        self._at_end = ExitStack()
        directory = tempfile.TemporaryDirectory(prefix="zmqchat-perf-")
        self._directory = Path(self._at_end.enter_context(directory))
        self._children: dict[str, Child] = {}

    def _hosts(self, role: str, module: str, *arguments: str) -> Child:
        """Adds a child, which is started after those before it and stopped before them."""
        child = Child(self._directory / f"{role}.log", module, *arguments)
        self._at_end.callback(child.stop)
        self._children[role] = child
        return child

    def __enter__(self) -> Self:
        try:
            for child in self._children.values():
                child.start()
        except BaseException:
            self._at_end.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._at_end.close()

    def rest(self) -> None:
        """Nothing is left to do after a round."""

    @property
    def processes(self) -> Mapping[str, int]:
        """The process ids of its parts, by name; what clients talk to first."""
        return {role: child.pid for role, child in reversed(self._children.items())}
