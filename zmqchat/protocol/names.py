"""Names of people and rooms: how they are written, and which of them are the same.

A name keeps the case that it was typed in (RFC 8265, UsernameCasePreserved). Beside it stands a
key, under which it must be unique: the UTS #39 skeleton of the name without its case and accents,
so that neither `Alice` nor a Cyrillic `аlice`, `ạlice` or `ᴀlice` stands beside `alice`. A capital
I is drawn like an l and folds to an i, so all three, and the digit 1, are one to the key.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import chain, filterfalse, groupby

from precis_i18n import get_profile

from zmqchat.errors import Code, UsageError
from zmqchat.protocol import limits
from zmqchat.protocol.skeleton import skeleton

USER_PUNCTUATION = "-_.+~&"
"""What a user's name may hold beside letters, digits and the marks on them.

Whatever sets names apart from each other or from the text around them is left out: a list of names
and a name in a sentence can be read in one way only.
"""

ROOM_PUNCTUATION = USER_PUNCTUATION + "/!="
"""The same for a room's name."""

_CONTEXTUAL = frozenset("\u00b7\u0375\u05f3\u05f4\u30fb\u200c\u200d")  # RFC 5892, appendix A

_PROFILE = get_profile("UsernameCasePreserved")
_OVERLAY_OR_POINTS = frozenset({1, *range(10, 36)})  # Unicode's combining classes: Hebrew, Arabic
_ATTACHED = 200  # from here on above, below or beside a letter
_SMALL_CAPITAL = "LATIN LETTER SMALL CAPITAL "
_PHONETIC = (
    range(0x250, 0x2B0),
    range(0x1D00, 0x1DC0),
    range(0xA720, 0xA800),
    range(0xAB30, 0xAB70),
)
_MARKS_TOGETHER = 3  # more is not writing in any language, and runs over the lines around it

_REASONS = {
    "DISALLOWED/empty": "it is empty",
    "DISALLOWED/spaces": "it has a space (use - or _)",
    "DISALLOWED/precis_ignorable_properties": "it has an invisible character",
    "DISALLOWED/controls": "it has a control character",
    "DISALLOWED/symbols": "it has a symbol or emoji",
    "DISALLOWED/punctuation": "it has punctuation other than that of ASCII",
    "DISALLOWED/unassigned": "it has a character that Unicode does not know",
    "DISALLOWED/has_compat": "it has a ligature or another special form of a letter",
    "DISALLOWED/bidi_rule": "it mixes writing from the right with writing from the left",
}

RESERVED_USERS = (
    "admin", "administrator", "all", "announcements", "anonymous", "broker", "channel", "everybody",
    "everyone", "general", "here", "me", "moderator", "nobody", "official", "operator", "owner",
    "realm", "room", "root", "security", "server", "staff", "superuser", "support", "sysadmin",
    "system", "zmqchat",
)  # fmt: skip
"""Names that nobody may claim: they would be taken for the software, its operator, or a group."""


def normalise_user(name: str) -> tuple[str, str]:
    """A user's name as it is shown, and the key under which it is unique.

    UsageError(NAME_INVALID) saying what is wrong with it.
    """
    shown, key = _normalise(name, "name", limits.NAME_CHARACTERS, USER_PUNCTUATION)
    if key in RESERVED_KEYS:
        raise _invalid("name", shown, "it is reserved, or looks like a reserved name")
    return shown, key


def normalise_room(name: str) -> tuple[str, str]:
    """A room's name (without #) as it is shown, and the key under which it is unique.

    UsageError(NAME_INVALID) saying what is wrong with it.
    """
    return _normalise(name, "room name", limits.ROOM_NAME_CHARACTERS, ROOM_PUNCTUATION)


def is_user(name: str) -> bool:
    """Whether somebody could be called this."""
    try:
        normalise_user(name)
    except UsageError:
        return False
    return True


def name_from(typed: str) -> str:
    """The user's name that is made of what somebody typed as theirs: `Max-Muster` of `Max Muster`.

    What is a name already stays. Of anything else the letters, digits, dots and underscores stay,
    with a - where something else stood between them. Nothing is spelt in another script, and what
    comes of it need not be a name (nothing does of a smiley): that, `normalise_user` says.
    """
    typed = unicodedata.normalize("NFC", typed.strip())
    if is_user(typed):
        return typed
    kept = ("-" if not _stays(character) else character for character in typed)
    return "-".join(filter(None, "".join(kept).split("-"))).lstrip(".-")


