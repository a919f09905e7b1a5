"""The members of a room, or everybody of a realm."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.persons import Person, Persons
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.rows import Rows

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_ROLES = {"owner": "Owner", "moderator": "Moderator"}
_RANK = {"owner": 2, "moderator": 1, "member": 0, "": 0}
_PRESENCE = {"online": "Online", "away": "Away", "offline": "Offline"}


@dataclass(frozen=True, slots=True)
class Member:
    """One row."""

    name: str
    title: str
    initials: str
    tint: int
    avatar: str
    role: str
    roleText: str
    presence: str
    presenceText: str
    statusText: str
    isMe: bool
    sectionText: str
    canKick: bool
    canBan: bool
    roles: list[str] = field(default_factory=list)


@QmlElement
@QmlUncreatable("App.session.room.members")
class MembersModel(Rows):
    """Members: online first, then by name. Roles:
    - `name` string; `title` string (how it is shown); `initials`; `tint` int 0 to 7; `avatar` url
    - `role` "owner" | "moderator" | "member" | ""; `roleText` string to show, "" for members
    - `presence` "online" | "away" | "offline"; `presenceText`; `statusText`
    - `isMe` bool
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
        room: str | None,
        requests: Requests,
        persons: Persons,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._room = room
        self._requests = requests
        self._persons = persons
        self._loading = False
        self._stale = False
        self._loaded = False
        self._roles: dict[str, str] = {}
        self._admin = False
        persons.changed.connect(self._show)

    @Property(bool, notify=changed)
    def loading(self) -> bool:
        """Whether they are on their way for the first time."""
        return self._loading and not self._loaded

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
            return await chat.who(room)

        self._requests.ask(work, self._got)

    @Slot(str)
    def kick(self, name: str) -> None:
        """Removes a member (ask before)."""
        self._act(lambda chat, room: chat.kick(room, name))

    @Slot(str)
    def ban(self, name: str) -> None:
        """Removes a member, who may not return (ask before)."""
        self._act(lambda chat, room: chat.ban(room, name))

    @Slot(str, str)
    def appoint(self, name: str, role: str) -> None:
        """Gives a member another role."""
        self._act(lambda chat, room: chat.appoint(room, name, role))

    def _act(self, act: Callable[[Chat, str], Any]) -> None:
        room = self._room
        if room is not None:
            self._requests.ask(lambda chat: act(chat, room), self._done)

    def _done(self, result: object) -> None:
        if isinstance(result, ChatError):
            self.failed.emit(result.message)
        self.refresh()

    def _got(self, people: list[dict[str, Any]] | ChatError) -> None:
        self._loading = False
        if not isinstance(people, ChatError):
            self._loaded = True
            self._roles = {one["name"]: one["role"] or "" for one in people}
            self._persons.learn([_person(one, self._persons.get(one["name"])) for one in people])
            self._show()
        self.changed.emit()
        if self._stale:
            self.refresh()

    def administers(self, admin: bool) -> None:
        """Whether the reader leads the room as an administrator of the realm."""
        if admin != self._admin:
            self._admin = admin
            self._show()

    def rename(self, room: str) -> None:
        """The room has another name."""
        self._room = room

    @property
    def my_role(self) -> str:
        """The reader's role in the room, "" where it is not known."""
        return "owner" if self._admin else self._roles.get(self._persons.me, "")

    def _show(self) -> None:
        if not self._loaded:
            return
        people = [self._persons.get(name) for name in self._roles]
        here = [person for person in people if person.presence != "offline"]
        gone = [person for person in people if person.presence == "offline"]
        self.replace([*self._section("Online", here), *self._section("Offline", gone)])

    def _section(self, title: str, people: list[Person]) -> Iterable[Member]:
        people.sort(key=lambda person: (person.title or person.name).casefold())
        text = f"{words.say(title)} \N{EM DASH} {words.figure(len(people))}"
        return [self._row(person, "" if i else text) for i, person in enumerate(people)]

    def _row(self, person: Person, section: str) -> Member:
        title, role = person.title or person.name, self._roles[person.name]
        below_me = _RANK[role] < _RANK[self.my_role] and self._room is not None
        return Member(
            name=person.name,
            title=title,
            initials=words.initials(title),
            tint=words.tint(person.name),
            avatar=person.avatar,
            role=role,
            roleText=words.say(_ROLES[role]) if role in _ROLES else "",
            presence=person.presence,
            presenceText=words.say(_PRESENCE[person.presence]),
            statusText=person.status,
            isMe=person.name == self._persons.me,
            sectionText=section,
            canKick=below_me,
            canBan=below_me,
            roles=self._to_give(person, role),
        )

    def _to_give(self, person: Person, role: str) -> list[str]:
        """The other roles that the person may give somebody."""
        if self.my_role != "owner" or self._room is None or person.name == self._persons.me:
            return []
        return [other for other in _RANK if other not in {"", role}]


def _person(row: dict[str, Any], known: Person) -> Person:
    picture = row["picture"]
    return Person(
        name=row["name"],
        title=row["display"],
        presence=row["presence"] if row["presence"] in _PRESENCE else "offline",
        status=row["status"],
        picture=picture,
        avatar=known.avatar if known.picture == picture else "",
    )
