"""What the network tells a session, handed to those whom it concerns."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Signal

from zmqchat.client import PersonRenamed, PresenceChanged, ProfileChanged, Typing
from zmqchat.protocol.who import Who
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.outlet import Batch
from zmqchat_gui.viewmodels.account import Account
from zmqchat_gui.viewmodels.acquaintances import Acquaintances
from zmqchat_gui.viewmodels.latency import Latency
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.roombook import RoomBook
from zmqchat_gui.viewmodels.standing import Standing

_ABOUT_THE_ROOM = frozenset({"described", "archived", "unarchived"})


class Reception(QObject):
    """One method an update. What the session itself must hear of are signals."""

    opened = Signal(object)
    """The person is in a room."""
    renamed = Signal()
    """A room has another name."""
    warned = Signal(str)
    """Something that the person must see."""

    def __init__(
        self,
        persons: Persons,
        standing: Standing,
        book: RoomBook,
        account: Account,
        latency: Latency,
        acquaintances: Acquaintances,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._persons = persons
        self._standing = standing
        self._book = book
        self._account = account
        self._latency = latency
        self._acquaintances = acquaintances

    def hear(self, batch: Batch) -> None:
        """A batch of updates, in order."""
        for update in batch:
            try:
                self._on[type(update)](self, update)
            except Exception:  # noqa: BLE001 - a mistake in one must not lose those behind it
                sys.excepthook(*sys.exc_info())
        self._standing.waits(*self._book.deliveries.waiting)
        self._book.refresh()

    def _on_state(self, update: up.StateChanged) -> None:
        began = self._standing.moved(update.state)
        self._latency.goes_on(self._standing.live)
        self._book.stands(self._standing.live)
        if not self._standing.live:
            self._acquaintances.offline()
        if not began:
            return
        self._acquaintances.online()
        self._acquaintances.meet(self._book.faces | {self._persons.me.id})
        self._account.online()
        self._book.online()
        if self._book.room is None and self._book.model.keys:
            self._book.step(self._book.model.keys, 1)

    def _on_vitals(self, update: up.Vitals) -> None:
        self._persons.call_me(Who(update.user, update.name))
        self._standing.measured(update)
        self._book.administers(update.role == "admin")
        self._account.administers(update.role == "admin")
        if update.latency is not None and self._standing.live:
            self._latency.add(update.latency, update.stages)

    def _on_ended(self, update: up.Ended) -> None:
        self._standing.end(update.error)
        self._latency.goes_on(False)
        self._book.stands(False)

    def _on_opened(self, update: up.RoomOpened) -> None:
        self._book.on_opened(update)
        self._acquaintances.meet(who.id for who in update.people)
        self.opened.emit(update.room.id)

    def _on_closed(self, update: up.RoomClosed) -> None:
        self._book.on_closed(update.room)
        self.warned.emit(update.text)

    def _on_renamed(self, update: up.RoomRenamed) -> None:
        self._book.on_renamed(update)
        self.renamed.emit()

    def _on_states(self, update: up.States) -> None:
        self._book.on_states(update)

    def _on_signalled(self, update: up.Signalled) -> None:
        match update.signal:
            case Typing(_, name, on, room, user):
                here = self._book.opened_room(room)
                if here is not None:
                    here.typing(Who(user, name), on)
            case PresenceChanged(name, presence, user):
                self._persons.is_there(Who(user, name), presence)
            case ProfileChanged(name, display, status, picture, user):
                self._persons.looks(Who(user, name), display, status, picture)
            case PersonRenamed(user, name, before):
                self._persons.called_anew(Who(user, name), before)

    def _on_loaded(self, update: up.Loaded) -> None:
        room = self._book.opened_room(update.room)
        if room is not None:
            room.load(update)
        if not update.provisional:
            self._book.look(update.room)

    def _on_arrived(self, update: up.Arrived) -> None:
        heard = self._book.on_arrived(update)
        if any(entry.type in _ABOUT_THE_ROOM for entry in heard):
            self._book.look(update.room)

    def _on_completed(self, update: up.Completed) -> None:
        self._book.on_completed(update.room, update.seq)

    def _on_warned(self, update: up.Warned) -> None:
        self.warned.emit(update.text)

    def _on_resumed(self, update: up.Resumed) -> None:
        self._book.deliveries.resumed(update.event)

    def _on_queued(self, update: up.Queued) -> None:
        self._book.deliveries.queued(update.event)

    def _on_sent(self, update: up.Sent) -> None:
        self._book.deliveries.sent(update.event)

    def _on_send_failed(self, update: up.SendFailed) -> None:
        self._book.deliveries.failed(update.event, update.why)

    def _on_answered(self, update: up.Answered) -> None:
        update.done(update.result)

    _on: ClassVar[dict[type, Callable[[Reception, Any], None]]] = {
        up.StateChanged: _on_state,
        up.Vitals: _on_vitals,
        up.Ended: _on_ended,
        up.RoomOpened: _on_opened,
        up.RoomClosed: _on_closed,
        up.RoomRenamed: _on_renamed,
        up.States: _on_states,
        up.Signalled: _on_signalled,
        up.Loaded: _on_loaded,
        up.Arrived: _on_arrived,
        up.Completed: _on_completed,
        up.Warned: _on_warned,
        up.Resumed: _on_resumed,
        up.Queued: _on_queued,
        up.Sent: _on_sent,
        up.SendFailed: _on_send_failed,
        up.Answered: _on_answered,
    }
