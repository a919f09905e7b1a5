"""One room as it is open in the window."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.drafts import Draft, Drafts, Unsent
from zmqchat_gui.bridge.entries import Entry
from zmqchat_gui.bridge.updates import Arrived, Loaded
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.composer import Composer
from zmqchat_gui.viewmodels.messagerows import Host, Rights
from zmqchat_gui.viewmodels.people import MembersModel
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.pins import PinsModel
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.roomfacts import RoomFacts
from zmqchat_gui.viewmodels.roomlist import room_title
from zmqchat_gui.viewmodels.thread import ThreadModel
from zmqchat_gui.viewmodels.timeline import TimelineModel
from zmqchat_gui.viewmodels.typists import TypingHere, TypingThere

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_SAVE_MS = 300
_MODERATES = frozenset({"owner", "moderator"})
_MEMBERSHIP = frozenset(
    {"joined", "left", "invited", "kicked", "banned", "appointed", "person-renamed"}
)


@QmlElement
@QmlUncreatable("App.session.room")
class Room(QObject):
    """The open room: its description, its models, and what the person may do in it."""

    changed = Signal()
    typingChanged = Signal()
    failed = Signal(str)
    """Something that the person asked for did not happen: why, in plain words."""
    drafted = Signal()
    """The draft on disk is another, or nothing was typed any more."""

    def __init__(
        self,
        facts: RoomFacts,
        requests: Host,
        persons: Persons,
        drafts: Drafts,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._facts = facts
        self._requests = requests
        self._drafts = drafts
        self._complete = 0
        self._persons = persons
        self._timeline = TimelineModel(facts.name, requests, persons, self)
        self._thread = ThreadModel(self._timeline, requests, persons, self)
        placeholder = words.say("Message {}").format(
            self.title if facts.is_direct else f"#{facts.name}"
        )
        self._composer = Composer(placeholder, self._timeline, persons, self)
        self._answer = Composer(
            words.say("Reply in the thread"), self._timeline, persons, self, self._thread_root
        )
        self._typing = TypingHere(persons, self)
        self._typing.changed.connect(self.typingChanged)
        self._typing_there = TypingThere(self._tell_typing, self)
        self._composer.textChanged.connect(lambda: self._typing_there.typed(self._composer.kept[0]))
        self._members = MembersModel(facts.name, requests, persons, self)
        self._pins = PinsModel(facts.name, requests, persons, self)
        self._pins.failed.connect(self.failed)
        self._timeline.pinned.connect(self._pins.refresh)
        self._thread.failed.connect(self.failed)
        self._answer.textChanged.connect(self._start_saving)
        self._thread.changed.connect(self._start_saving)
        self._save = QTimer(self, singleShot=True, interval=_SAVE_MS)
        self._save.timeout.connect(self.save)
        self._restore(drafts.get(facts.name))
        self._composer.textChanged.connect(self._save.start)
        self._composer.changed.connect(self._save.start)
        self._timeline.kept.connect(self._save.start)
        self._timeline.failed.connect(self.failed)
        self._members.failed.connect(self.failed)
        self._members.changed.connect(self._allow)
        self._members.countChanged.connect(self.changed)
        self._allow()

    # ── what the view reads ──────────────────────────────────────────────────────────────────────

    @Property(str, notify=changed)
    def name(self) -> str:
        """The room's name (`@bob` for a direct room)."""
        return self._facts.name

    @Property(str, notify=changed)
    def title(self) -> str:
        """The name as it is shown, without # or @."""
        return room_title(self._facts, self._persons)

    @Property(str, notify=changed)
    def kind(self) -> str:
        """ "public", "private" or "direct"."""
        return self._facts.kind

    @Property(str, notify=changed)
    def description(self) -> str:
        """What the room is for; "" for nothing said."""
        return self._facts.description

    @Property(str, notify=changed)
    def subtitle(self) -> str:
        """ "Broker, client and protocol work · 11 members": the line under the name."""
        people = words.count(self.memberCount, "{} member", "{} members")
        parts = [self.description, people if self.memberCount else ""]
        return " \N{MIDDLE DOT} ".join(part for part in parts if part)

    @Property(int, notify=changed)
    def memberCount(self) -> int:
        """How many members there are, 0 while it is not known."""
        return self._members.count or self._facts.members

    @Property(str, notify=changed)
    def completeText(self) -> str:
        """ "Complete to #1,204", or "" before the server confirmed it."""
        if not self._complete:
            return ""
        return words.say("Complete to #{}").format(words.figure(self._complete))

    @Property(str, notify=changed)
    def completeExplanation(self) -> str:
        """What that means, for a tooltip."""
        return words.say(
            "The server's signed head confirms that nothing up to this event is missing, "
            "reordered or altered on this machine."
        )

    @Property(str, notify=typingChanged)
    def typingText(self) -> str:
        """ "Bogdan and Chiara are typing…" (plain text), or ""."""
        return self._typing.text

    @Property(str, notify=changed)
    def level(self) -> str:
        """What the person is told of: "all", "mentions" or "nothing"."""
        return self._facts.level

    @level.setter
    def level(self, value: str) -> None:
        room = self._facts.name
        self._act(lambda chat: chat.set_room(room, level=value))

    @Property(bool, notify=changed)
    def muted(self) -> bool:
        """Whether the room shows no unread count."""
        return self._facts.muted

    @muted.setter
    def muted(self, value: bool) -> None:
        room = self._facts.name
        self._act(lambda chat: chat.set_room(room, muted=value))

    @Property(bool, notify=changed)
    def archived(self) -> bool:
        """Whether the room is closed to everything but reading."""
        return self._facts.archived

    @Property(bool, notify=changed)
    def canWrite(self) -> bool:
        """False in an archived room, or one that the person was removed from: no composer then."""
        return self._facts.member and not self._facts.archived

    @Property(str, notify=changed)
    def readOnlyText(self) -> str:
        """Why nothing can be written, in place of the composer; "" where it can."""
        if not self._facts.member:
            return words.say("You are no longer a member of this room.")
        return words.say("This room is archived: it can only be read.") if self.archived else ""

    @Property(bool, notify=changed)
    def canReply(self) -> bool:
        """Whether messages can be answered."""
        return self.canWrite

    @Property(bool, notify=changed)
    def canReact(self) -> bool:
        """Whether reactions work."""
        return self.canWrite

    @Property(bool, notify=changed)
    def canPin(self) -> bool:
        """Whether the person may pin."""
        return self.canWrite

    @Property(bool, notify=changed)
    def canLink(self) -> bool:
        """Whether links to messages work."""
        return self._facts.kind != "direct"

    @Property(bool, notify=changed)
    def canInvite(self) -> bool:
        """Whether the person may bring others in."""
        if self._facts.kind == "direct" or not self.canWrite:
            return False
        return self._facts.kind == "public" or self._members.my_role != ""

    @Property(bool, notify=changed)
    def canDescribe(self) -> bool:
        """Whether the person may change the description."""
        return self.canWrite and self._leads

    @Property(bool, notify=changed)
    def canRename(self) -> bool:
        """Whether the person may change the name."""
        return self.canWrite and self._leads

    @Property(bool, notify=changed)
    def canArchive(self) -> bool:
        """Whether the person may close the room for writing, or open it again."""
        direct = self._facts.kind == "direct"
        return self._facts.member and not direct and self._members.my_role == "owner"

    @Property(bool, notify=changed)
    def canMute(self) -> bool:
        """Whether `muted` and `level` can be set."""
        return self._facts.member

    @property
    def _leads(self) -> bool:
        return self._facts.kind != "direct" and self._members.my_role in _MODERATES

    @Property(TimelineModel, constant=True)
    def timeline(self) -> TimelineModel:
        """Its messages."""
        return self._timeline

    @Property(Composer, constant=True)
    def composer(self) -> Composer:
        """What is being written."""
        return self._composer

    @Property(ThreadModel, constant=True)
    def openThread(self) -> ThreadModel:
        """The thread that is open beside the timeline, if one is (`openThread.seq`)."""
        return self._thread

    @Property(Composer, constant=True)
    def threadComposer(self) -> Composer:
        """What is being written in the open thread."""
        return self._answer

    @Property(MembersModel, constant=True)
    def members(self) -> MembersModel:
        """Who is in it."""
        return self._members

    @Property(PinsModel, constant=True)
    def pins(self) -> PinsModel:
        """What is pinned."""
        return self._pins

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    @Slot(str)
    def invite(self, name: str) -> None:
        """Makes somebody a member."""
        room, name = self._facts.name, name.strip().removeprefix("@")
        self._act(lambda chat: chat.invite(room, name))

    @Slot(str)
    def unban(self, name: str) -> None:
        """Lets somebody in again."""
        room, name = self._facts.name, name.strip().removeprefix("@")
        self._act(lambda chat: chat.unban(room, name))

    @Slot(str)
    def describe(self, text: str) -> None:
        """Changes what the room is for."""
        room, text = self._facts.name, text.strip()
        self._act(lambda chat: chat.describe(room, text))

    @Slot(str)
    def rename(self, name: str) -> None:
        """Changes the room's name."""
        room, name = self._facts.name, name.strip()
        self._act(lambda chat: chat.rename(room, name))

    @Slot(bool)
    def setArchived(self, archived: bool) -> None:
        """Closes the room for writing, or opens it again."""
        room = self._facts.name
        self._act(lambda chat: chat.archive(room, undo=not archived))

    @Slot()
    def leave(self) -> None:
        """Is no member any more (ask before in a private room)."""
        room = self._facts.name
        self._act(lambda chat: chat.leave(room))

    def _act(self, act: Callable[[Chat], Awaitable[None]]) -> None:
        self._requests.ask(act, self._done)

    def _done(self, result: object) -> None:
        if isinstance(result, ChatError):
            self.failed.emit(result.message)

    # ── what the session tells ───────────────────────────────────────────────────────────────────

    def load(self, page: Loaded) -> None:
        """The newest page."""
        self._timeline.load(page)
        if not page.provisional:
            self._members.refresh()
            self._pins.refresh()

    def hear(self, arrived: Arrived) -> list[Entry]:
        """Events that follow; returns those that have a row."""
        heard = self._timeline.hear(arrived)
        for entry in heard:
            self._typing.heard(entry.sender, on=False)
        if any(entry.type in _MEMBERSHIP for entry in heard):
            self._members.refresh()
        return heard

    def know(self, facts: RoomFacts) -> None:
        """What the room is."""
        if facts == self._facts:
            return
        if facts.name != self._facts.name:
            for model in (self._timeline, self._thread, self._pins):
                model.room = facts.name
            self._members.rename(facts.name)
        self._facts = facts
        self._allow()

    def _allow(self) -> None:
        """What the person may do, by what they are in the room."""
        self._members.administers(self._facts.admin and self._facts.kind == "public")
        rights = Rights(self.canWrite, self._leads)
        self._timeline.allow(rights)
        self._thread.allow(rights)
        self.changed.emit()

    def online(self) -> None:
        """The server answers again: what could not be read may be now."""
        self._timeline.online()
        self._thread.refresh()
        self._pins.refresh()

    def typing(self, name: str, on: bool) -> None:
        """Somebody is writing here, or no longer is."""
        self._typing.heard(name, on)

    def _tell_typing(self, on: bool) -> None:
        room = self._facts.name
        self._requests.ask(lambda chat: chat.typing(room, on), lambda _result: None)

    def _thread_root(self) -> int:
        return self._thread.seq

    def completed(self, seq: int) -> None:
        """Nothing up to this seq is missing or altered."""
        self._complete = seq
        self.changed.emit()

    def queued(self) -> None:
        """A message is in the outbox, on disk: the draft may forget it."""
        self._timeline.queued()
        self._save.start()

    # ── drafts ───────────────────────────────────────────────────────────────────────────────────

    @property
    def has_draft(self) -> bool:
        """Whether something is typed."""
        return bool(self._composer.kept[0].strip())

    def save(self) -> None:
        """Puts what is typed, and what was refused, on disk."""
        self._save.stop()
        if self._timeline.queueing:  # the file has what the outbox has not yet
            return
        unsent = tuple(
            Unsent(own.text, own.reply_to, own.time_us, own.failure)
            for own in self._timeline.unsent
        )
        text, reply_to = self._composer.kept
        edit = self._composer.editSeq
        draft = Draft(
            text,
            reply_to,
            unsent,
            edit,
            self._composer.text if edit else "",
            self._thread.seq if self._answer.text else 0,
            self._answer.text,
        )
        if draft != self._drafts.get(self._facts.name):
            kept = self._drafts.put(self._facts.name, draft)
            self.drafted.emit()
            if not kept:
                self.failed.emit(
                    words.say("What you are typing cannot be kept: see that the disk has room.")
                )

    def _restore(self, draft: Draft) -> None:
        for unsent in draft.unsent:
            self._timeline.keep_failed(unsent.text, unsent.reply_to, unsent.time_us, unsent.why)
        self._composer.put(draft.text, draft.reply_to)
        if draft.edit:
            self._composer.resume_edit(draft.edit, draft.edited)
        if draft.threaded:
            self._thread.open(draft.thread)
            self._answer.put(draft.threaded, 0)

    def _start_saving(self) -> None:
        self._save.start()