def _stays(character: str) -> bool:
    return character in "._" or unicodedata.category(character)[0] in "LMN"


def user_key(name: str) -> str:
    """The key of a name that is looked for, not claimed: nothing about it is checked."""
    return _look(name.casefold())


def may_hold(character: str, punctuation: str) -> bool:
    """Whether names may have a character; what stands around it may still forbid it."""
    if character.isascii():
        return character.isalnum() or character in punctuation
    return unicodedata.category(character)[0] in "LMN" or character in _CONTEXTUAL


def _invalid(what: str, name: str, reason: str) -> UsageError:
    shown = ascii(name) if len(name) <= limits.ROOM_NAME_CHARACTERS else "of that length"
    if name.isprintable() and len(name) <= limits.ROOM_NAME_CHARACTERS:
        shown = repr(name)
    return UsageError(f"the {what} {shown} cannot be used: {reason}", Code.NAME_INVALID)


def _normalise(name: str, what: str, longest: int, punctuation: str) -> tuple[str, str]:
    if len(name) > 4 * longest:  # before anything that takes time in proportion to it
        raise _invalid(what, name, f"it has more than {longest} characters")
    try:
        shown = _PROFILE.enforce(name)
    except UnicodeEncodeError as error:
        reason = _REASONS.get(error.reason, "it has a character that names cannot have")
        raise _invalid(what, name, reason) from None
    _check(shown, what, longest, punctuation)
    return shown, _key(shown, what)


def _check(shown: str, what: str, longest: int, punctuation: str) -> None:
    if len(shown) > longest:
        raise _invalid(what, shown, f"it has more than {longest} characters")
    if shown[0] == "-":  # it would be taken for an option
        raise _invalid(what, shown, "it begins with -")
    for character in shown:
        if character.isascii() and not character.isalnum() and character not in punctuation:
            allowed = " ".join(punctuation)
            raise _invalid(
                what, shown, f"it has {character} in it; letters, digits and {allowed} may be"
            )
    if not any(map(str.isalnum, shown)):
        raise _invalid(what, shown, "it has no letter and no digit")
    marks = groupby(shown, lambda character: unicodedata.category(character)[0] == "M")
    if any(is_mark and len(list(run)) > _MARKS_TOGETHER for is_mark, run in marks):
        raise _invalid(what, shown, "it piles up accents")


def _key(shown: str, what: str) -> str:
    as_typed, folded = _look(shown), _look(shown.casefold())
    if as_typed != folded and _looks_latin(as_typed):
        # Capitals of another script can spell a Latin word that their small letters do not.
        raise _invalid(what, shown, "its capitals imitate Latin letters; write it in small letters")
    return folded


def key_of_look(text: str) -> str:
    """The key of the user's name that `text` looks like, whether it could be one or not."""
    return _look(text.casefold())


def _look(text: str) -> str:
    text = text.translate(_small_capitals())
    # Twice: only when M is folded to m does it get the prototype of m, which is rn.
    for _ in range(2):
        text = skeleton(text).casefold()
    return "".join(filterfalse(_is_accent, text)).replace("i", "l")


def _is_accent(character: str) -> bool:
    """Whether it is put on, under or through a letter, which is what it was without it.

    Vowels and tones that are part of the word, as those of Indic scripts and Thai, are none.
    """
    place = unicodedata.combining(character)
    return place in _OVERLAY_OR_POINTS or place >= _ATTACHED


@cache
def _small_capitals() -> dict[int, str]:
    """Letters of phonetic alphabets that look like capitals: Unicode's confusables leave them."""
    names = ((at, unicodedata.name(chr(at), "")) for at in chain(*_PHONETIC))
    found = (
        (at, name.removeprefix(_SMALL_CAPITAL)) for at, name in names if _SMALL_CAPITAL in name
    )
    return {at: letter.lower() for at, letter in found if len(letter) == 1}


def _looks_latin(text: str) -> bool:
    return all(character.isascii() or unicodedata.combining(character) for character in text)


RESERVED_KEYS = frozenset(_look(name) for name in RESERVED_USERS)
"""The keys of `RESERVED_USERS`: what looks like one of them is reserved as well."""
