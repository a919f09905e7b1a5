"""Which branches of our own decoding an input takes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from zmqchat.domain import lines, pictures
from zmqchat.protocol import (
    addresses,
    blocks,
    codec,
    display,
    mentions,
    names,
    prose,
    reactions,
    skeleton,
    texts,
)
from zmqchat.search import query
from zmqchat.security import codes, links, tokens, zap
from zmqchat.server import recency

MODULES = (
    addresses, blocks, codec, codes, display, lines, links, mentions, names, pictures, prose,
    query, reactions, skeleton, texts, tokens,
)  # fmt: skip
"""What decodes, or reads what was decoded, by itself: msgspec, Markdown and ZeroMQ are others'."""

FILES = frozenset(str(module.__file__) for module in (*MODULES, recency, zap))

Arc = tuple[str, int, int]


def arcs_of(run: Callable[[bytes], None], data: bytes) -> set[Arc]:
    """The steps from line to line that a target takes in our own decoding on these bytes."""
    found: set[Arc] = set()

    def enter(frame: FrameType, _event: str, _arg: Any) -> Any:
        name = frame.f_code.co_filename
        if name not in FILES:
            return None
        last = -frame.f_code.co_firstlineno

        def step(frame: FrameType, event: str, _arg: Any) -> Any:
            nonlocal last
            if event in {"line", "return"}:
                line = frame.f_lineno if event == "line" else 0
                found.add((name, last, line))
                last = line
            return step

        return step

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        run(data)
    finally:
        sys.settrace(before)
    return found


def fewest(run: Callable[[bytes], None], inputs: Iterable[bytes], known: set[Arc]) -> list[bytes]:
    """The shortest inputs that together take all the steps; `known`, which grows, is taken."""
    needed = []
    for data in sorted(set(inputs), key=lambda data: (len(data), data)):
        taken = arcs_of(run, data)
        if not taken <= known:
            known |= taken
            needed.append(data)
    return needed
