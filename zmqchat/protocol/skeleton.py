"""Skeletons of UTS #39: two texts that look alike have the same one.

The prototypes are Unicode's, in `data/confusables.txt`, which `scripts/confusables` writes.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources


@cache
def _prototypes() -> dict[int, str]:
    data = resources.files("zmqchat.protocol").joinpath("data", "confusables.txt")
    table: dict[int, str] = {}
    for line in data.read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            prototype, characters = (part.split() for part in line.split(";"))
            text = "".join(chr(int(point, 16)) for point in prototype)
            table.update((int(point, 16), text) for point in characters)
    return table


def skeleton(text: str) -> str:
    """The skeleton of `text` (UTS #39, section 4): NFD, each character's prototype, NFD."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", decomposed.translate(_prototypes()))
