"""The inputs of each target, a literal a line: in `kept/` the shortest that reach what others do
not, and in `found/` what once broke something.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from pathlib import Path

_HERE = Path(__file__).parent
_KEPT, _FOUND = _HERE / "kept", _HERE / "found"


def kept(target: str) -> list[bytes]:
    """The inputs that run as tests."""
    paths = (directory / f"{target}.txt" for directory in (_KEPT, _FOUND))
    lines = [line for path in paths if path.exists() for line in path.read_text().splitlines()]
    return [bytes(ast.literal_eval(line)) for line in lines]


def keep(target: str, inputs: Collection[bytes]) -> None:
    """Keeps these for what they reach, and no others."""
    lines = sorted((repr(data) for data in set(inputs)), key=lambda line: (len(line), line))
    _KEPT.mkdir(exist_ok=True)
    (_KEPT / f"{target}.txt").write_text("".join(f"{line}\n" for line in lines))
