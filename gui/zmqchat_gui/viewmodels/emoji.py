"""Emoji by name: the usual short names, Unicode's and those of the emoji library."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from zmqchat.errors import UsageError

_DRAWN = 15.1  # the version of Unicode Emoji that the bundled font has pictures of
_TONES = frozenset("🏻🏼🏽🏾🏿")
_MOST_LARGE = 24
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


@cache
def table() -> dict[str, str]:
    """Emoji by name: "tada", "grinning_face". Each is in the form that a reaction has."""
    import emoji  # the library's tables: nobody needs them at the start

    found = dict(_SHORT)
    whole = emoji.STATUS["fully_qualified"]
    for one, about in emoji.EMOJI_DATA.items():
        if about["status"] == whole and about["E"] <= _DRAWN and _TONES.isdisjoint(one):
            for name in _names(one, about):
                found.setdefault(name.lower().replace(" ", "_").replace("-", "_"), one)
    return found


def _names(one: str, about: Mapping[str, Any]) -> Iterator[str]:
    bare = one.removesuffix("\ufe0f")
    if len(bare) == 1:
        yield unicodedata.name(bare, about["en"]).strip(":")
    yield from (name.strip(":") for name in (about["en"], *about.get("alias", ())))


def is_only_emoji(text: str) -> bool:
    """Whether a short text is nothing but emoji, and blanks between them."""
    bare = "".join(text.split())
    if bare.isascii() or len(bare) > _MOST_LARGE or any(map(str.isalpha, bare)):
        return False
    import emoji

    return emoji.purely_emoji(bare) and emoji.emoji_count(bare) > 0 and not _TONES.issuperset(bare)


def canonical(symbol: str) -> str:
    """The form that a reaction has; what is newer than the library's tables stays as it is."""
    from zmqchat.protocol.reactions import canonical_reaction  # the tables, as above

    try:
        return canonical_reaction(symbol)
    except UsageError:
        return symbol


def matching(word: str, most: int) -> list[tuple[str, str]]:
    """Names and emoji that fit a part of a name, short names and beginnings first, each once."""
    folded = word.casefold()
    fits = [(name, emoji) for name, emoji in table().items() if folded in name]
    fits.sort(key=lambda pair: (not pair[0].startswith(folded), len(pair[0]), pair[0]))
    found: dict[str, str] = {}
    for name, emoji in fits:
        found.setdefault(emoji, name)
    return [(name, emoji) for emoji, name in found.items()][:most]
