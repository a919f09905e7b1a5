"""What the person sends in a room, and does to its messages: shown at once, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QModelIndex, QObject, Signal, Slot

from zmqchat.client import ChatEvent, unsent
from zmqchat.client.naming import Where
from zmqchat_gui.bridge.drafts import Unsent
from zmqchat_gui.bridge.entries import FAILED, PENDING, POSTED, Entry, entry_of
from zmqchat_gui.viewmodels.happenings import refusal
from zmqchat_gui.viewmodels.log import Log
from zmqchat_gui.viewmodels.messagerows import Host, MessageRows
from zmqchat_gui.viewmodels.persons import Persons


class OwnRows(MessageRows):
    """The base of the timeline: its entries, and the person's part in them. An event that is sent
    is on its way to the outbox (`queueing`), in it, and then on the server's disk, or refused.
    """

    happened = Signal(object)
    """Something was done to messages: a list of events, of the log or pending, or refused ones."""
    heard = Signal()
    """Events came, or a page, or something was done to a message: a thread may be another."""
    editRefused = Signal(int, str)
    """The server refused this text for this message: what was typed must not be lost."""
    kept = Signal()
    """The messages that were not sent are others than before: they belong on disk."""

    def __init__(
        self, room: Where, requests: Host, persons: Persons, parent: QObject | None = None
    ) -> None:
        super().__init__(room, requests, persons, parent)
        self._log = Log(self, persons.mentioned)
        self._unsent: dict[str, ChatEvent] = {}
        self._queueing: dict[UUID, ChatEvent] = {}

    @property
    def log(self) -> Log:
        """The entries."""
        return self._log

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    @Slot(str)
    def retry(self, key: str) -> None:
        """Sends a failed message again: under the same id, so that it is there once."""
        own = self._log.find_own(key)
        if own is not None and own.delivery == FAILED:
            self._log.pending(own)
            self._hand_over(self._unsent[key])
            self.kept.emit()

    @Slot(str)
    def discard(self, key: str) -> None:
        """Deletes a failed message, which nobody has seen."""
        own = self._log.find_own(key)
        if own is not None and own.delivery == FAILED:
            self._log.remove_own(own)
            del self._unsent[key]
            self.kept.emit()

    def post(self, text: str, reply_to: int) -> None:
        """Shows a message of one's own, and sends it."""
        self._do(POSTED, text=text, **({"reply_to": reply_to} if reply_to else {}))

    def edit(self, seq: int, text: str) -> None:
        """Gives one's message another text; `editRefused` where the server says no."""
        self._do("edited", target=seq, text=text)

    def send(self, event: ChatEvent) -> None:
        self.show(event)
        self._hand_over(event)

    def _hand_over(self, event: ChatEvent) -> None:
        event = replace(event, room=self.room.name)
        self._queueing[event.id] = event
        self._requests.submit(event)

    @property
    def queueing(self) -> bool:
        """Whether something is on its way to the outbox, and not on disk yet."""
        return bool(self._queueing)

    @property
    def queueing_edits(self) -> tuple[tuple[int, str], ...]:
        """The edits that are: for each message its newest text."""
        edits = [event for event in self._queueing.values() if event.type == "edited"]
        return tuple({event.target or 0: event.text or "" for event in edits}.items())

    def resubmit(self) -> None:
        """The session began anew: what was on its way to the outbox may be nowhere."""
        for event in list(self._queueing.values()):
            self._hand_over(event)

    def show(self, event: ChatEvent) -> None:
        """Shows what the person sent, or did to a message, and is not in the log yet."""
        if event.type != POSTED:
            self._log.change(event)
            self._tell(event)
        elif (own := self._log.find_own(event.id.hex)) is not None:
            self._log.pending(own)  # kept as one that got no further: it did
        else:
            self._show_own(event, replace(entry_of(event), delivery=PENDING))

    def keep_failed(self, kept: Unsent) -> None:
        """Shows a message that got no further when the program ran last."""
        details = {"text": kept.text, **({"reply_to": kept.reply_to} if kept.reply_to else {})}
        event = unsent(self.room, self._persons.me, POSTED, **details)
        event = replace(event, id=UUID(kept.id) if kept.id else event.id)
        own = replace(entry_of(event), time_us=kept.time_us, failure=kept.why, delivery=FAILED)
        self._show_own(event, own)

    def _show_own(self, event: ChatEvent, own: Entry) -> None:
        own.key = event.id.hex
        self._unsent[own.key] = event
        self._log.post(own)
        self.countChanged.emit()

    @property
    def unsent(self) -> list[Entry]:
        """One's own messages that were refused, or are on their way to the outbox."""
        queueing = {send_id.hex for send_id in self._queueing}
        return [own for own in self._log.own if own.delivery == FAILED or own.key in queueing]

    # ── what the session tells ───────────────────────────────────────────────────────────────────

    def queued(self, event: ChatEvent) -> None:
        """It is in the outbox, on disk."""
        self._queueing.pop(event.id, None)

    def sent(self, event: ChatEvent) -> None:
        """What the person sent, or did to a message, is on the server's disk."""
        self.queued(event)
        if event.type == POSTED:
            self._log.acknowledged(event)
            self._unsent.pop(event.id.hex, None)
        else:
            self._log.changed(event)
            self._tell(event)

    def refused(self, event: ChatEvent, why: str) -> None:
        """It was refused for good: a message says so itself, anything else is undone and said."""
        self.queued(event)
        if event.type == POSTED:
            self._log.failed(event.id.hex, why)
            self.kept.emit()
            return
        self._log.unchange(event)
        self._tell(event)
        self.failed.emit(refusal(event.type, why))
        if event.type == "edited":
            self.editRefused.emit(event.target or 0, event.text or "")

    def _tell(self, *done: ChatEvent) -> None:
        if done:
            self.happened.emit(done)
        self.heard.emit()

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────

    def inserting(self, first: int, last: int) -> None:
        """Rows are about to be there."""
        self.beginInsertRows(QModelIndex(), first, last)

    def inserted(self) -> None:
        """They are."""
        self.endInsertRows()

    def removing(self, first: int, last: int) -> None:
        """Rows are about to go."""
        self.beginRemoveRows(QModelIndex(), first, last)

    def removed(self) -> None:
        """They are gone."""
        self.endRemoveRows()
