"""Emoji by name, from the Unicode database that Python has; the usual short names besides."""

from __future__ import annotations

import unicodedata
from functools import cache

_RANGES = (
    (0x1F600, 0x1F64F),  # faces and gestures
    (0x1F300, 0x1F5FF),  # weather, food, animals, things
    (0x1F680, 0x1F6FF),  # travel
    (0x1F900, 0x1F9FF),  # more faces, people, animals
    (0x1FA70, 0x1FAFF),
    (0x2600, 0x27BF),  # older symbols
)
_SHORT = {
    "+1": "👍",
    "-1": "👎",
    "clap": "👏",
    "eyes": "👀",
    "fire": "🔥",
    "heart": "❤️",
    "joy": "😂",
    "laughing": "😆",
    "ok": "👌",
    "party": "🎉",
    "pray": "🙏",
    "question": "❓",
    "rocket": "🚀",
    "sad": "😢",
    "smile": "😄",
    "tada": "🎉",
    "thinking": "🤔",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "warning": "⚠️",
    "wave": "👋",
    "wink": "😉",
    "x": "❌",
    "yes": "✅",
}
USUAL = ("👍", "❤️", "😂", "🎉", "🚀", "👀", "✅", "🙏")
"""What is offered first for a reaction."""


@cache
def table() -> dict[str, str]:
    """Emoji by name: "tada", "grinning_face"."""
    found = dict(_SHORT)
    for first, last in _RANGES:
        for point in range(first, last + 1):
            name = unicodedata.name(chr(point), "")
            if name and "MODIFIER" not in name:
                found.setdefault(name.lower().replace(" ", "_").replace("-", "_"), _shown(point))
    return found


def _shown(point: int) -> str:
    """The older symbols are text unless the selector behind them says emoji."""
    return chr(point) + ("\ufe0f" if point < 0x1F000 else "")


def matching(word: str, most: int) -> list[tuple[str, str]]:
    """Names and emoji that fit the beginning of a name, short names and beginnings first."""
    folded = word.casefold()
    fits = [(name, emoji) for name, emoji in table().items() if folded in name]
    fits.sort(key=lambda pair: (not pair[0].startswith(folded), len(pair[0]), pair[0]))
    return fits[:most]
