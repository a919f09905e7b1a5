"""One room as it is open in the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import ChatEvent
from zmqchat.client.naming import Where
from zmqchat.protocol.limits import LISTED_PER_PAGE
from zmqchat.protocol.who import Who
from zmqchat_gui.bridge.drafts import Drafts
from zmqchat_gui.bridge.entries import Entry
from zmqchat_gui.bridge.updates import Arrived, Loaded
from zmqchat_gui.bridge.worker import Work
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.attempt import Attempt
from zmqchat_gui.viewmodels.composer import Composer
from zmqchat_gui.viewmodels.drafting import Drafting
from zmqchat_gui.viewmodels.messagerows import Host
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.pins import PinsModel
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.roomabout import RoomAbout
from zmqchat_gui.viewmodels.roomfacts import RoomFacts
from zmqchat_gui.viewmodels.thread import ThreadModel
from zmqchat_gui.viewmodels.timeline import TimelineModel
from zmqchat_gui.viewmodels.typists import TypingThere

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("App.session.room")
class Room(RoomAbout):
    """The open room: what it is, its models, and what the person does with it."""

    drafted = Signal()
    """The draft on disk is another."""

    def __init__(
        self,
        facts: RoomFacts,
        requests: Host,
        persons: Persons,
        drafts: Drafts,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(facts, requests, persons, parent)
        self._timeline = timeline = TimelineModel(
            Where(facts.id, facts.name), requests, persons, self
        )
        self._thread = thread = ThreadModel(timeline, requests, persons, self)
        self._pins = PinsModel(timeline, requests, persons, self)
        self._asked = Attempt(self)
        self._asked.failed.connect(self.failed)
        self._composer = Composer(self._placeholder, timeline, persons, self)
        self._answer = Composer(
            words.say("Reply in the thread"), timeline, persons, self, lambda: thread.seq
        )
        self._typing_there = TypingThere(self._tell_typing, self)
        self._drafting = Drafting(drafts, timeline, thread, self._composer, self._answer, self)
        self._connect()
        self._allow()

    def _connect(self) -> None:
        composer = self._composer
        self.changed.connect(lambda: composer.ask_for(self._placeholder))
        composer.textChanged.connect(lambda: self._typing_there.typed(composer.kept[0]))
        self._timeline.editRefused.connect(composer.edit_refused)
        self._drafting.drafted.connect(self.drafted)
        for part in (self._timeline, self._thread, self._pins, self._drafting):
            part.failed.connect(self.failed)
        self._members.role = self._facts.role
        self._members.changed.connect(self._allow)
        for each in (composer, self._answer):
            each.peopleWanted.connect(self._members.look)

    @property
    def _placeholder(self) -> str:
        return words.say("Message {}").format(self.called)

    # ── what the view reads ──────────────────────────────────────────────────────────────────────

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

    @Property(PinsModel, constant=True)
    def pins(self) -> PinsModel:
        """What is pinned."""
        return self._pins

    @Property(Attempt, constant=True)
    def asked(self) -> Attempt:
        """Inviting, describing, renaming: under way, refused, or done."""
        return self._asked

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    @Slot(str)
    def invite(self, name: str) -> None:
        """Makes somebody a member."""
        room, name = self._facts.id, name.strip().removeprefix("@")
        self._ask(lambda chat: chat.invite(room, name))

    @Slot(str)
    def unban(self, name: str) -> None:
        """Lets somebody in again."""
        room, name = self._facts.id, name.strip().removeprefix("@")
        self._act(lambda chat: chat.unban(room, name))

    @Slot(str)
    def describe(self, text: str) -> None:
        """Changes what the room is for."""
        room, text = self._facts.id, text.strip()
        self._ask(lambda chat: chat.describe(room, text))

    @Slot(str)
    def rename(self, name: str) -> None:
        """Changes the room's name."""
        room, name = self._facts.id, name.strip()
        self._ask(lambda chat: chat.rename(room, name))

    def _ask(self, work: Work) -> None:
        self._asked.make(self._requests, work, lambda _result: None)

    @Slot(bool)
    def setArchived(self, archived: bool) -> None:
        """Closes the room for writing, or opens it again."""
        room = self._facts.id
        self._act(lambda chat: chat.archive(room, undo=not archived))

    @Slot()
    def leave(self) -> None:
        """Is no member any more (ask before in a private room)."""
        room = self._facts.id
        self._act(lambda chat: chat.leave(room))

    # ── what the session tells ───────────────────────────────────────────────────────────────────

    def load(self, page: Loaded) -> None:
        """The newest page."""
        self._timeline.load(page)
        if not page.provisional:
            self.look_around()
            self._pins.refresh()

    def hear(self, arrived: Arrived) -> list[Entry]:
        """Events that follow; returns those that have a row."""
        heard = self._timeline.hear(arrived)
        for entry in heard:
            self._typing.heard(entry.sender, on=False)
        self._members.hear(arrived.events)
        return heard

    def know(self, facts: RoomFacts) -> None:
        """What the room is."""
        if facts == self._facts:
            return
        if facts.name != self._facts.name:
            for model in (self._timeline, self._thread):
                model.room = Where(facts.id, facts.name)
                model.touch("room")
        counted = facts.members != self._facts.members
        self._facts = facts
        if counted:
            self.look_around()
        self._allow()

    def _allow(self) -> None:
        """What the person may do, by what they are in the room."""
        self._members.administers(self._facts.admin and self._facts.kind == "public")
        self._timeline.allow(self.rights)
        self._thread.allow(self.rights)
        self.changed.emit()

    def stands(self, live: bool) -> None:
        """Whether the server answers: what is sent while it does not waits."""
        for model in (self._timeline, self._thread):
            model.stands(live)

    def look_around(self) -> None:
        """Who is there is read where that is to be seen, or is one page: a long list is not read
        by everybody who connects.
        """
        if self._members.wanted or 0 < self._facts.members <= LISTED_PER_PAGE:
            self._members.look()

    def online(self, *, shown: bool) -> None:
        """The server answers again: what could not be read may be now."""
        self._members.online(shown=shown)
        self._timeline.online()
        self._thread.refresh()
        self._pins.refresh()

    def typing(self, who: Who, on: bool) -> None:
        """Somebody is writing here, or no longer is."""
        self._typing.heard(who, on)

    def _tell_typing(self, on: bool) -> None:
        room = self._facts.id
        self._requests.ask(lambda chat: chat.typing(room, on), lambda _result: None)

    def completed(self, seq: int) -> None:
        """Nothing up to this seq is missing or altered."""
        self._complete = seq
        self.changed.emit()

    def queued(self, event: ChatEvent) -> None:
        """Something that was sent is in the outbox, on disk: the draft may forget it."""
        self._timeline.queued(event)
        self._drafting.save_soon()

    def resubmit(self) -> None:
        """The session began anew: what had not got to the outbox is sent again."""
        self._timeline.resubmit()

    def save(self) -> None:
        """Puts what is typed on disk."""
        self._drafting.save()
