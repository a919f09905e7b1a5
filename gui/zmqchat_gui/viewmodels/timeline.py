"""A room's timeline: row 0 is the newest (a ListView lays it out from bottom to top)."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat, TimelinePage
from zmqchat.client.changes import CHANGES
from zmqchat.client.naming import Where
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.entries import Entry
from zmqchat_gui.bridge.history import older
from zmqchat_gui.bridge.updates import Arrived, Loaded
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.messagerows import Host, Place
from zmqchat_gui.viewmodels.ownrows import OwnRows
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.rows import Index

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

MOST_ROWS = 100_000
"""Rows that are kept while somebody looks at the newest; older ones are read again."""

_SPARE_ROWS = 10_000


@QmlElement
@QmlUncreatable("App.session.room.timeline")
class TimelineModel(OwnRows):
    """Messages and member events, newest first: roles as `MessageRows` has them. Older ones are
    fetched by the ListView itself (`canFetchMore`), or by `loadOlder`; they are inserted at the
    end, so that nothing moves.
    """

    newest_first = True

    changed = Signal()
    rowWanted = Signal(int)
    """The view should bring this row into sight, and mark it for a moment (jump)."""

    def __init__(
        self, room: Where, requests: Host, persons: Persons, parent: QObject | None = None
    ) -> None:
        super().__init__(room, requests, persons, parent)
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
        if 0 < self._log.first <= seq:
            row = self._log.row_of_seq(seq)
            if row >= 0:
                self.rowWanted.emit(row)
            # what the profile had goes when the server's page comes: to the same place again then
            self._wanted = 0 if self._loaded else seq
            return
        self._wanted = seq
        self._load(seq)

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

    @property
    def authors(self) -> set[int]:
        """The ids of those whose messages are here."""
        return {entry.sender.id for entry in self._log.sent}

    @property
    def newest(self) -> int:
        """The seq of the newest event, or 0."""
        return self._log.newest

    def load(self, loaded: Loaded) -> None:
        """The newest page."""
        self.beginResetModel()
        self._whole = loaded.page.whole
        self._log.restart(loaded.page)
        self.endResetModel()
        self._loading = self._stalled = False
        self._loaded = self._loaded or not loaded.provisional
        self.countChanged.emit()
        self.changed.emit()
        self.heard.emit()
        self._go_on()

    def hear(self, arrived: Arrived) -> list[Entry]:
        """Events that follow; returns those that have a row."""
        heard = self._log.hear(arrived.events, self._persons.me.id)
        foreign = sum(
            entry.is_message and entry.sender.id != self._persons.me.id for entry in heard
        )
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
            self._requests.look_at(self.room.id)
        self._tell(*(event for event in arrived.events if event.type in CHANGES))
        return heard

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
        if self._loading or self._whole or not self._log.first:
            return
        self._loading = True
        self.changed.emit()
        room, before = self.room.id, self._log.first

        async def work(chat: Chat) -> TimelinePage:
            return await older(chat, room, before, back_to)

        self._requests.ask(work, self._got_older)

    def _got_older(self, page: TimelinePage | ChatError) -> None:
        self._loading = False
        if isinstance(page, ChatError):
            self._stalled = True
            self.failed.emit(page.message)
        elif page.last + 1 == self._log.first:  # else it was loaded anew meanwhile
            self._log.prepend(page)
            self._whole = page.whole
            self._stalled = not page.items
            self.countChanged.emit()
        self.changed.emit()
        self._go_on()

    def _go_on(self) -> None:
        """To where the person wants to be, if it is not in sight yet."""
        wanted, self._wanted = self._wanted, 0
        if wanted and self._stalled:
            self.failed.emit(words.say("That message cannot be read now."))
        elif wanted:
            self.jumpTo(wanted)
