"""What a person is writing in a room: text, answer, edit and completion."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import check_text
from zmqchat.errors import UsageError
from zmqchat.protocol.limits import TEXT_BYTES
from zmqchat.protocol.mentions import begun
from zmqchat.protocol.who import Who
from zmqchat_gui.bridge.entries import Entry
from zmqchat_gui.viewmodels import emoji, words
from zmqchat_gui.viewmodels.faces import FacedRows
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.timeline import TimelineModel

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_MOST_COMPLETIONS = 8
_COUNTED_FROM = TEXT_BYTES * 9 // 10
_EMOJI = re.compile(r"(?:^|(?<=[\s(])):([\w+\-]*)$")
_SHORTEST_EMOJI = 2


@dataclass(frozen=True, slots=True)
class Completion:
    """What the word at the cursor may become; `inserted` takes its place."""

    kind: str
    title: str
    detail: str
    symbol: str
    tint: int
    inserted: str
    who: Who | None = None
    """The person that it is, if it is one."""


@QmlElement
@QmlUncreatable("App.session.room.composer.completions")
class CompletionsModel(FacedRows):
    """What the word at the cursor may become. Roles: `kind` "person" | "room" | "emoji";
    `title` string; `detail` string; `symbol` string (the emoji, "#", or initials); `tint` int;
    `avatar` url.
    """

    ROLES: ClassVar = ("kind", "title", "detail", "symbol", "tint", "avatar")

    def get(self, row: int) -> Completion | None:
        """The completion of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None


