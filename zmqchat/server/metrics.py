"""Prometheus metrics, in a registry of this server's own, served where `--metrics` asks for it.

The stages are the clock points that clients show and the perf harness writes: a request received,
its commit on disk, the frame published.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from zmqchat.errors import Code, Unavailable
from zmqchat.protocol.replies import Accepted, Refusal
from zmqchat.server.scrapes import Scrapes

log = logging.getLogger(__name__)

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """Everything that this server counts."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self.sessions = Gauge("zmqchat_sessions", "Open sessions", registry=registry)
        self.bad_requests = Counter(
            "zmqchat_bad_requests", "Frames that were no request", registry=registry
        )
        self.cut = Counter(
            "zmqchat_cut_peers", "Peers cut because they did not read", registry=registry
        )
        self._credentials = Counter(
            "zmqchat_credentials",
            "Passwords and codes tried for a further device, by result",
            ["result"],
            registry=registry,
        )
        self._changes = Counter(
            "zmqchat_account_changes",
            "Changes to people, devices and accounts, by request",
            ["request"],
            registry=registry,
        )
        self.cut_devices = Counter(
            "zmqchat_cut_devices", "Devices put out or of a closed account", registry=registry
        )
        self._accepted = Counter(
            "zmqchat_sends_accepted", "Sends that are in the log", registry=registry
        )
        self._refused = Counter(
            "zmqchat_sends_refused", "Sends refused, by error code", ["code"], registry=registry
        )
        self.frames = Counter("zmqchat_frames_published", "Frames published", registry=registry)
        self.frame_bytes = Counter(
            "zmqchat_frame_bytes", "Bytes published, sealed", registry=registry
        )
        stage = Histogram(
            "zmqchat_stage_seconds",
            "Time between two stages of a message",
            ["stage"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._commit_seconds = stage.labels("received_to_committed")
        self._publish_seconds = stage.labels("committed_to_published")

    def sent(self, results: Sequence[Accepted | Refusal], commit_us: int) -> None:
        """One `send` request was decided, `commit_us` after it was received."""
        self._commit_seconds.observe(max(commit_us, 0) / 1e6)
        accepted = 0
        for result in results:
            if isinstance(result, Accepted):
                accepted += 1
            else:
                self._refused.labels(result.code).inc()
        self._accepted.inc(accepted)

    def credentials_tried(self, fit: bool) -> None:
        """A password or a one-time code was tried for a further device."""
        self._credentials.labels("accepted" if fit else "refused").inc()

    def account_changed(self, request: str) -> None:
        """A request of this type changed something about people, devices or accounts."""
        self._changes.labels(request).inc()

    def published(self, size: int, since_commit_us: int) -> None:
        """One frame of `size` bytes was published."""
        self.frames.inc()
        self.frame_bytes.inc(size)
        self._publish_seconds.observe(max(since_commit_us, 0) / 1e6)

    def serve(self, port: int) -> Callable[[], None]:
        """Serves the metrics on 127.0.0.1; returns what stops it. Unavailable: port taken."""
        try:
            scrapes = Scrapes(port, lambda: generate_latest(self._registry), CONTENT_TYPE_LATEST)
        except OSError as error:
            raise Unavailable(
                Code.PORT_IN_USE,
                f"Metrics cannot be served on 127.0.0.1:{port} ({error.strerror}). "
                "Choose another port with --metrics.",
            ) from None
        return scrapes.stop
