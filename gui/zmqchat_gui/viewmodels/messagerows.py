"""Messages as rows: the roles that a view shows, and what a person may do with a message."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import ChatEvent, unsent
from zmqchat.client.naming import Where
from zmqchat.protocol.who import EVERYBODY
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.bridge.entries import PENDING, Entry
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.emoji import canonical
from zmqchat_gui.viewmodels.happenings import sentence
from zmqchat_gui.viewmodels.log import key_of
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.richtext import (
    MOST_MARKED_UP,
    Rendered,
    beginning,
    one_line,
    plain_block,
    render,
)
from zmqchat_gui.viewmodels.rows import Rows
from zmqchat_gui.viewmodels.selection import Cited, Selection

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_RENDERED = 400
_BEGINNING = 4_096
"""Characters of a text that is too long to be marked up, as long as nobody wants all of it."""

_TOGETHER_US = 5 * 60 * 1_000_000


class Host(Requests, Protocol):
    """The session that a room is of."""

    def link_to(self, room: int, seq: int) -> str:
        """A link to a message, for others who are in the room."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What the person may do in the room: write, and (`lead`) erase what others wrote."""

    write: bool = True
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A row, the entry there, and the entry that is shown above it."""

    row: int
    entry: Entry
    above: Entry | None


@QmlElement
@QmlUncreatable("a timeline or a thread")
class MessageRows(Rows):
    """The base of the models that show messages. Roles, all always there:
    - `room` string: the room that the row is of
    - `key` string: names the row while the program runs, before and after it has a seq
    - `kind` string: "message", or "event" (somebody joined, was renamed …: `plain` is a sentence);
      of a message by somebody ignored "folded" (`plain` is a sentence, `unfold` shows the message
      and those that follow) or "hidden" (it belongs to the folded one above it)
    - `seq` int: the event's number, 0 while it is not sent
    - `sender` string: the name; `senderTitle` string: how it is shown; `initials` string (1 or 2);
      `tint` int: 0 to 7, which of the theme's eight colours; `avatar` url string, "" for none
    - `mine` bool; `mentionsMe` bool: highlight it
    - `timeText` string "16:52"; `timeFull` string: for a tooltip; `dayText` string: "Today",
      "Yesterday" or a date if a day begins with this row (separator above it), else ""
    - `newLine` bool: the line "New messages" goes above this row
    - `continued` bool: by the same sender soon after the row above it: no avatar, no name
    - `blocks` list of maps: the text, ready to show, in order. Each has
      `type` "text" | "quote" | "code"; `html` safe rich text without colours: put the theme's
      `<style>…</style>` before it (Text.RichText). It has p, ul, ol, li, h1 to h6, hr, b, i, s,
      code, pre, blockquote, a, `a.mention` and `a.me` (names the reader), and in code the short
      classes of Pygments on span (k, s, c, n, nf, mi, o, …). Links go to `App.openLink`.
      `plain` is the block's text; for code, `language` is its name or ""
    - `cut` bool: `blocks` are only the beginning of a very long text (until `showAll`)
    - `whole` bool: the person wants all of it shown, however tall
    - `plain` string: the whole text without marks, for a screen reader and for copying
    - `rightToLeft` bool: the text begins in a right-to-left script
    - `delivery` string: "sent" | "pending" (the server has it in a moment) | "waiting" (until it
      answers again) | "failed"; `failure` string: why, in plain words
    - `edited` bool; `redacted` bool (no text then); `pinned` bool
    - `replySeq` int (0: answers nothing), `replySender`, `replyText` strings (one line; "" while
      that message is not loaded)
    - `reactions` list of maps `emoji`, `count`, `mine`, `names` ("Ada, Bo and 3 others"),
      `pending` (one's own, set and not confirmed yet)
    - `changing` list of strings: what the person did to it that is shown already and that the
      server has not confirmed: "edited", "redacted", "pinned", "unpinned", "reacted", "unreacted"
    - `threadCount` int: how many messages are under it: its thread (`Room.openThread.open(seq)`)
    - `threadRoot` int: the message that its thread began with, 0 where it answers nothing
    - `canEdit`, `canRedact` bool: the person may, and it works
    """

    ROLES: ClassVar = (
        "room",
        "key",
        "kind",
        "seq",
        "sender",
        "senderTitle",
        "initials",
        "tint",
        "avatar",
        "mine",
        "mentionsMe",
        "timeText",
        "timeFull",
        "dayText",
        "newLine",
        "continued",
        "blocks",
        "cut",
        "whole",
        "plain",
        "rightToLeft",
        "delivery",
        "failure",
        "edited",
        "redacted",
        "pinned",
        "replySeq",
        "replySender",
        "replyText",
        "reactions",
        "changing",
        "threadCount",
        "threadRoot",
        "canEdit",
        "canRedact",
    )

    implied_reply = 0
    """What everything here answers: nobody needs to be told."""

    newest_first = False
    """Whether row 0 is the newest."""

    failed = Signal(str)
    """Something that the person asked for did not happen: why, in plain words."""

    def __init__(
        self, room: Where, requests: Host, persons: Persons, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.room = room
        """The room, as it is called now."""
        self._requests = requests
        self._persons = persons
        self._rendered: OrderedDict[Entry, Rendered] = OrderedDict()
        self._rights = Rights()
        self._live = True
        self._today = words.today()
        self._unfolded: set[int] = set()
        self._tall: set[str] = set()
        persons.named.connect(self._names_changed)
        persons.pictured.connect(self._pictured)
        persons.ignoring.connect(self._all_altered)
        self._selection = Selection(self, self)
        for altered in (self.rowsInserted, self.rowsRemoved, self.modelReset):
            altered.connect(self._selection.follow)

    # ── what the models have ─────────────────────────────────────────────────────────────────────

    def entry_at(self, row: int) -> Entry:
        """The entry of a row."""
        raise TypeError("a model has its own")

    def find(self, seq: int) -> Entry | None:
        """The entry of an event."""
        raise TypeError("a model has its own")

    def send(self, event: ChatEvent) -> None:
        """Shows an event that has no seq yet, and sends it."""
        raise TypeError("a model has its own")

    def above(self, row: int) -> Entry | None:
        """The entry that is shown above a row."""
        raise TypeError("a model has its own")

    def begins_with(self, row: int) -> bool:
        """Whether a row that has none above it is the first there is."""
        raise TypeError("a model has its own")

    def is_new_line(self, place: Place) -> bool:
        """Whether what the person has not read begins with a row."""
        return False

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────

    def value(self, row: int, role: str) -> Any:
        return _READ[role](self, Place(row, self.entry_at(row), self.above(row)))

    def altered(self, first: int, last: int) -> None:
        """Rows are others than before."""
        for row in range(first, last + 1):
            self._rendered.pop(self.entry_at(row), None)
        self.dataChanged.emit(self.index(first), self.index(last))

    def allow(self, rights: Rights) -> None:
        """What the person may do."""
        if rights != self._rights:
            self._rights = rights
            self._all_altered()

    def stands(self, live: bool) -> None:
        """Whether the server answers."""
        if live != self._live:
            self._live = live
            self.touch("delivery")

    def _names_changed(self) -> None:
        self._rendered.clear()
        self._all_altered()

    def _pictured(self) -> None:
        self.touch("avatar")

    def _all_altered(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def rendered(self, entry: Entry) -> Rendered:
        """The text, ready to show; the newest few hundred are kept."""
        rendered = self._rendered.get(entry)
        if rendered is None:
            rendered = render(entry.text, self._persons.names)
            self._rendered[entry] = rendered
            if len(self._rendered) > _RENDERED:
                self._rendered.popitem(last=False)
        return rendered

    # ── what is selected ─────────────────────────────────────────────────────────────────────────

    @Property(Selection, constant=True)
    def selection(self) -> Selection:
        """What is selected of the messages."""
        return self._selection

    @Slot(int, result=str)
    def keyAt(self, row: int) -> str:
        """The key of a row."""
        return key_of(self.entry_at(row))

    def cited(self, row: int, typed: bool = False) -> Cited:
        """A row, for copying it: as it is shown, or as it was `typed`."""
        entry = self.entry_at(row)
        day = words.day_text(words.day_of(entry.time_us), date.max)  # no "Today" in a copy
        if not entry.is_message:
            return Cited([plain_block(sentence(entry, self._persons))], day)
        if self.is_folded(entry):
            return Cited([], day)
        place = Place(row, entry, self.above(row))
        typed_blocks = [{"type": "text", "html": "", "plain": entry.text}]
        deleted = [plain_block(words.say("This message was deleted."))]
        return Cited(
            deleted if entry.redacted else typed_blocks if typed else self.rendered(entry).blocks,
            day,
            self._persons.title(entry.sender),
            words.time_text(entry.time_us),
            headed=not self._continued(place),
        )

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    @Slot(str, result=int)
    def rowOf(self, key: str) -> int:
        """The row with this key now, or -1."""
        rows = range(self.rowCount())
        return next((row for row in rows if key_of(self.entry_at(row)) == key), -1)

    @Slot(str, result=str)
    def textOf(self, key: str) -> str:
        """The message as it was written, with its marks: "Copy text"."""
        row = self.rowOf(key)
        return self.entry_at(row).text if row >= 0 else ""

    @Slot(str)
    def unfold(self, key: str) -> None:
        """Shows a folded message, and those of the same person that follow it without another."""
        row = self.rowOf(key)
        step = -1 if self.newest_first else 1
        sender = self.entry_at(row).sender.id if row >= 0 else 0
        while 0 <= row < self.rowCount():
            entry = self.entry_at(row)
            if entry.sender.id != sender or not self.is_folded(entry):
                break
            self._unfolded.add(entry.seq)
            row += step
        self._all_altered()

    @Slot(str, result=bool)
    def isUnfolded(self, key: str) -> bool:
        """Whether a message of somebody ignored is shown all the same."""
        row = self.rowOf(key)
        entry = self.entry_at(row) if row >= 0 else None
        return entry is not None and entry.seq in self._unfolded and self._is_ignored(entry)

    @Slot(str)
    def fold(self, key: str) -> None:
        """Hides again what was unfolded of the person whose message this is."""
        row = self.rowOf(key)
        if row >= 0:
            sender = self.entry_at(row).sender.id
            found = map(self.find, self._unfolded)
            self._unfolded -= {entry.seq for entry in found if entry and entry.sender.id == sender}
            self._all_altered()

    @Slot(str, bool)
    def showAll(self, key: str, whole: bool) -> None:
        """Shows a tall message as a whole, or its beginning again."""
        row = self.rowOf(key)
        if row >= 0:
            (self._tall.add if whole else self._tall.discard)(key)
            self.dataChanged.emit(self.index(row), self.index(row))

    @Slot(int, str)
    def react(self, seq: int, emoji: str) -> None:
        """Sets one's reaction, or takes it back where it is set, however it is written."""
        emoji = canonical(emoji)
        entry, me = self.find(seq), self._persons.me.id
        there = entry is not None and any(r.emoji == emoji and r.by(me) for r in entry.reactions)
        self._do("unreacted" if there else "reacted", target=seq, emoji=emoji)

    @Slot(int, bool)
    def setPinned(self, seq: int, pinned: bool) -> None:
        """Pins or unpins a message."""
        self._do("pinned" if pinned else "unpinned", target=seq)

    @Slot(int)
    def redact(self, seq: int) -> None:
        """Erases a message for everybody (ask before)."""
        self._do("redacted", target=seq)

    def _do(self, event_type: str, **details: Any) -> None:
        self.send(unsent(self.room, self._persons.me, event_type, **details))

    @Slot(int, result=str)
    def linkOf(self, seq: int) -> str:
        """A link to a message: "Copy link"."""
        return self._requests.link_to(self.room.id, seq)

    # ── roles ────────────────────────────────────────────────────────────────────────────────────

    def is_mine(self, entry: Entry) -> bool:
        """Whether the person wrote it."""
        return entry.sender.id == self._persons.me.id

    def is_folded(self, entry: Entry) -> bool:
        """Whether the person ignores who wrote it, and did not open it."""
        return self._is_ignored(entry) and entry.is_message and entry.seq not in self._unfolded

    def _is_ignored(self, entry: Entry) -> bool:
        return entry.sender.id in self._persons.ignored and not self.is_mine(entry)

    def can_edit(self, entry: Entry) -> bool:
        """Whether the person may give it another text."""
        return self._rights.write and self.is_mine(entry) and _is_there(entry)

    def can_redact(self, entry: Entry) -> bool:
        """Whether the person may erase it."""
        mine = self.is_mine(entry) or self._rights.lead
        return self._rights.write and mine and _is_there(entry)

    def _day_text(self, place: Place) -> str:
        if place.above is None and not self.begins_with(place.row):
            return ""
        day = words.day_of(place.entry.time_us)
        if place.above is not None and words.day_of(place.above.time_us) == day:
            return ""
        return words.day_text(day, self._today)

    def _continued(self, place: Place) -> bool:
        entry, above = place.entry, place.above
        return (
            above is not None
            and entry.is_message
            and above.is_message
            and above.sender.id == entry.sender.id
            and not self.is_folded(above)
            and (not entry.reply_to or entry.reply_to == above.reply_to == self.implied_reply)
            and not self.is_new_line(place)
            and 0 <= entry.time_us - above.time_us < _TOGETHER_US
            and words.day_of(above.time_us) == words.day_of(entry.time_us)
        )

    def _answered(self, place: Place) -> Entry | None:
        seq = place.entry.reply_to
        return self.find(seq) if seq else None

    def _reply_sender(self, place: Place) -> str:
        answered = self._answered(place)
        return self._persons.title(answered.sender) if answered else ""

    def _reply_text(self, place: Place) -> str:
        answered = self._answered(place)
        return self.quoted(answered) if answered is not None else ""

    def quoted(self, entry: Entry) -> str:
        """A message on one line, without marks, where another answers it."""
        if self.is_folded(entry):
            return words.say("Hidden message")
        if entry.redacted:
            return words.say("Deleted message")
        return one_line(self.rendered(entry).plain)

    def _delivery(self, place: Place) -> str:
        delivery = place.entry.delivery
        return "waiting" if delivery == PENDING and not self._live else delivery

    def _kind(self, place: Place) -> str:
        entry, above = place.entry, place.above
        if not self.is_folded(entry):
            return "message" if entry.is_message else "event"
        follows = above is not None and above.sender.id == entry.sender.id and self.is_folded(above)
        begins = self.is_new_line(place) or self._day_text(place) != ""
        return "hidden" if follows and not begins else "folded"

    def _plain(self, place: Place) -> str:
        entry = place.entry
        if self.is_folded(entry):
            name = self._persons.title(entry.sender)
            return words.say("Hidden: you ignore {}.").format(name)
        return self.rendered(entry).plain if entry.is_message else sentence(entry, self._persons)

    def _blocks(self, place: Place) -> list[dict[str, Any]]:
        entry = place.entry
        shown = entry.is_message and not entry.redacted and not self.is_folded(entry)
        if shown and self._is_cut(entry):
            return beginning(entry.text, self._persons.names, _BEGINNING)
        return self.rendered(entry).blocks if shown else []

    def _is_cut(self, entry: Entry) -> bool:
        return len(entry.text) > MOST_MARKED_UP and key_of(entry) not in self._tall

    def _mentions_me(self, place: Place) -> bool:
        mentions = place.entry.mentions
        if not mentions or self.is_mine(place.entry):
            return False
        return self._persons.me.id in mentions or EVERYBODY in mentions

    def _reactions(self, place: Place) -> list[dict[str, Any]]:
        me, title = self._persons.me.id, self._persons.title
        changing = [event.emoji for event in place.entry.changing if event.type == "reacted"]
        return [
            {
                "emoji": reaction.emoji,
                "count": len(reaction.people),
                "mine": reaction.by(me),
                "names": words.listed([title(who) for who in reaction.people]),
                "pending": reaction.by(me) and reaction.emoji in changing,
            }
            for reaction in place.entry.reactions
        ]


def _is_there(entry: Entry) -> bool:
    return entry.is_message and entry.seq > 0 and not entry.redacted


_READ: dict[str, Callable[[MessageRows, Place], Any]] = {
    "room": lambda model, _place: model.room.name,
    "key": lambda _model, place: key_of(place.entry),
    "kind": MessageRows._kind,
    "seq": lambda _model, place: place.entry.seq,
    "sender": lambda model, place: model._persons.get(place.entry.sender).name,
    "senderTitle": lambda model, place: model._persons.title(place.entry.sender),
    "initials": lambda model, place: words.initials(model._persons.title(place.entry.sender)),
    "tint": lambda model, place: words.tint(model._persons.get(place.entry.sender).name),
    "avatar": lambda model, place: model._persons.avatar(place.entry.sender),
    "mine": lambda model, place: model.is_mine(place.entry),
    "mentionsMe": MessageRows._mentions_me,
    "timeText": lambda _model, place: words.time_text(place.entry.time_us),
    "timeFull": lambda _model, place: words.full_time(place.entry.time_us),
    "dayText": MessageRows._day_text,
    "newLine": lambda model, place: model.is_new_line(place),
    "continued": MessageRows._continued,
    "blocks": MessageRows._blocks,
    "cut": lambda model, place: model._is_cut(place.entry),
    "whole": lambda model, place: key_of(place.entry) in model._tall,
    "plain": MessageRows._plain,
    "rightToLeft": lambda model, place: model.rendered(place.entry).right_to_left,
    "delivery": MessageRows._delivery,
    "failure": lambda _model, place: place.entry.failure,
    "edited": lambda _model, place: place.entry.edited,
    "redacted": lambda _model, place: place.entry.redacted,
    "pinned": lambda _model, place: place.entry.pinned,
    "replySeq": lambda _model, place: place.entry.reply_to,
    "replySender": MessageRows._reply_sender,
    "replyText": MessageRows._reply_text,
    "reactions": MessageRows._reactions,
    "changing": lambda _model, place: [event.type for event in place.entry.changing],
    "threadCount": lambda _model, place: place.entry.replies,
    "threadRoot": lambda _model, place: place.entry.root,
    "canEdit": lambda model, place: model.can_edit(place.entry),
    "canRedact": lambda model, place: model.can_redact(place.entry),
}
