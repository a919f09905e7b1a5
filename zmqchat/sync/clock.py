"""The server's clock as seen from here, estimated from requests and their replies."""

from __future__ import annotations

_DRIFT_S_PER_S = 1e-4
"""How much an older estimate is trusted less with each second: clocks drift by less than this."""


class Clock:
    """Maps monotonic seconds here to the server's microseconds.

    The error of one sample is at most half its round trip; the best sample wins until it is so
    old that drift may have eaten its lead.
    """

    def __init__(self) -> None:
        self._offset_us: float | None = None
        self._error_s = 0.0
        self._at = 0.0

    def sample(self, sent: float, received: float, server_us: int) -> None:
        """A reply with the server's time, between `sent` and `received`."""
        error = (received - sent) / 2
        aged = self._error_s + (received - self._at) * _DRIFT_S_PER_S
        if self._offset_us is None or error <= aged:
            self._offset_us = server_us - (sent + received) / 2 * 1e6
            self._error_s, self._at = error, received

    def server_us(self, now: float) -> int | None:
        """The server's time at `now`, or None before the first sample."""
        return None if self._offset_us is None else round(now * 1e6 + self._offset_us)