@QmlElement
@QmlUncreatable("App.session.room.composer")
class Composer(QObject):
    """The view keeps `text` and `cursor` as they are in its TextArea, and follows `replaced`."""

    changed = Signal()
    textChanged = Signal()
    posted = Signal()
    peopleWanted = Signal()
    """A name is being typed that may be completed."""
    """A message of the person's was sent, to stand below all others."""
    replaced = Signal(str, int)
    """The text is another now, with the cursor at this place (a draft, a completion, an edit)."""
    refused = Signal(str)
    """Why `send` did not send; the text is untouched."""

    def __init__(
        self,
        placeholder: str,
        timeline: TimelineModel,
        persons: Persons,
        parent: QObject | None = None,
        root: Callable[[], int] = lambda: 0,
    ) -> None:
        super().__init__(parent)
        self._root = root
        self._placeholder = placeholder
        self._timeline = timeline
        self._persons = persons
        self._completions = CompletionsModel(persons, self)
        self._text = ""
        self._size = 0
        self._cursor = 0
        self._reply = 0
        self._edit = 0
        self._set_aside = ("", 0)
        self._refused_edits: list[tuple[int, str]] = []
        timeline.heard.connect(self._answered_changed)
        timeline.rowsInserted.connect(self._answered_changed)

    # ── the text ─────────────────────────────────────────────────────────────────────────────────

    @Property(str, notify=textChanged)
    def text(self) -> str:
        """What is typed."""
        return self._text

    @text.setter
    def text(self, value: str) -> None:
        if value != self._text:
            self._take(value)
            self._offer()  # a text area may tell of its cursor before it tells of the text

    def _take(self, value: str) -> None:
        if value != self._text:
            self._text = value
            self._size = len(value.encode(errors="replace"))
            self.textChanged.emit()

    @Property(int, notify=changed)
    def cursor(self) -> int:
        """Where the cursor is, in UTF-16 units as TextArea counts."""
        return self._cursor

    @cursor.setter
    def cursor(self, value: int) -> None:
        if value != self._cursor:
            self._cursor = value
            self.changed.emit()
        self._offer()

    @Property(str, notify=changed)
    def placeholder(self) -> str:
        """ "Message #engineering"."""
        return self._placeholder

    def ask_for(self, placeholder: str) -> None:
        """Another placeholder: the room has another name."""
        if placeholder != self._placeholder:
            self._placeholder = placeholder
            self.changed.emit()

    @Property(bool, notify=textChanged)
    def canSend(self) -> bool:
        """Whether there is something to send that is not too long."""
        return self._size <= TEXT_BYTES and bool(self._text.strip())

    @Property(str, notify=textChanged)
    def sizeText(self) -> str:
        """ "63,120 of 65,536 bytes" where the text comes near the limit, "Too long: …" over it."""
        if self._size < _COUNTED_FROM:
            return ""
        sentence = "Too long: {} of {} bytes" if self.tooLong else "{} of {} bytes"
        return words.say(sentence).format(words.figure(self._size), words.figure(TEXT_BYTES))

    @Property(bool, notify=textChanged)
    def tooLong(self) -> bool:
        """Whether the text is over the limit."""
        return self._size > TEXT_BYTES

    @Slot()
    def send(self) -> None:
        """Sends what is typed (or the edit); `replaced` with "" follows, or `refused`."""
        text = self._text.strip("\n")
        try:
            check_text(text)
        except UsageError as error:
            self.refused.emit(_sentence(error.message))
            return
        if self._edit:
            self._send_edit(text)
            return
        reply, self._reply = self._reply or self._root(), 0
        self._timeline.post(text, reply)
        self._replace("", 0)
        self.changed.emit()
        self.posted.emit()
        self._offer_refused()

    def _send_edit(self, text: str) -> None:
        seq, entry = self._edit, self._timeline.find(self._edit)
        self._end_edit()
        if entry is None or entry.text != text:
            self._timeline.edit(seq, text)
        self._offer_refused()

    @property
    def refused_edits(self) -> tuple[tuple[int, str], ...]:
        """What is to come back: messages, and the texts for them."""
        return tuple(self._refused_edits)

    def edit_refused(self, seq: int, text: str) -> None:
        """What was typed comes back, once nothing else is being typed."""
        self._refused_edits.append((seq, text))
        self.changed.emit()
        self._offer_refused()

    def _offer_refused(self) -> None:
        if self._refused_edits and not self._edit and not self._text.strip():
            self.resume_edit(*self._refused_edits.pop(0))

    def resume_edit(self, seq: int, text: str) -> None:
        """Goes on with another text for a message."""
        if not self._edit:
            self._set_aside = (self._text, self._reply)
        self._edit, self._reply = seq, 0
        self._replace(text, _units(text))
        self.changed.emit()

    def _end_edit(self) -> None:
        self._edit = 0
        text, self._reply = self._set_aside
        self._set_aside = ("", 0)
        self._replace(text, _units(text))
        self.changed.emit()

    @property
    def kept(self) -> tuple[str, int]:
        """What is typed as a message, also while another is edited, and what it answers."""
        return self._set_aside if self._edit else (self._text, self._reply)

    def put(self, text: str, reply_to: int) -> None:
        """Takes a draft."""
        self._reply = reply_to
        self._replace(text, _units(text))
        self.changed.emit()

    def _replace(self, text: str, cursor: int) -> None:
        self._take(text)
        self._cursor = cursor
        self.replaced.emit(text, cursor)
        self.closeCompletions()

    # ── answers and edits ────────────────────────────────────────────────────────────────────────

    @Property(int, notify=changed)
    def replySeq(self) -> int:
        """The message that is answered, or 0."""
        return self._reply

    @Property(str, notify=changed)
    def replySender(self) -> str:
        """Who wrote the message that is answered."""
        entry = self._answered
        return self._persons.title(entry.sender) if entry else ""

    @Property(str, notify=changed)
    def replyText(self) -> str:
        """The message that is answered, on one line; "" while it is not loaded."""
        entry = self._answered
        return self._timeline.quoted(entry) if entry else ""

    @property
    def _answered(self) -> Entry | None:
        return self._timeline.find(self._reply) if self._reply else None

    def _answered_changed(self) -> None:
        """The answered message may be loaded now, or another than it was."""
        if self._reply:
            self.changed.emit()

    @Property(int, notify=changed)
    def editSeq(self) -> int:
        """The message that is being edited, or 0."""
        return self._edit

    @Slot(int)
    def reply(self, seq: int) -> None:
        """Answers a message with what is typed next."""
        self._reply = seq
        self.changed.emit()

    @Slot(int)
    def edit(self, seq: int) -> None:
        """Edits a message: its text is put in place of the draft, which comes back afterwards."""
        entry = self._timeline.find(seq)
        if entry is not None and self._timeline.can_edit(entry):
            self.resume_edit(seq, entry.text)

    @Slot(result=bool)
    def editLast(self) -> bool:
        """Edits one's newest message, if nothing is typed and it can be: the Up key."""
        entry = self._timeline.last_editable
        if self._text or self._edit or entry is None:
            return False
        self.edit(entry.seq)
        return True

    @Slot()
    def cancel(self) -> None:
        """Neither answers nor edits: Esc."""
        if self._edit:
            self._end_edit()
        else:
            self._reply = 0
            self.changed.emit()

    # ── completion ───────────────────────────────────────────────────────────────────────────────

    @Property(CompletionsModel, constant=True)
    def completions(self) -> CompletionsModel:
        """What the word at the cursor may become; empty where nothing is offered."""
        return self._completions

    @Slot(int)
    def complete(self, row: int) -> None:
        """Puts a completion in place of the word at the cursor."""
        chosen = self._completions.get(row)
        before, after = _halves(self._text, self._cursor)
        word = _word(before)
        if chosen is not None and word is not None:
            start = before[: -len(word[0] + word[1])] + chosen.inserted + " "
            self._replace(start + after.removeprefix(" "), _units(start))

    @Slot()
    def closeCompletions(self) -> None:
        """Offers nothing until the next word."""
        self._completions.replace([])

    def _offer(self) -> None:
        before, _ = _halves(self._text, self._cursor)
        word = _word(before)
        self._completions.replace(self._fitting(*word) if word else [])

    def _fitting(self, mark: str, word: str) -> list[Completion]:
        folded = word.casefold()
        if mark == ":":
            found = emoji.matching(word, _MOST_COMPLETIONS) if len(word) >= _SHORTEST_EMOJI else []
            return [Completion("emoji", f":{n}:", "", symbol, 0, symbol) for n, symbol in found]
        if mark == "#":
            rooms = sorted(self._persons.names.rooms.values(), key=str.casefold)
            fits = [room for room in rooms if room.casefold().startswith(folded)]
            return [
                Completion("room", room, "", "#", words.tint(room), f"#{room}")
                for room in fits[:_MOST_COMPLETIONS]
            ]
        self.peopleWanted.emit()
        return self._people(folded)

    def _people(self, folded: str) -> list[Completion]:
        found = []
        for person in self._persons.all():
            title = person.title or person.name
            names = (person.name, title, *person.former)
            if any(name.casefold().startswith(folded) for name in names):
                detail = person.name if title != person.name else ""
                symbol, tint = words.initials(title), words.tint(person.name)
                who = Who(person.id, person.name)
                found.append(
                    Completion("person", person.shown, detail, symbol, tint, f"@{who.name}", who)
                )
        return found[:_MOST_COMPLETIONS]


def _word(before: str) -> tuple[str, str] | None:
    """The mark and the word that stand before the cursor, if they may become something."""
    emoji = _EMOJI.search(before[-100:])
    return (":", emoji[1]) if emoji else begun(before)


def _units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _halves(text: str, cursor: int) -> tuple[str, str]:
    """The text before and after a place that is counted in UTF-16 units."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    halves = encoded[: cursor * 2], encoded[cursor * 2 :]
    before, after = (half.decode("utf-16-le", "replace") for half in halves)
    return before, after


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:]
