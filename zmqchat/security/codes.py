"""One-time codes, as a person reads them from one screen and types them at another.

80 random bits in Crockford's base 32, in four groups: `7K3M-Q2XV-9R8T-HJ5N`. It has no I, L, O and
U; whoever types one of the first three means 1, 1 and 0. What is kept of a code is its hash: with
80 bits that need not be slow, and nobody finds the code that belongs to it.
"""

from __future__ import annotations

import secrets
from hashlib import blake2b
from typing import Final

from zmqchat.protocol.limits import HASH_BYTES

CODE_BITS: Final = 80

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS: Final = CODE_BITS // 5
_GROUP: Final = 4
_CONTEXT: Final = b"zmqchat code 1"
_MEANT: Final = str.maketrans("ILO", "110", "-\u2010\u2011\u2012\u2013\u2014")
_LONGEST_TYPED: Final = 128


def new_code() -> str:
    """A fresh code in its groups."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_CHARACTERS))
    return "-".join(drawn[at : at + _GROUP] for at in range(0, _CHARACTERS, _GROUP))


def normalised(typed: str) -> str:
    """The characters of a code as it was typed, or "" for what is no code.

    Blanks, hyphens and case do not matter, nor which of 1, I and L and of 0 and O it was.
    """
    if len(typed) > _LONGEST_TYPED:
        return ""
    code = "".join(typed.split()).upper().translate(_MEANT)
    if len(code) != _CHARACTERS or not set(code) <= set(_ALPHABET):
        return ""
    return code


def code_hash(typed: str) -> bytes:
    """The 32-byte hash of a code as it was typed; b"" for what is no code."""
    code = normalised(typed)
    if not code:
        return b""
    return blake2b(code.encode(), digest_size=HASH_BYTES, person=_CONTEXT).digest()
