"""What the window knows of people: how a name is shown, and whether somebody is there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from zmqchat.protocol.display import isolated
from zmqchat.protocol.mentions import EVERYBODY_NAME
from zmqchat_gui.viewmodels.pictures import Pictures
from zmqchat_gui.viewmodels.references import Names

EVERYBODY = f"@{EVERYBODY_NAME}"
"""Who is mentioned where everybody in the room is."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the realm. `presence` is "online", "away" or "offline", `picture` the digest of
    a picture in hex ("" for none).
    """

    name: str
    title: str = ""
    presence: str = "offline"
    status: str = ""
    picture: str = ""

    @property
    def shown(self) -> str:
        """How they are called, wherever that stands: it turns nothing beside it."""
        return isolated(self.title or self.name)


class Persons(QObject):
    """Everybody that was heard of, and the reader; the names that texts may mention."""

    changed = Signal()
    named = Signal()
    """Somebody is called in another way, so that messages read differently."""
    pictured = Signal()
    """Somebody has another picture, or one has come."""
    ignoring = Signal()
    """Others are ignored than before."""

    def __init__(self, me: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: dict[str, Person] = {}
        self._rooms: list[str] = []
        self.me = me
        self.names = Names(me)
        self.ignored: frozenset[str] = frozenset()
        """Whom the reader ignores."""
        self._pictures: Pictures | None = None

    def get(self, name: str) -> Person:
        """What is known of somebody, who may be unknown."""
        return self._people.get(name) or Person(name)

    def title(self, name: str) -> str:
        """How somebody is shown."""
        return self.get(name).shown

    def avatar(self, name: str) -> str:
        """The url of somebody's picture; "" where there is none, or it is not here yet."""
        digest = self.get(name).picture
        return self._pictures.url(name, digest) if digest and self._pictures else ""

    def show_with(self, pictures: Pictures) -> None:
        """Where pictures come from."""
        self._pictures = pictures
        pictures.arrived.connect(self.pictured)

    def ignore(self, names: frozenset[str]) -> None:
        """The reader ignores these, and nobody else."""
        if names != self.ignored:
            self.ignored = names
            self.ignoring.emit()

    def all(self) -> list[Person]:
        """Everybody, by name."""
        return sorted(self._people.values(), key=lambda person: person.name.casefold())

    def mentioned(self, name: str) -> str | None:
        """Who is meant by what stands behind an @, if anybody is."""
        person = self.names.person(name)
        return EVERYBODY if person == "" else person

    def learn(self, people: list[Person]) -> None:
        """These are as they are given here."""
        fresh = [person for person in people if self._people.get(person.name) != person]
        if not fresh:
            return
        before = [self._people.get(person.name) for person in fresh]
        self._people.update((person.name, person) for person in fresh)
        if any(
            old is None or old.title != new.title for old, new in zip(before, fresh, strict=True)
        ):
            self._rebuild()
        else:
            self.changed.emit()
        if any(
            new.picture != (old.picture if old else "")
            for old, new in zip(before, fresh, strict=True)
        ):
            self.pictured.emit()

    def heard(self, name: str) -> None:
        """Somebody wrote: the name can be mentioned."""
        if name not in self._people:
            self.learn([Person(name)])

    def is_there(self, name: str, presence: str) -> None:
        """Somebody is online, away or offline now."""
        self.learn([replace(self.get(name), presence=presence)])

    def looks(self, name: str, title: str, status: str, picture: str) -> None:
        """Somebody is shown in another way."""
        self.learn([replace(self.get(name), title=title, status=status, picture=picture)])

    def set_rooms(self, rooms: list[str]) -> None:
        """The rooms that texts may name."""
        if rooms != self._rooms:
            self._rooms = rooms
            self._rebuild()

    def call_me(self, name: str) -> None:
        """The reader's name, as the server writes it."""
        if name != self.me:
            self.me = name
            self._rebuild()

    def _rebuild(self) -> None:
        people = {name.casefold(): name for name in self._people}
        rooms = {room.casefold(): room for room in self._rooms}
        self.names = Names(self.me, people, rooms)
        self.named.emit()
        self.changed.emit()
