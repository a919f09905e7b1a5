"""One server as the window's thread holds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal

from zmqchat.client import ChatEvent, Profile
from zmqchat_gui.bridge.network import Network
from zmqchat_gui.bridge.outlet import Batch, Outlet, events_in
from zmqchat_gui.bridge.pacer import Pacer
from zmqchat_gui.bridge.worker import Work, Worker


class Requests(Protocol):
    """What a view-model may ask of a server. Nothing waits; answers come as updates."""

    def submit(self, event: ChatEvent) -> None:
        """Send an event that has no seq yet: `Queued` and `Sent`, or `SendFailed` follow."""

    def look_at(self, room: int) -> None:
        """Load a room's newest page and follow it: `Loaded` follows, then `Arrived`."""

    def ask(self, work: Work, done: Callable[[Any], None]) -> None:
        """Do `work` with the `Chat`; `done` gets its result, or the ChatError it ended with."""


class Client(QObject):
    """Runs a profile's session on the network thread, from now until `close`.

    `updates` comes on the window's thread, in batches, at a pace that the window can show. It
    begins once whoever had the profile before has let go of it: one closed a moment ago, perhaps.
    """

    updates = Signal(object)
    _came = Signal(object)
    _over = Signal()

    def __init__(
        self, network: Network, profile: Profile, pacer: Pacer, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._network = network
        self._profile = profile
        self._pacer = pacer
        self._worker: Worker | None = None
        self._closed = False
        self._outlet = Outlet(self._came.emit)
        self._came.connect(self._received, Qt.ConnectionType.QueuedConnection)
        self._over.connect(self.deleteLater, Qt.ConnectionType.QueuedConnection)
        network.call(self._begin)

    def submit(self, event: ChatEvent) -> None:
        """Sends an event that has no seq yet: `Queued` and `Sent`, or `SendFailed` follow."""
        self._tell(lambda worker: worker.submit(event))

    def look_at(self, room: int) -> None:
        """Loads a room's newest page and follows it: `Loaded` follows, then `Arrived`."""
        self._tell(lambda worker: worker.look_at(room))

    def ask(self, work: Work, done: Callable[[Any], None]) -> None:
        """Does `work` with the `Chat`; `done` gets its result, or the ChatError it ended with."""
        self._tell(lambda worker: worker.ask(work, done))

    def restart(self) -> None:
        """Begins anew, as soon as the session before has let go of the profile and its outbox.

        What that told comes first; rooms are to be looked at again.
        """
        self._network.call(self._begin)

    def close(self) -> None:
        """Ends the session, and then this; what is unsent stays in the outbox, on disk."""
        self._closed = True
        self._came.disconnect(self._received)
        self._network.call(self._leave)

    def _received(self, batch: Batch) -> None:
        self._pacer.add(batch, self._show)

    def _show(self, batch: Batch) -> None:
        if self._closed:  # it had come, and waited for its moment
            return
        self.updates.emit(batch)
        self._network.call(self._taken, events_in(batch))

    # ── on the network thread ────────────────────────────────────────────────────────────────────

    def _begin(self) -> None:
        before, self._worker = self._worker, Worker(self._profile, self._outlet)
        worker = self._worker

        async def live() -> None:
            if before is not None:
                before.stop()
            async with self._network.turn(self._profile.label):
                await worker.run()

        self._network.run(live)

    def _leave(self) -> None:
        worker = self._worker
        assert worker is not None, "it is made before it is left"
        worker.stop()

        async def until_gone() -> None:
            async with self._network.turn(self._profile.label):  # when the session has ended
                self._outlet.close()  # whatever comes now, nobody is there to hear it
            self._over.emit()

        self._network.run(until_gone)

    def _tell(self, act: Callable[[Worker], None]) -> None:
        self._network.call(self._act, act)

    def _act(self, act: Callable[[Worker], None]) -> None:
        assert self._worker is not None, "it is made before anything is asked of it"
        act(self._worker)

    def _taken(self, events: int) -> None:
        self._outlet.taken(events)
        if self._worker is not None and events:
            self._worker.taken()
