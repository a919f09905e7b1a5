"""A room's timeline: row 0 is the newest (a ListView lays it out from bottom to top)."""

from __future__ import annotations

from itertools import count

from PySide6.QtCore import QModelIndex, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.entries import FAILED, PENDING, POSTED, Entry
from zmqchat_gui.bridge.history import Page, older
from zmqchat_gui.bridge.updates import Arrived, Loaded
from zmqchat_gui.bridge.worker import Outgoing
from zmqchat_gui.viewmodels.log import Log
from zmqchat_gui.viewmodels.messagerows import Host, MessageRows, Place
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.rows import Index

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

MOST_ROWS = 100_000
"""Rows that are kept while somebody looks at the newest; older ones are read again."""

_SPARE_ROWS = 10_000
_PINS = frozenset({"pinned", "unpinned", "redacted"})


@QmlElement
@QmlUncreatable("App.session.room.timeline")
class TimelineModel(MessageRows):
    """Messages and member events, newest first: roles as `MessageRows` has them. Older ones are
    fetched by the ListView itself (`canFetchMore`), or by `loadOlder`; they are inserted at the
    end, so that nothing moves.
    """

    changed = Signal()
    rowWanted = Signal(int)
    """The view should bring this row into sight, and mark it for a moment (jump)."""
    pinned = Signal()
    """Something was pinned or unpinned."""
    heard = Signal()
    """Events came, or a page: the thread that is open may be another."""
    kept = Signal()
    """The messages that were not sent are others than before: they belong on disk."""

    def __init__(
        self, room: str, requests: Host, persons: Persons, parent: QObject | None = None
    ) -> None:
        super().__init__(room, requests, persons, parent)
        self._log = Log(self, persons.mentioned)
        self._numbers = count(1)
        self.queueing = 0
        """How many messages are on their way to the outbox."""
        self._loading = True
        self._loaded = False
        self._whole = False
        self._stalled = False
        self._wanted = 0
        self._below = 0
        self._following = True
        self._read_to: int | None = None

    # ── what the view reads ──────────────────────────────────────────────────────────────────────

    @Property(bool, notify=changed)
    def loading(self) -> bool:
        """Whether messages are on their way (the first page, or older ones)."""
        return self._loading

    @Property(bool, notify=changed)
    def loaded(self) -> bool:
        """Whether the newest page is there; before, an empty room says nothing."""
        return self._loaded

    @Property(bool, notify=changed)
    def whole(self) -> bool:
        """Whether the oldest row is the beginning of the room."""
        return self._whole

    @Property(int, notify=changed)
    def below(self) -> int:
        """How many messages came while `following` was false: the count at "Jump to latest"."""
        return self._below

    @Property(bool, notify=changed)
    def following(self) -> bool:
        """Set by the view: whether its newest row is in sight."""
        return self._following

    @following.setter
    def following(self, value: bool) -> None:
        if value != self._following:
            self._following = value
            if value:
                self._below = 0
            self.changed.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._log)

    def canFetchMore(self, parent: Index) -> bool:
        return not (parent.isValid() or self._loading or self._whole or self._stalled)

    def fetchMore(self, _parent: Index) -> None:
        self.loadOlder()

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    @Slot()
    def loadOlder(self) -> None:
        """Asks for the page before the oldest row; nothing while one is on its way."""
        self._load(0)

    @Slot(int)
    def jumpTo(self, seq: int) -> None:
        """Brings a message into sight, however far back: `rowWanted` follows once it is loaded."""
        if (self._log.oldest and self._log.oldest <= seq) or self._whole:
            row = self._log.row_of_seq(seq)
            if row >= 0:
                self.rowWanted.emit(row)
            return
        self._wanted = seq
        self._load(seq)

    @Slot(str)
    def retry(self, key: str) -> None:
        """Sends a failed message again."""
        own = self._log.find_own(key)
        if own is not None and own.delivery == FAILED:
            self._log.pending(own)
            self.queueing += 1
            self._requests.post(Outgoing(key, self.room, own.text, own.reply_to or None))
            self.kept.emit()

    @Slot(str)
    def discard(self, key: str) -> None:
        """Deletes a failed message, which nobody has seen."""
        own = self._log.find_own(key)
        if own is not None and own.delivery == FAILED:
            self._log.remove_own(own)
            self.kept.emit()

    @Slot(str, result=int)
    def rowOf(self, key: str) -> int:
        """The row with this key now, or -1."""
        return self._log.row_of_key(key)

    @property
    def last_editable(self) -> Entry | None:
        """One's newest message, if it can be edited."""
        mine = (e for e in reversed(self._log.sent) if e.is_message and self.is_mine(e))
        newest = next(mine, None)
        return newest if newest is not None and self.can_edit(newest) else None

    # ── what the session tells ───────────────────────────────────────────────────────────────────

    def post(self, text: str, reply_to: int, time_us: int) -> None:
        """Shows a message of one's own, and sends it."""
        key = self._show_own(text, reply_to, time_us, PENDING)
        self.queueing += 1
        self._requests.post(Outgoing(key, self.room, text, reply_to or None))

    def keep_failed(self, text: str, reply_to: int, time_us: int, why: str) -> None:
        """Shows a message that was refused when the program ran last."""
        self._show_own(text, reply_to, time_us, FAILED, why)

    def resume(self, key: str, text: str, reply_to: int, time_us: int) -> None:
        """Shows a message that an earlier process left in the outbox, and that is being sent."""
        self._show_own(text, reply_to, time_us, PENDING, key=key)

    def _show_own(
        self, text: str, reply_to: int, time_us: int, delivery: str, why: str = "", key: str = ""
    ) -> str:
        own = Entry(
            seq=0,
            type=POSTED,
            sender=self._persons.me,
            time_us=time_us,
            text=text,
            reply_to=reply_to,
            delivery=delivery,
            failure=why,
            key=key or f"o{next(self._numbers)}",
        )
        self._log.post(own)
        self.countChanged.emit()
        return own.key

    @property
    def unsent(self) -> list[Entry]:
        """One's own messages that were refused."""
        return [own for own in self._log.own if own.delivery == FAILED]

    @property
    def newest(self) -> int:
        """The seq of the newest event, or 0."""
        return self._log.newest

    @property
    def log(self) -> Log:
        """The entries."""
        return self._log

    def load(self, page: Loaded) -> None:
        """The newest page."""
        self.beginResetModel()
        self._whole = page.whole
        self._log.restart(page.items)
        self.endResetModel()
        self._loading = self._stalled = False
        self._loaded = self._loaded or not page.provisional
        self.countChanged.emit()
        self.changed.emit()
        self.heard.emit()
        if self._wanted:
            self.jumpTo(self._wanted)

    def hear(self, arrived: Arrived) -> list[Entry]:
        """Events that follow; returns those that have a row."""
        heard = self._log.hear(arrived.events, self._persons.me)
        foreign = sum(entry.is_message and entry.sender != self._persons.me for entry in heard)
        if not self._following and foreign:
            self._below += foreign
            self.changed.emit()
        if self._following and len(self._log) > MOST_ROWS:
            self._log.drop_oldest(len(self._log) - MOST_ROWS + _SPARE_ROWS)
            self._whole = False
            self.changed.emit()
        if heard:
            self.countChanged.emit()
        if self._log.rewound:
            self._log.rewound = False
            self._requests.look_at(self.room)
        if any(event.type in _PINS for event in arrived.events):
            self.pinned.emit()
        self.heard.emit()
        return heard

    def queued(self) -> None:
        """A message is in the outbox."""
        self.queueing = max(0, self.queueing - 1)

    def sent(self, key: str, seq: int, time_us: int) -> None:
        """One's own message is on the server's disk."""
        self._log.acknowledged(key, seq, time_us)

    def refused(self, key: str, why: str) -> None:
        """One's own message was refused for good, perhaps before it was in the outbox."""
        self.queueing = 0
        self._log.failed(key, why)
        self.kept.emit()

    def online(self) -> None:
        """The server answers again: what could not be loaded may be now."""
        self._stalled = False

    def mark_new(self, read_to: int | None) -> None:
        """The line "New messages" goes below this seq (None: nowhere)."""
        if read_to != self._read_to:
            self._read_to = read_to
            self._all_altered()

    @property
    def has_new_line(self) -> bool:
        """Whether the line "New messages" is somewhere."""
        return self._read_to is not None

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────

    def entry_at(self, row: int) -> Entry:
        return self._log.at(row)

    def find(self, seq: int) -> Entry | None:
        return self._log.find(seq)

    def above(self, row: int) -> Entry | None:
        return self._log.at(row + 1) if row + 1 < len(self._log) else None

    def begins_with(self, row: int) -> bool:
        return self._whole

    def is_new_line(self, place: Place) -> bool:
        if self._read_to is None or not self._is_new(place.entry):
            return False
        row = place.row + 1
        while row < len(self._log) and self._log.at(row).seq > self._read_to:
            if self._is_new(self._log.at(row)):
                return False
            row += 1
        return self._whole or row < len(self._log)

    def _is_new(self, entry: Entry) -> bool:
        """Whether it is a message of somebody else that the person has not read."""
        read_to = self._read_to or 0
        return entry.is_message and entry.seq > read_to and not self.is_mine(entry)

    # ── older messages ───────────────────────────────────────────────────────────────────────────

    def _load(self, back_to: int) -> None:
        if self._loading or self._whole or not self._log.oldest:
            return
        self._loading = True
        self.changed.emit()
        room, before = self.room, self._log.oldest

        async def work(chat: Chat) -> Page:
            return await older(chat, room, before, back_to)

        self._requests.ask(work, self._got_older)

    def _got_older(self, page: Page | ChatError) -> None:
        self._loading = False
        if isinstance(page, ChatError):
            self._stalled = True
            self.failed.emit(page.message)
        elif page.before == self._log.oldest:  # else it was loaded anew meanwhile
            self._log.prepend(page.items)
            self._whole = page.whole
            self._stalled = not page.items
            self.countChanged.emit()
        self.changed.emit()
        if self._wanted:
            wanted, self._wanted = self._wanted, 0
            row = self._log.row_of_seq(wanted)
            if row >= 0:
                self.rowWanted.emit(row)

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
