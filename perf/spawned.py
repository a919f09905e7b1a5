"""Processes of the harness's own: each runs one of its functions, at the other end of a pipe."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Concatenate, ParamSpec, Self

from perf.plan import LostMessages

_SPAWN = multiprocessing.get_context("spawn")  # a fork would take the harness's threads along

P = ParamSpec("P")


class Spawned:
    """Runs `target(pipe, *arguments)`; `pipe` is this side's end. Killed when the context ends."""

    def __init__(
        self,
        name: str,
        target: Callable[Concatenate[Connection, P], None],
        *arguments: P.args,
        **_: P.kwargs,
    ) -> None:
        os.environ["PYTHONSAFEPATH"] = "1"  # as `-P`, which multiprocessing cannot be told
        self.pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(
            target=target, name=name, args=(theirs, *arguments), daemon=True
        )
        self._process.start()
        theirs.close()

    def said(self) -> Any:
        """What it says next, waited for. LostMessages where it has ended instead."""
        try:
            return self.pipe.recv()
        except EOFError:
            raise LostMessages(f"{self._process.name} ended early") from None

    def end(self, patience_s: float = 0.0) -> None:
        """Gives it `patience_s` seconds to end by itself."""
        self._process.join(patience_s)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()
        self.pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
