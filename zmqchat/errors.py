"""The one root of every error that zmqchat raises on purpose, and the stable codes they carry.

A code is part of the wire protocol and of the exit contract of the command line: it never changes
its meaning. A message is for a person and says what happened, what is safe, and what to do.
Three kinds are told apart: `Refused` (the server said no), `PeerError` (the other side broke the
protocol), `UsageError` (the caller asked for something that can never work).
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Stable error codes, as they travel on the wire."""

    BAD_REQUEST = "bad-request"  # not decodable, unknown tag, a field out of its range
    UNSUPPORTED_VERSION = "unsupported-version"
    NO_SESSION = "no-session"  # a request before hello, or after the server forgot the session
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"  # no such room, person or event, or none that the asker may know of
    NAME_TAKEN = "name-taken"
    NAME_INVALID = "name-invalid"
    REGISTRATION_CLOSED = "registration-closed"
    BAD_CREDENTIALS = "bad-credentials"  # a wrong password, or a code that is wrong, used or old
    LINK_CODE_NEEDED = "link-code-needed"  # this name's password was guessed at: a code lets in
    DEVICE_REMOVED = "device-removed"  # this key belonged to a device that its user removed
    DEACTIVATED = "deactivated"  # an administrator closed the account
    TOO_LARGE = "too-large"
    RATE_LIMITED = "rate-limited"
    BUSY = "busy"  # a queue is full: the same request succeeds later
    SEND_ID_REUSED = "send-id-reused"  # one send id, two contents
    DIVERGED = "diverged"  # the asker's log is not a prefix of the server's
    STORAGE_FAILED = "storage-failed"  # the commit failed; nothing was written
    INTERNAL = "internal"
    UNREACHABLE = "unreachable"  # client side: nobody answered in time
    KEY_MISMATCH = "key-mismatch"  # client side: the server does not hold the key of the join link
    BAD_LINK = "bad-link"
    BAD_PROFILE = "bad-profile"
    USAGE = "usage"
    DATA_DIRECTORY = "data-directory"  # missing, in use, somebody else's, or of a newer version
    PORT_IN_USE = "port-in-use"
    BAD_PEER = "bad-peer"


RETRYABLE = frozenset({Code.RATE_LIMITED, Code.BUSY, Code.STORAGE_FAILED, Code.NO_SESSION})
"""Refusals after which the same request may succeed unchanged."""


class ChatError(Exception):
    """The root: a stable `code`, a `message` for a person, and when to try again.

    `retry_after` is in seconds, or None where waiting changes nothing.
    """

    def __init__(self, code: Code, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later without being changed."""
        return self.code in RETRYABLE


class Refused(ChatError):
    """The server decided against the request and changed nothing."""


class PeerError(ChatError):
    """The other side sent what the protocol does not allow; it was dropped."""

    def __init__(self, message: str) -> None:
        super().__init__(Code.BAD_PEER, message)


class UsageError(ChatError):
    """The caller asked for what can never work; nothing was sent."""

    def __init__(self, message: str, code: Code = Code.USAGE) -> None:
        super().__init__(code, message)


class Unavailable(ChatError):
    """A resource is not usable now: nobody answers, a port or a directory is taken."""
