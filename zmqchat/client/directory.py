"""Whom a client has heard of: what each is called now, and was called before, by id.

What is newest by the server's clock holds: an old page of a log tells what people were called then.
A profile keeps it, so that people have their names offline too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from zmqchat.client.cache import Acquaintance, Cache
from zmqchat.errors import PeerError
from zmqchat.protocol.codec import decode_body
from zmqchat.protocol.events import Event, PersonRenamed
from zmqchat.protocol.names import user_key
from zmqchat.protocol.people import Person
from zmqchat.protocol.who import Who


class Directory:
    """People by id. `renamed` is told of somebody who is called otherwise than before."""

    def __init__(self, cache: Cache | None) -> None:
        self._cache = cache
        self._people: dict[int, Acquaintance | None] = {}
        self.renamed: Callable[[Acquaintance, str], None] = lambda _person, _before: None

    @property
    def me(self) -> int:
        """The user's own id, as it was kept; 0 before the server was ever reached."""
        return self._cache.me() if self._cache is not None else 0

    def is_me(self, who: Who, at_us: int) -> None:
        """The server says who the user is."""
        if self._cache is not None and who.id != self.me:
            self._cache.put_me(who.id)
        self.told([who], at_us)

    def get(self, user: int) -> Acquaintance | None:
        """What is known of somebody."""
        try:
            return self._people[user]
        except KeyError:
            person = self._cache.person(user) if self._cache is not None else None
            self._people[user] = person
            return person

    def name_of(self, user: int, otherwise: str = "") -> str:
        """What somebody is called now, as far as it is known here."""
        person = self.get(user)
        return otherwise if person is None else person.name

    def called(self, name: str) -> int | None:
        """The id of whoever is, or was, called so, as far as it is known here."""
        key, kept = user_key(name), self._cache.people() if self._cache is not None else []
        people = {person.id: person for person in kept}
        people |= {person.id: person for person in self._people.values() if person is not None}
        now = (person.id for person in people.values() if user_key(person.name) == key)
        before = (p.id for p in people.values() if key in map(user_key, p.former))
        return next(now, None) or next(before, None)

    # ── what is heard ────────────────────────────────────────────────────────────────────────────

    def told(self, people: Iterable[Who | Person], at_us: int) -> None:
        """The server said who people are, at a time of its clock."""
        changed = []
        for person in people:
            former = person.former if isinstance(person, Person) else None
            changed += self._take(person.id, person.name, at_us, former)
        self._keep(changed)

    def heard(self, events: Iterable[Event]) -> None:
        """Events of a room: their senders are called so, and some tell of another's new name."""
        changed = []
        for event in events:
            known = self._people.get(event.sender)
            if event.sender and (known is None or known.name != event.name):
                changed += self._take(event.sender, event.name, event.time_us)
            if event.type == "person-renamed" and (body := _renaming(event)) is not None:
                changed += self._take(body.member, body.former, event.time_us - 1)
                changed += self._take(body.member, body.name, event.time_us)
        self._keep(changed)

    def _take(
        self, user: int, name: str, at_us: int, former: tuple[str, ...] | None = None
    ) -> list[Acquaintance]:
        """What is new of somebody, if anything is."""
        known = self.get(user)
        if known is not None and known.at_us > at_us:
            return []
        before = () if known is None else known.former
        if former is None and known is not None and known.name != name:
            former = (*(each for each in before if each != name), known.name)
        person = Acquaintance(user, name, before if former is None else former, at_us)
        self._people[user] = person
        if known is None or (known.name, known.former) != (person.name, person.former):
            if known is not None and known.name != name:
                self.renamed(person, known.name)
            return [person]
        return []

    def _keep(self, people: list[Acquaintance]) -> None:
        if people and self._cache is not None:
            self._cache.put_people(people)


def _renaming(event: Event) -> PersonRenamed | None:
    if event.erased:
        return None
    try:
        body = decode_body(event.type, event.body)
    except PeerError:
        return None
    return body if isinstance(body, PersonRenamed) else None
