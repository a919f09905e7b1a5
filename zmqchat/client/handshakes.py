"""Tells a server that is away from one that is not the link's: both let handshakes fail."""

from __future__ import annotations

_WRONG_KEY_FAILURES = 3
_WRONG_KEY_S = 1.0


class Handshakes:
    """Those that failed one after another, before a server was ever met.

    Afterwards they tell nothing: what stands before a server, a tunnel or a proxy, listens also
    while it is away.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._since = 0.0

    def succeeded(self) -> None:
        """Whoever listens holds the key."""
        self._failures = 0

    def failed(self, now: float) -> bool:
        """Whether that is once too often: whoever listens does not hold the link's key."""
        if not self._failures:
            self._since = now
        self._failures += 1
        return self._failures >= _WRONG_KEY_FAILURES and now - self._since >= _WRONG_KEY_S
