"""The thread that is open beside the timeline: the message that it began with, and its answers."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat, ChatEvent, ChatMessage
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.entries import Entry, entry_of_message
from zmqchat_gui.bridge.history import thread
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.messagerows import Host, MessageRows
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.timeline import TimelineModel

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("App.session.room.openThread")
class ThreadModel(MessageRows):
    """The open thread, oldest first: row 0 is the message that it began with, the others are its
    answers, those of one's own that wait too. Roles as `MessageRows` (and the timeline) has them;
    `retry` and `discard` of a failed one are the timeline's, by the same `key`.
    """

    changed = Signal()

    def __init__(
        self,
        timeline: TimelineModel,
        requests: Host,
        persons: Persons,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(timeline.room, requests, persons, parent)
        self._timeline = timeline
        self._root = 0
        self._loading = False
        self._entries: dict[int, Entry] = {}
        self._looked_to = 0
        """The newest event that was looked at: whether it belongs here."""
        timeline.modelReset.connect(self.refresh)
        timeline.heard.connect(self._show)
        timeline.countChanged.connect(self._show)
        timeline.dataChanged.connect(self._show)

    @Property(int, notify=changed)
    def seq(self) -> int:
        """The message that the open thread began with; 0 where none is open."""
        return self._root

    @Property(bool, notify=changed)
    def loading(self) -> bool:
        """Whether answers are on their way."""
        return self._loading

    @Property(str, notify=changed)
    def title(self) -> str:
        """ "3 replies", or "Thread" while there is none."""
        answers = sum(not entry.redacted for entry in self._rows[1:])
        if answers < 1:
            return words.say("Thread")
        return words.count(answers, "{} reply", "{} replies")

    @Slot(int)
    def open(self, seq: int) -> None:
        """Shows the thread that a message is in, or would begin one with."""
        entry = self._timeline.find(seq)
        self._begin((entry.root or seq) if entry is not None else seq)
        self._load()

    @Slot()
    def close(self) -> None:
        """Shows none."""
        self._begin(0)

    def _begin(self, root: int) -> None:
        self._root = self.implied_reply = root
        self._entries, self._looked_to = {}, 0
        self.replace([])
        self._show()
        self.changed.emit()

    def refresh(self) -> None:
        """Reads the open thread anew: the server answers again, or the room was read anew."""
        if self._root:
            self._load()

    def _load(self) -> None:
        room, root = self.room.id, self._root
        self._loading = True
        self.changed.emit()

        async def work(chat: Chat) -> tuple[int, list[ChatMessage]]:
            return root, await thread(chat, room, root)

        self._requests.ask(work, self._got)

    def _got(self, result: tuple[int, list[ChatMessage]] | ChatError) -> None:
        self._loading = False
        if isinstance(result, ChatError):
            self.failed.emit(result.message)
        elif result[0] == self._root:
            self._timeline.log.learn(result[1])
            self._entries = {message.seq: entry_of_message(message) for message in result[1]}
            self._looked_to = 0
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        """As the timeline has it, which is live; what it has no row of as it is known there."""
        if not self._root:
            return
        self._look_for_answers()
        log, entries = self._timeline.log, self._entries
        for seq, entry in entries.items():
            entries[seq] = log.find(seq) or entry
            log.fold(entries[seq])
        own = [own for own in log.own if own.reply_to in entries and own.seq not in entries]
        self.replace([*(entries[seq] for seq in sorted(entries)), *own])
        self._all_altered()
        self.changed.emit()

    def _look_for_answers(self) -> None:
        """What came since the last time, and belongs to the thread."""
        log, seen = self._timeline.log, max(self._looked_to, self._root - 1)
        for entry in reversed(log.sent):
            if entry.seq <= seen:
                break
            if self._root in {entry.root, entry.seq}:
                self._entries[entry.seq] = entry
        self._looked_to = log.newest

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────

    def entry_at(self, row: int) -> Entry:
        entry: Entry = self._rows[row]
        return entry

    def send(self, event: ChatEvent) -> None:
        self._timeline.send(event)

    def find(self, seq: int) -> Entry | None:
        return next((entry for entry in self._rows if entry.seq == seq), None)

    def above(self, row: int) -> Entry | None:
        return self._rows[row - 1] if row else None

    def begins_with(self, row: int) -> bool:
        return True
