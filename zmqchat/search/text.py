"""Text as it is searched: without case, accents, vowel points and what cannot be seen.

Words are found by their beginning, parts of words from three characters on. Chinese, Japanese and
Korean are written without spaces, and their words have one or two characters: each character of
theirs, and each symbol, is indexed as a word of its own.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

GRAM = 3
"""Characters in the pieces that parts of words are found by: those of FTS5's trigram tokenizer."""

# Latin, Greek, Cyrillic: here a mark is an accent. In the scripts of India and Thailand marks are
# vowels and in kana they make another letter; those stay, and so does the stroke through a sign.
_ACCENTED = (
    "A-Za-z\u00aa\u00ba\u00c0-\u02af\u0370-\u052f\u1c80-\u1c8f\u1d00-\u1dbf\u1e00-\u1fff"
    "\u2c60-\u2c7f\ua640-\ua69f\ua720-\ua7ff\uab30-\uab6f"
)
_ACCENTS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20dc\ufe20-\ufe2f"
_WITH_ACCENTS = re.compile(f"([{_ACCENTED}])[{_ACCENTS}]+")
_POINTS = re.compile(
    "["
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew, of its Mn
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0898-\u089f\u08ca-\u08ff"  # Arabic, of its Mn, and the tatweel, which only widens
    "\u0711\u0730-\u074a"  # Syriac, of its Mn
    "]"
)
_SHOWN = re.compile(f".[{_ACCENTS}\u3099\u309a\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f]*", re.DOTALL)
_SELECTORS = re.compile("[\u034f\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_TAGS = re.compile("[\U000e0020-\U000e007f]")  # the flags of England and of Wales differ in them
_LIKE = {
    # As CLDR's Latin-ASCII writes the letters that Unicode does not take apart.
    "\u00e6": "ae", "\u0153": "oe", "\u00f0": "d", "\u00fe": "th", "\u0131": "i", "\u0237": "j",
    "\u014b": "n",
    "\u0671": "\u0627",  # alef wasla, which pointed texts alone write
    "\u2018": "'", "\u2019": "'", "\u201b": "'", "\u02bb": "'", "\u02bc": "'", "\u055a": "'",
    "\u05f3": "'", "\u05f4": '"',  # geresh and gershayim, as keyboards have them
    "\u2010": "-",
    "\0": " ",
}  # fmt: skip
_BASE = re.compile("LATIN SMALL LETTER ([A-Z]) WITH ")  # l with stroke, d with hook
_SINGLES = re.compile(
    "["
    "\u2190-\u2bff"  # arrows, symbols, dingbats
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # kana and Han
    "\uac00-\ud7a3\uf900-\ufaff"  # Hangul, compatibility Han
    "\U0001f000-\U0001faff"  # emoji
    "\U00020000-\U0003ffff"  # further Han
    "]"
)
_BLANK = re.compile(r"[\s\0]")
_MARKED = 8_000  # characters in which hits are looked for one by one: some milliseconds
_MOST_PIECES = 64  # of a query: more would narrow next to nothing further
_SPACE = re.compile(r"\s+")


class _Forms(dict[int, str | None]):
    """What each character becomes by itself (None: nothing), found out once."""

    def __missing__(self, point: int) -> str | None:
        self[point] = form = _form(chr(point))
        return form


def _form(character: str) -> str | None:
    if character in _LIKE:
        return _LIKE[character]
    if _POINTS.match(character) or _SELECTORS.match(character):
        return None
    if unicodedata.category(character) == "Cf" and not _TAGS.match(character):
        return None  # soft hyphens, joiners, directions
    base = _BASE.match(unicodedata.name(character, ""))
    return base[1].lower() if base else character


_forms = _Forms()


def folded(text: str) -> str:
    """The text in its searched form; what is found is found in this form."""
    if text.isascii():  # most texts: nothing to decompose, and a hundredth of the time
        return " ".join(text.replace("\0", " ").lower().split())
    decomposed = unicodedata.normalize("NFKD", text.replace("\u00b4", "'"))  # else a blank's accent
    cased = unicodedata.normalize("NFKD", decomposed.casefold())
    bare = _WITH_ACCENTS.sub(r"\1", cased.translate(_forms))
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", bare)).strip()


def found_in(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where a text has what a pattern finds in its searched form: beginnings and ends, in order.

    Of a long text that is not ASCII it looks at the beginning only: each character costs.
    """
    if text.isascii():
        form = _BLANK.sub(" ", text.lower())
        return [hit.span() for hit in pattern.finditer(form) if hit[0]]
    pieces = [(shown.span(), _piece(shown[0])) for shown in _SHOWN.finditer(text[:_MARKED])]
    stands_for = [span for span, piece in pieces for _ in piece]  # each folded character
    hits = pattern.finditer("".join(piece for _, piece in pieces))
    spans = [(stands_for[hit.start()][0], stands_for[hit.end() - 1][1]) for hit in hits if hit[0]]
    # A character may stand for several, of which two hits have each a part.
    return [span for n, span in enumerate(spans) if not n or span[0] >= spans[n - 1][1]]


@lru_cache(4096)
def _piece(shown: str) -> str:
    return folded(shown) or (" " if shown.isspace() else "")


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
    """An FTS5 expression for texts that may have each of these folded terms as a part.

    The index knows which pieces a text has, and not where: that doubled its size.
    """
    pieces = (term[at : at + GRAM] for term in terms for at in range(len(term) - GRAM + 1))
    return " AND ".join(map(_quoted, list(dict.fromkeys(pieces))[:_MOST_PIECES]))


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
