"""Passwords: argon2id through libsodium. Each call takes tens of milliseconds and 64 MiB.

So they are for a worker's thread, never for a loop; PyNaCl lets other threads run meanwhile.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import nacl.exceptions
from nacl.pwhash import argon2id
from precis_i18n import get_profile

from zmqchat.errors import UsageError
from zmqchat.protocol.limits import PASSWORD_CHARACTERS, PASSWORD_SHORTEST

OPERATIONS: Final = argon2id.OPSLIMIT_INTERACTIVE
MEMORY_BYTES: Final = argon2id.MEMLIMIT_INTERACTIVE
"""libsodium's limits for people who wait: 2 passes over 64 MiB (87 ms on the development machine,
RFC 9106's second choice asks for as much memory and one pass more)."""

_PROFILE = get_profile("OpaqueString")  # RFC 8265: the same password from any keyboard
_DECOY: Final = "a password that nobody has"


def check_password(password: str) -> None:
    """UsageError where this cannot be a password: too short, too long, or with controls in it."""
    if not PASSWORD_SHORTEST <= len(password) <= PASSWORD_CHARACTERS:
        raise UsageError(
            f"A password has {PASSWORD_SHORTEST} to {PASSWORD_CHARACTERS} characters; nothing was "
            "changed."
        )
    if _prepared(password) is None:
        raise UsageError(
            "The password has a control or another character that a password cannot have; nothing "
            "was changed."
        )


def hash_password(password: str) -> str:
    """The hash to keep, with its salt and parameters in it. UsageError as `check_password`."""
    check_password(password)
    prepared = _prepared(password)
    assert prepared is not None
    return argon2id.str(prepared, opslimit=OPERATIONS, memlimit=MEMORY_BYTES).decode("ascii")


def verify_password(hashed: str, password: str) -> bool:
    """Whether `password` is the one of `hashed`; False where `hashed` is "" or no hash.

    With an empty hash the same work is done, so that the time does not tell who has a password.
    """
    prepared = _prepared(password) if len(password) <= PASSWORD_CHARACTERS else None
    fits = _fits(hashed or _decoy(), prepared or b"")
    return fits and bool(hashed) and prepared is not None


def _fits(hashed: str, prepared: bytes) -> bool:
    try:
        return argon2id.verify(hashed.encode(), prepared)
    except (nacl.exceptions.CryptoError, ValueError):
        return False


def _prepared(password: str) -> bytes | None:
    try:
        return str(_PROFILE.enforce(password)).encode()
    except UnicodeEncodeError:
        return None


@cache
def _decoy() -> str:
    return hash_password(_DECOY)
