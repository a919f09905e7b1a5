"""What the window knows of people: how a name is shown, and whether somebody is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from zmqchat.protocol.display import isolated
from zmqchat.protocol.who import EVERYBODY, Who
from zmqchat_gui.viewmodels.pictures import Pictures
from zmqchat_gui.viewmodels.references import Names

PRESENCES = ("online", "away", "offline")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the realm. `presence` is "online", "away" or "offline", `picture` the digest of
    a picture in hex ("" for none).
    """

    id: int
    name: str
    title: str = ""
    presence: str = "offline"
    status: str = ""
    picture: str = ""
    former: tuple[str, ...] = ()
    """Names that the person had."""

    @property
    def shown(self) -> str:
        """How they are called, wherever that stands: it turns nothing beside it."""
        return isolated(self.title or self.name)


def person_of(row: dict[str, Any]) -> Person:
    """Somebody, as the server tells of them."""
    return Person(
        id=row["user_id"],
        name=row["name"],
        title=row["display"],
        presence=row["presence"] if row["presence"] in PRESENCES else "offline",
        status=row["status"],
        picture=row["picture"],
        former=tuple(row["former"]),
    )


class Persons(QObject):
    """Everybody that was heard of, by id, and the reader; the names that texts may mention.

    Somebody is given as `Who`: the name there is shown of one who is not known otherwise.
    """

    changed = Signal()
    named = Signal()
    """Somebody is called in another way, so that messages read differently."""
    pictured = Signal()
    """Somebody has another picture, or one has come."""
    ignoring = Signal()
    """Others are ignored than before."""
    met = Signal(int)
    """Somebody was heard of of whom nothing is known but the name."""

    def __init__(self, me: Who, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: dict[int, Person] = {}
        self._ids: dict[str, int] = {}
        self._rooms: list[str] = []
        self.me = me
        self.names = Names(me.name)
        self.ignored: Mapping[int, str] = {}
        """Whom the reader ignores."""
        self._pictures: Pictures | None = None

    def get(self, who: Who) -> Person:
        """What is known of somebody, who may be unknown."""
        return self._people.get(who.id) or Person(who.id, who.name)

    def title(self, who: Who) -> str:
        """How somebody is shown."""
        return self.get(who).shown

    def avatar(self, who: Who) -> str:
        """The url of somebody's picture; "" where there is none, or it is not here yet."""
        digest = self.get(who).picture
        return self._pictures.url(who.id, digest) if digest and self._pictures else ""

    def show_with(self, pictures: Pictures) -> None:
        """Where pictures come from."""
        self._pictures = pictures
        pictures.arrived.connect(self.pictured)

    def ignore(self, people: Mapping[int, str]) -> None:
        """The reader ignores these, and nobody else."""
        if people != self.ignored:
            self.ignored = people
            self.ignoring.emit()

    def all(self) -> list[Person]:
        """Everybody, by name."""
        return sorted(self._people.values(), key=lambda person: person.name.casefold())

    def mentioned(self, name: str) -> int | None:
        """Who is meant by what stands behind an @, if anybody is."""
        person = self.names.person(name)
        if not person:
            return None if person is None else EVERYBODY
        return self.me.id if person == self.me.name else self._ids.get(person.casefold())

    def called(self, name: str) -> Who | None:
        """Who is called so, of those who are known or ignored."""
        ignored = {who: user for user, who in self.ignored.items()}
        user = self._ids.get(name.casefold()) or ignored.get(name)
        return None if user is None else Who(user, name)

    def learn(self, people: list[Person]) -> None:
        """These are as they are given here."""
        fresh = [person for person in people if self._people.get(person.id) != person]
        if not fresh:
            return
        before = [self._people.get(person.id) for person in fresh]
        self._people.update((person.id, person) for person in fresh)
        if any(
            old is None or (old.title, old.name, old.former) != (new.title, new.name, new.former)
            for old, new in zip(before, fresh, strict=True)
        ):
            self._rebuild()
        else:
            self.changed.emit()
        if any(
            new.picture != (old.picture if old else "")
            for old, new in zip(before, fresh, strict=True)
        ):
            self.pictured.emit()

    def heard(self, *people: Who) -> None:
        """These wrote, or came in: the names can be mentioned. All that came at once together, for
        everything that shows names is looked at anew.
        """
        new = {who.id: Person(who.id, who.name) for who in people if who.id not in self._people}
        self.learn(list(new.values()))
        for user in new:
            self.met.emit(user)

    def is_there(self, who: Who, presence: str) -> None:
        """Somebody is online, away or offline now."""
        self.learn([replace(self.get(who), presence=presence)])

    def looks(self, who: Who, title: str, status: str, picture: str) -> None:
        """Somebody is shown in another way."""
        self.learn([replace(self.get(who), title=title, status=status, picture=picture)])

    def called_anew(self, who: Who, before: str) -> None:
        """Somebody who was called `before` is called otherwise now."""
        person = self.get(who)
        former = (*(name for name in person.former if name != who.name), before)
        self.learn([replace(person, name=who.name, former=former)])
        if who.id == self.me.id:
            self.call_me(who)

    def set_rooms(self, rooms: list[str]) -> None:
        """The rooms that texts may name."""
        if rooms != self._rooms:
            self._rooms = rooms
            self._rebuild()

    def call_me(self, who: Who) -> None:
        """Who the reader is, as the server writes it."""
        if who != self.me:
            self.me = who
            self._rebuild()

    def _rebuild(self) -> None:
        self._ids = {person.name.casefold(): person.id for person in self._people.values()}
        people = {person.name.casefold(): person.name for person in self._people.values()}
        rooms = {room.casefold(): room for room in self._rooms}
        self.names = Names(self.me.name, people, rooms)
        self.named.emit()
        self.changed.emit()
