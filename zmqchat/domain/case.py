"""What a decision about an account is made on: who asks, and what was found out beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from zmqchat.domain.realm_permissions import Asking
from zmqchat.domain.state import User, View


@dataclass(frozen=True, slots=True)
class Verified:
    """A password was compared with `user`'s `hash` and fits; user 0: it fits nobody's.

    The decision looks whether that is still the password: it may have been changed meanwhile.
    """

    user: int = 0
    hash: str = ""

    def holds(self, user: User) -> bool:
        """Whether this is the user's password now."""
        return self.user == user.id and bool(self.hash) and self.hash == user.password


UNVERIFIED = Verified()
"""What comes of comparing a password that fits nobody's."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A place in a room's log: `posted` messages have a seq of at most `seq`."""

    seq: int
    posted: int


@dataclass(frozen=True, slots=True)
class Means:
    """What the shell prepares for a request: secrets' hashes, verifications, lookups.

    `code_hash` is that of a fresh one-time code (make-link-code, make-invite, recover);
    `password_hash` that of the new password ("" for none) and `old` what came of comparing the old
    one (set-password); `marker` the place asked for, or the head if that is below it (mark-read).
    """

    code_hash: bytes = b""
    password_hash: str = ""
    old: Verified = UNVERIFIED
    marker: Marker | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A decision to be made: by whom, and with what at hand."""

    view: View
    asking: Asking
    means: Means
    now_us: int

    @property
    def user(self) -> User:
        """The person who asks; the operator is none."""
        assert self.asking.user is not None
        return self.asking.user
