"""Keeps on disk what a person types in a room, and what was refused, so that it is never lost."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from zmqchat_gui.bridge.drafts import Draft, Drafts, Unsent
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.composer import Composer
from zmqchat_gui.viewmodels.thread import ThreadModel
from zmqchat_gui.viewmodels.timeline import TimelineModel

_SAVE_MS = 300


class Drafting(QObject):
    """Saves a moment after something changed, however much goes on meanwhile."""

    drafted = Signal()
    """The draft on disk is another."""
    failed = Signal(str)
    """The disk does not take it."""

    def __init__(
        self,
        drafts: Drafts,
        timeline: TimelineModel,
        thread: ThreadModel,
        composer: Composer,
        answer: Composer,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._timeline = timeline
        self._thread = thread
        self._composer = composer
        self._answer = answer
        self._timer = QTimer(self, singleShot=True, interval=_SAVE_MS)
        self._timer.timeout.connect(self.save)
        self._restore(drafts.get(timeline.room.id))
        for changed in (
            composer.textChanged,
            composer.changed,
            answer.textChanged,
            thread.changed,
            timeline.kept,
        ):
            changed.connect(self.save_soon)

    def save_soon(self) -> None:
        """Something is typed, or another thread is open."""
        if not self._timer.isActive():
            self._timer.start()

    def save(self) -> None:
        """Puts what is typed, and what was refused, on disk."""
        self._timer.stop()
        draft, room = self._draft(), self._timeline.room.id
        if draft != self._drafts.get(room):
            kept = self._drafts.put(room, draft)
            self.drafted.emit()
            if not kept:
                self.failed.emit(
                    words.say("What you are typing cannot be kept: see that the disk has room.")
                )

    def _draft(self) -> Draft:
        """What the outbox has not yet is in it too: a session that ended puts nothing there."""
        (text, reply_to), (answer, _) = self._composer.kept, self._answer.kept
        edit = self._composer.editSeq
        return Draft(
            text,
            reply_to,
            tuple(
                Unsent(own.text, own.reply_to, own.time_us, own.failure, own.key)
                for own in self._timeline.unsent
            ),
            edit,
            self._composer.text if edit else "",
            self._thread.seq if answer else 0,
            answer,
            tuple(self._edits()),
        )

    def _edits(self) -> Iterator[tuple[int, str]]:
        """Texts for messages that come back once nothing else is being typed."""
        if self._answer.editSeq:
            yield self._answer.editSeq, self._answer.text
        yield from self._composer.refused_edits
        yield from self._answer.refused_edits
        yield from self._timeline.queueing_edits

    def _restore(self, draft: Draft) -> None:
        for unsent in draft.unsent:
            self._timeline.keep_failed(unsent)
        self._composer.put(draft.text, draft.reply_to)
        if draft.edit:
            self._composer.resume_edit(draft.edit, draft.edited)
        for seq, edited in draft.edits:
            self._composer.edit_refused(seq, edited)
        if draft.threaded:
            self._thread.open(draft.thread)
            self._answer.put(draft.threaded, 0)
