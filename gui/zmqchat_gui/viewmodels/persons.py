"""What the window knows of people: how a name is shown, and whether somebody is there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from zmqchat.protocol.mentions import EVERYBODY_NAME
from zmqchat_gui.viewmodels.richtext import Names

EVERYBODY = f"@{EVERYBODY_NAME}"
"""Who is mentioned where everybody in the room is."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the realm. `presence` is "online", "away" or "offline", `picture` the digest of
    a picture in hex ("" for none), and `avatar` its url once it is here.
    """

    name: str
    title: str = ""
    presence: str = "offline"
    status: str = ""
    picture: str = ""
    avatar: str = ""


class Persons(QObject):
    """Everybody that was heard of, and the reader; the names that texts may mention."""

    changed = Signal()
    named = Signal()
    """Somebody is called or shown in another way, so that messages look different."""

    def __init__(self, me: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: dict[str, Person] = {}
        self._rooms: list[str] = []
        self.me = me
        self.names = Names(me)

    def get(self, name: str) -> Person:
        """What is known of somebody, who may be unknown."""
        return self._people.get(name) or Person(name)

    def title(self, name: str) -> str:
        """How somebody is shown."""
        return self.get(name).title or name

    def all(self) -> list[Person]:
        """Everybody, by name."""
        return sorted(self._people.values(), key=lambda person: person.name.casefold())

    def mentioned(self, name: str) -> str | None:
        """Who is meant by what stands behind an @, if anybody is."""
        folded = name.casefold()
        return EVERYBODY if folded == EVERYBODY_NAME else self.names.people.get(folded)

    def learn(self, people: list[Person]) -> None:
        """These are as they are given here."""
        fresh = [person for person in people if self._people.get(person.name) != person]
        if not fresh:
            return
        shown = [_shown(self._people.get(person.name)) for person in fresh]
        self._people.update((person.name, person) for person in fresh)
        if shown != [_shown(person) for person in fresh]:
            self._rebuild()
        else:
            self.changed.emit()

    def heard(self, name: str) -> None:
        """Somebody wrote: the name can be mentioned."""
        if name not in self._people:
            self.learn([Person(name)])

    def is_there(self, name: str, presence: str) -> None:
        """Somebody is online, away or offline now."""
        self.learn([replace(self.get(name), presence=presence)])

    def looks(self, name: str, title: str, status: str, picture: str) -> None:
        """Somebody is shown in another way."""
        known = self.get(name)
        avatar = known.avatar if known.picture == picture else ""
        self.learn([replace(known, title=title, status=status, picture=picture, avatar=avatar)])

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


def _shown(person: Person | None) -> tuple[str, str] | None:
    return None if person is None else (person.title, person.avatar)
