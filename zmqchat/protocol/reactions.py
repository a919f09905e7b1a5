"""Reactions: one emoji in Unicode's full form, or a short word; each has one form, which is kept.

An emoji is written in several ways (with and without the selector U+FE0F, in any place of it) and
shown as one: what is stored and compared is what emoji-test.txt calls fully qualified. Skin tones
are others. The tables of emoji take a while to load, so that only who needs them imports this.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

import emoji
from precis_i18n import get_profile

from zmqchat.errors import Code, UsageError
from zmqchat.protocol.limits import EMOJI_CHARACTERS

_SELECTORS: Final = re.compile("[\ufe0e\ufe0f]")
_WORD: Final = get_profile("OpaqueString")  # of RFC 8265: no controls, nothing invisible or unknown
_VISIBLE: Final = frozenset("LNPS")  # letters, numbers, punctuation, symbols
_BLANK: Final = "\u2800"  # a symbol of Braille that has no dots


@cache
def _emoji() -> dict[str, str]:
    """Every emoji without selectors, and its full form. No two are alike without them."""
    whole = {emoji.STATUS["component"], emoji.STATUS["fully_qualified"]}
    return {
        _SELECTORS.sub("", one): one
        for one, about in emoji.EMOJI_DATA.items()
        if about["status"] in whole
    }


def canonical_reaction(text: str) -> str:
    """The one form of a reaction; UsageError(BAD_REQUEST) saying why it is none."""
    if not 0 < len(text) <= EMOJI_CHARACTERS:
        raise _none(f"it has {len(text):,} characters; 1 to {EMOJI_CHARACTERS} fit")
    return _emoji().get(_SELECTORS.sub("", text)) or _word(text)


def _word(text: str) -> str:
    if any(map(str.isspace, text)):
        raise _none("it has a space")
    try:
        word = _WORD.enforce(text)
    except UnicodeEncodeError:
        raise _none("it has a character that cannot be seen, or that is not known") from None
    if _SELECTORS.search(word) or emoji.emoji_count(word):
        raise _none("it is more than one emoji, or an emoji and a word")
    if not _shows(word):
        raise _none("nothing can be seen of it")
    return word


def _shows(word: str) -> bool:
    return _BLANK not in word and unicodedata.category(word[0])[0] in _VISIBLE


def _none(reason: str) -> UsageError:
    return UsageError(
        f"This is no reaction: {reason}. Nothing was changed; take one emoji, or a short word.",
        Code.BAD_REQUEST,
    )
