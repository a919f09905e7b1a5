"""Text as it is searched: without case, accents and forms of letters that look the same.

Words are found by their beginning, parts of words from three characters on. Chinese, Japanese and
Korean are written without spaces, and their words have one or two characters: each character of
theirs, and each symbol, is indexed as a word of its own.
"""

from __future__ import annotations

import re
import unicodedata

GRAM = 3
"""Characters in the pieces that parts of words are found by: those of FTS5's trigram tokenizer."""

_LAST_ALPHABET = 0x052F  # Latin, Greek, Cyrillic: here accents are dropped, elsewhere they spell
_SINGLES = re.compile(
    "["
    "\u2190-\u2bff"  # arrows, symbols, dingbats
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # kana and Han
    "\uac00-\ud7a3\uf900-\ufaff"  # Hangul, compatibility Han
    "\U0001f000-\U0001faff"  # emoji
    "\U00020000-\U0003ffff"  # further Han
    "]"
)
_SPACE = re.compile(r"\s+")
_LINK_BEGINS = ("http://", "https://", "zmqchat://", "mailto:")
_LINK = re.compile("|".join(rf"\b{begin}" for begin in _LINK_BEGINS), re.IGNORECASE)


def folded(text: str) -> str:
    """The text in its searched form; what is found is found in this form."""
    if text.isascii():  # most texts: nothing to decompose, and a hundredth of the time
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text)
    kept: list[str] = []
    base = ""
    for character in decomposed:
        if not unicodedata.combining(character):
            base = character
        elif base and ord(base) <= _LAST_ALPHABET:
            continue
        kept.append(character)
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", "".join(kept)).casefold()).strip()


def has_link(text: str) -> bool:
    """Whether a message's text has a link."""
    lowered = text.lower()
    # The expression tries every place of a text; most texts have none of the words at all.
    return any(begin in lowered for begin in _LINK_BEGINS) and _LINK.search(text) is not None


def spaced(text: str) -> str:
    """Folded text with each character that is a word of its own set apart."""
    if text.isascii():
        return text
    return _SINGLES.sub(lambda match: f" {match[0]} ", text)


def is_short(term: str) -> bool:
    """Whether a folded term cannot be found by its pieces: it goes by words instead."""
    return len(term) < GRAM or _SINGLES.search(term) is not None


def occurs(term: str, text: str) -> bool:
    """Whether a folded text has the folded term: a short one only where a word begins."""
    at = text.find(term)
    if not is_short(term):
        return at >= 0
    while at > 0 and not _begins(text, at):
        at = text.find(term, at + 1)
    return at >= 0


def _begins(text: str, at: int) -> bool:
    before, first = text[at - 1], text[at]
    is_between = _is_token(before) and _is_token(first)
    return not is_between or any(map(_SINGLES.match, (before, first)))


def gram_match(terms: list[str]) -> str:
    """An FTS5 expression for texts that have each of these folded terms as a part."""
    return " AND ".join(map(_quoted, terms))


def word_match(terms: list[str]) -> str | None:
    """An FTS5 expression for texts with words that begin like the terms; None: not sayable."""
    phrases = [phrase for term in terms if (phrase := _phrase(term))]
    return " AND ".join(phrases) or None


def _phrase(term: str) -> str:
    words = [word for word in spaced(term).split() if any(map(_is_token, word))]
    # The last word may go on, unless it is complete in itself.
    open_end = bool(words) and not _SINGLES.fullmatch(words[-1])
    return _quoted(" ".join(words)) + ("*" if open_end else "") if words else ""


def _is_token(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) in {"So", "Co"}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
