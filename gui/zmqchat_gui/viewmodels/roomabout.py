"""What a room is, and what the person may do in it, as the view reads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Signal

from zmqchat.client import Chat
from zmqchat.errors import ChatError
from zmqchat.protocol.display import isolated
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.messagerows import Host, Rights
from zmqchat_gui.viewmodels.people import MembersModel
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import Property
from zmqchat_gui.viewmodels.roomfacts import RoomFacts
from zmqchat_gui.viewmodels.roomlist import room_title
from zmqchat_gui.viewmodels.typists import TypingHere

_MODERATES = frozenset({"owner", "moderator"})


class RoomAbout(QObject):
    """The base of `Room`: its facts, its members, and what follows from both."""

    changed = Signal()
    typingChanged = Signal()
    failed = Signal(str)
    """Something that the person asked for did not happen: why, in plain words."""

    def __init__(
        self, facts: RoomFacts, requests: Host, persons: Persons, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._facts = facts
        self._requests = requests
        self._persons = persons
        self._complete = 0
        self._members = MembersModel(facts.id, requests, persons, self)
        self._members.failed.connect(self.failed)
        self._members.countChanged.connect(self.changed)
        self._typing = TypingHere(persons, self)
        self._typing.changed.connect(self.typingChanged)

    @property
    def id(self) -> int:
        """The room's id, which stays."""
        return self._facts.id

    @Property(str, notify=changed)
    def name(self) -> str:
        """The room's name (`@bob` for a direct room)."""
        return self._facts.name

    @Property(str, notify=changed)
    def title(self) -> str:
        """The name as it is shown, without # or @."""
        return room_title(self._facts, self._persons)

    @property
    def called(self) -> str:
        """The title as it stands in a sentence: "#engineering", "Ada Lindqvist"."""
        return self.title if self._facts.is_direct else isolated(f"#{self._facts.name}")

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
        """ "11 members · Broker, client and protocol work": the line under the name, whose end may
        not be in sight.
        """
        people = words.count(self.memberCount, "{} member", "{} members")
        parts = [people if self.memberCount else "", self.description]
        return " \N{MIDDLE DOT} ".join(part for part in parts if part)

    @Property(int, notify=changed)
    def memberCount(self) -> int:
        """How many members there are, 0 while it is not known."""
        return self._members.total or self._facts.members

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
        room = self._facts.id
        self._act(lambda chat: chat.set_room(room, level=value))

    @Property(bool, notify=changed)
    def muted(self) -> bool:
        """Whether the room shows no unread count."""
        return self._facts.muted

    @muted.setter
    def muted(self, value: bool) -> None:
        room = self._facts.id
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
        return self._facts.member

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

    @Property(MembersModel, constant=True)
    def members(self) -> MembersModel:
        """Who is in it."""
        return self._members

    @property
    def rights(self) -> Rights:
        """What the person may do with messages."""
        return Rights(self.canWrite, self._leads)

    def _act(
        self, act: Callable[[Chat], Awaitable[None]], then: Callable[[], None] | None = None
    ) -> None:
        def done(result: object) -> None:
            if isinstance(result, ChatError):
                self.failed.emit(result.message)
            elif then is not None:
                then()

        self._requests.ask(act, done)
