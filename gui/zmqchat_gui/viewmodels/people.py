"""The members of a room, or everybody else of a realm."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat, ChatEvent
from zmqchat.client.naming import PersonRef
from zmqchat.errors import ChatError
from zmqchat.protocol.who import Who
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.faces import FacedRows
from zmqchat_gui.viewmodels.persons import Person, Persons, person_of
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.roomlist import LOOK_AGAIN_S

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_ROLES = {"owner": "Owner", "moderator": "Moderator"}
_RANK = {"owner": 2, "moderator": 1, "member": 0, "": 0}
_PRESENCE = {"online": "Online", "away": "Away", "offline": "Offline"}
_CAME = frozenset({"joined", "invited"})
_CHANGED = _CAME | {"left", "kicked", "banned", "appointed"}
_MANY = 12
_TOGETHER_MS = 100
_BACK_MS = (1000, 6000)
_PAUSE_S = 0.05  # between pages: many may open the same room at once


@dataclass(frozen=True, slots=True)
class Member:
    """One row: what else is shown of it is made when it is looked at."""

    person: Person
    role: str
    sectionText: str

    @property
    def name(self) -> str:
        """What the person is called."""
        return self.person.name

    @property
    def who(self) -> Who:
        """Who it is."""
        return Who(self.person.id, self.person.name)


@QmlElement
@QmlUncreatable("App.session.room.members")
class MembersModel(FacedRows):
    """Members: online, away, offline, each by name. Roles:
    - `name` string; `title` string (how it is shown); `initials`; `tint` int 0 to 7; `avatar` url
    - `role` "owner" | "moderator" | "member" | ""; `roleText` string to show, "" for members
    - `presence` "online" | "away" | "offline"; `presenceText`; `statusText`
    - `isMe` bool; `ignored` bool: the person sees nothing more of them
    - `sectionText` string: "Online — 7" at the first row of a section, else ""
    - `canKick`, `canBan` bool: the person may do this to them
    - `roles` list of strings: the other roles that the person may give them
    """

    ROLES: ClassVar = (
        "name",
        "title",
        "initials",
        "tint",
        "avatar",
        "role",
        "roleText",
        "presence",
        "presenceText",
        "statusText",
        "isMe",
        "ignored",
        "sectionText",
        "canKick",
        "canBan",
        "roles",
    )

    changed = Signal()
    failed = Signal(str)
    """Something that the person asked for did not happen: why, in plain words."""

    def __init__(
        self,
        room: int | None,
        requests: Requests,
        persons: Persons,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(persons, parent)
        self._room = room
        self._requests = requests
        self._loading = False
        self._stale = False
        self._loaded = False
        self._meanwhile: list[ChatEvent] = []
        """What was heard while the list is read anew: its pages may be older."""
        self._read_at = -math.inf
        self._roles: dict[int, str] = {}
        self._admin = False
        self.role = ""
        """The reader's role, as long as the members are not read."""
        self.wanted = False
        """Whether they are, or were, to be seen."""
        self._filter = ""
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self._show)
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self.look)
        persons.changed.connect(self._show_soon)
        persons.ignoring.connect(self._ignoring)

    @Property(bool, notify=changed)
    def loading(self) -> bool:
        """Whether they are on their way for the first time."""
        return self._loading and not self._loaded

    @Property(int, notify=changed)
    def total(self) -> int:
        """How many there are, whatever the filter; 0 while it is not known."""
        return len(self._roles)

    @Property(bool, notify=changed)
    def searchable(self) -> bool:
        """Whether there are so many that one looks for somebody."""
        return len(self._roles) > _MANY

    @Property(str, notify=changed)
    def filter(self) -> str:
        """Shows only those with this in their name."""
        return self._filter

    @filter.setter
    def filter(self, value: str) -> None:
        if value != self._filter:
            self._filter = value
            self._show()
            self.changed.emit()

    @Slot(result=int)
    def likeliest(self) -> int:
        """The row that the filter means: who is called just so, else the first; -1 for none."""
        folded = self._folded
        if not folded or not self._rows:
            return -1
        exact = (
            place
            for place, row in enumerate(self._rows)
            if folded in {row.name.casefold(), _title(row).casefold()}
        )
        return next(exact, 0)

    @Slot()
    def show(self) -> None:
        """They are to be seen."""
        self.wanted = True
        self.look()

    @Slot()
    def look(self) -> None:
        """Asks the server, unless it did so a moment ago."""
        if time.monotonic() - self._read_at > LOOK_AGAIN_S:
            self.refresh()

    def online(self, *, shown: bool) -> None:
        """The server answers again: who came and went meanwhile is read when it is to be seen.

        Not at once: everybody may be coming back just now, each with a list as long.
        """
        if self._loaded:
            self._read_at = -math.inf
            if shown:
                self._later.start(random.randint(*_BACK_MS))

    @Slot()
    def refresh(self) -> None:
        """Asks the server who is there; once more afterwards where it is asked meanwhile."""
        if self._loading:
            self._stale = True
            return
        self._loading, self._stale = True, False
        self.changed.emit()
        room = self._room

        async def work(chat: Chat) -> list[dict[str, Any]]:
            return await chat.who(room, pause_s=_PAUSE_S)

        self._requests.ask(work, self._got)

    @Slot(str)
    def kick(self, name: str) -> None:
        """Removes a member (ask before)."""
        self._act(name, lambda chat, room, user: chat.kick(room, user))

    @Slot(str)
    def ban(self, name: str) -> None:
        """Removes a member, who may not return (ask before)."""
        self._act(name, lambda chat, room, user: chat.ban(room, user))

    @Slot(str, str)
    def appoint(self, name: str, role: str) -> None:
        """Gives a member another role."""
        self._act(name, lambda chat, room, user: chat.appoint(room, user, role))

    def _act(self, name: str, act: Callable[[Chat, int, PersonRef], Any]) -> None:
        """Does something to a member; to the one whom the name belonged to, if that has changed."""
        room = self._room
        if room is not None:
            shown = (row.person.id for row in self._rows if row.name == name)
            user: PersonRef = next(shown, name)
            self._requests.ask(lambda chat: act(chat, room, user), self._done)

    def _done(self, result: object) -> None:
        if isinstance(result, ChatError):
            self.failed.emit(result.message)
        self.refresh()

    def _got(self, people: list[dict[str, Any]] | ChatError) -> None:
        self._loading = False
        meanwhile, self._meanwhile = self._meanwhile, []
        if not isinstance(people, ChatError):
            self._loaded = True
            self._read_at = time.monotonic()
            self._persons.learn([person_of(one) for one in people])
            self._take(people, meanwhile)
        self.changed.emit()
        if self._stale:
            self.refresh()

    def _take(self, people: list[dict[str, Any]], meanwhile: Sequence[ChatEvent]) -> None:
        if self._room is None:
            people = [
                one for one in people if one["active"] and one["user_id"] != self._persons.me.id
            ]
        before = self.my_role
        self._roles = {one["user_id"]: one["role"] or "" for one in people}
        for event in meanwhile:
            self._hear(event)
        self._show()
        if self.my_role != before:
            self._allow()

    def hear(self, events: Sequence[ChatEvent]) -> None:
        """What happened to the room: who came and went, and as what, without asking anew."""
        if not self._loaded:
            self._stale |= self._loading and any(event.type in _CHANGED for event in events)
            mine = (each for each in events if each.member_id == self._persons.me.id)
            roles = [_role_in(event) for event in mine if event.type == "appointed"]
            self.role = roles[-1] if roles else self.role
            return
        before = (self._roles.copy(), self.my_role)
        came = (event for event in events if event.type in _CAME)
        self._persons.heard(*(Who(_whom(each), each.member or each.sender) for each in came))
        for event in events:
            self._hear(event)
        if self._loading:
            self._meanwhile += [event for event in events if event.type in _CHANGED]
        if self._roles != before[0]:
            self._show_soon()
            self.changed.emit()
        if self.my_role != before[1]:
            self._allow()

    def _hear(self, event: ChatEvent) -> None:
        user = _whom(event)
        match event.type:
            case "joined" | "invited":
                if event.type == "invited" and user not in self._roles:
                    self._read_at = -math.inf  # who ignores the inviter is not in: the next look
                self._roles.setdefault(user, "member")
            case "left" | "kicked" | "banned":
                self._roles.pop(user, None)
            case "appointed" if user in self._roles:
                self._roles[user] = _role_in(event)

    def administers(self, admin: bool) -> None:
        """Whether the reader leads the room as an administrator of the realm."""
        if admin != self._admin:
            self._admin = admin
            self._allow()

    @property
    def my_role(self) -> str:
        """The reader's role in the room, "" where it is not known."""
        return "owner" if self._admin else self._roles.get(self._persons.me.id, self.role)

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────

    def _allow(self) -> None:
        self.touch("canKick", "canBan", "roles")

    def _ignoring(self) -> None:
        self.touch("ignored")

    def _show_soon(self) -> None:
        """Many come and go at once: one look at all of them is enough."""
        if self._loaded and not self._soon.isActive():
            self._soon.start()

    def _show(self) -> None:
        if not self._loaded:
            return
        groups: dict[str, list[Person]] = {presence: [] for presence in _PRESENCE}
        folded = self._folded
        for person in (self._persons.get(Who(user, "")) for user in self._roles):
            if not folded or folded in f"{person.name}\n{person.title}".casefold():
                groups[person.presence].append(person)
        self.replace(row for which in _PRESENCE for row in self._section(which, groups[which]))

    @property
    def _folded(self) -> str:
        return self._filter.strip().removeprefix("@").casefold()

    def _section(self, presence: str, people: list[Person]) -> Iterable[Member]:
        people.sort(key=lambda person: (person.title or person.name).casefold())
        figure = words.figure(len(people))
        text = f"{words.say(_PRESENCE[presence])} \N{EM DASH} {figure}"
        for place, person in enumerate(people):
            yield Member(person, self._roles[person.id], "" if place else text)

    def value(self, row: int, role: str) -> Any:
        read = _READ.get(role)
        return super().value(row, role) if read is None else read(self, self._rows[row])

    def is_me(self, member: Member) -> bool:
        """Whether it is the reader."""
        return member.person.id == self._persons.me.id

    def is_ignored(self, member: Member) -> bool:
        """Whether the reader ignores them."""
        return member.person.id in self._persons.ignored

    def is_below(self, member: Member) -> bool:
        """Whether the reader may remove them from the room."""
        return self._room is not None and _RANK[member.role] < _RANK[self.my_role]

    def to_give(self, member: Member) -> list[str]:
        """The other roles that the reader may give them."""
        if self.my_role != "owner" or self._room is None or self.is_me(member):
            return []
        return [other for other in _RANK if other not in {"", member.role}]


def _whom(event: ChatEvent) -> int:
    return event.member_id or event.sender_id


def _role_in(event: ChatEvent) -> str:
    return str(event.details.get("role", "member"))


def _title(member: Member) -> str:
    return member.person.title or member.person.name


_READ: dict[str, Callable[[MembersModel, Member], Any]] = {
    "title": lambda _model, member: member.person.shown,
    "initials": lambda _model, member: words.initials(_title(member)),
    "tint": lambda _model, member: words.tint(member.name),
    "roleText": lambda _model, member: words.say(_ROLES.get(member.role, "")),
    "presence": lambda _model, member: member.person.presence,
    "presenceText": lambda _model, member: words.say(_PRESENCE[member.person.presence]),
    "statusText": lambda _model, member: member.person.status,
    "isMe": MembersModel.is_me,
    "ignored": MembersModel.is_ignored,
    "canKick": MembersModel.is_below,
    "canBan": MembersModel.is_below,
    "roles": MembersModel.to_give,
}
