"""Where the time of a live event went, from stage to stage, by one clock: the server's."""

from __future__ import annotations

import time
from dataclasses import dataclass

from zmqchat.protocol.events import Event
from zmqchat.protocol.replies import Welcome
from zmqchat.sync.effects import Applied


@dataclass(frozen=True, slots=True)
class Stages:
    """Seconds of the newest live event: from the sender to the server (`sent`; None unless it is
    one's own), until it was on the server's disk, until it was published, and until it was here.
    """

    sent: float | None
    disk: float
    published: float
    arrived: float


class Pace:
    """How fast live events come to one client."""

    def __init__(self) -> None:
        self.latency: float | None = None
        """Seconds from the commit of the newest live event to its arrival here."""
        self.stages: Stages | None = None
        """Where the newest live event's time went."""

    def measure(self, effect: Applied, now_us: int, welcome: Welcome | None) -> None:
        """Events came, at `now_us` by the server's clock; only live ones say something."""
        if effect.committed_us is None:
            return
        self.latency = max(0.0, (now_us - effect.committed_us) / 1e6)
        newest, posted_us = effect.events[-1], None
        if (
            welcome is not None
            and newest.sender == welcome.user
            and newest.device == welcome.device
        ):
            posted_us = posted_at(newest.id) + now_us - time.time_ns() // 1000
        published_us = effect.published_us or effect.committed_us
        self.stages = stages_of(newest, effect.committed_us, published_us, now_us, posted_us)


def stages_of(
    event: Event, committed_us: int, published_us: int, now_us: int, posted_us: int | None
) -> Stages:
    """All times are the server's, in microseconds; clocks that disagree make no time negative."""
    return Stages(
        sent=None if posted_us is None else _seconds(posted_us, event.time_us),
        disk=_seconds(event.time_us, committed_us),
        published=_seconds(committed_us, published_us),
        arrived=_seconds(published_us, now_us),
    )


def posted_at(send_id: bytes) -> int:
    """When a send was made, in microseconds by its sender's clock: its id (UUIDv7) says so."""
    return int.from_bytes(send_id[:6], "big") * 1000


def _seconds(from_us: int, until_us: int) -> float:
    return max(0, until_us - from_us) / 1e6
