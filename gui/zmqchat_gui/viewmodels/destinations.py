"""Where the switcher leads."""

from __future__ import annotations

from collections.abc import Iterator

from zmqchat.protocol.who import Who
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.roombook import RoomBook
from zmqchat_gui.viewmodels.roomfacts import RoomFacts
from zmqchat_gui.viewmodels.roomlist import Destination, FoundRoom, room_title


def destinations(book: RoomBook, found: list[FoundRoom], persons: Persons) -> Iterator[Destination]:
    """Where the switcher leads: the person's rooms, people, and rooms that can be found."""
    for facts in book.facts:
        yield _own(facts, persons)
    for person in persons.all():
        if person.id != persons.me.id and not book.talks_to(person.id):
            title = person.shown
            symbol, tint = words.initials(title), words.tint(person.name)
            yield Destination(
                *("person", person.name, person.name, title, person.status, symbol, tint),
                who=Who(person.id, person.name),
            )
    for each in found:
        if not book.has(each.id) and not each.joined:
            tint = words.tint(each.name)
            yield Destination(
                "findable", each.key, each.name, each.title, each.membersText, "#", tint
            )


def _own(facts: RoomFacts, persons: Persons) -> Destination:
    title, people = room_title(facts, persons), facts.people
    return Destination(
        kind="direct" if facts.is_direct else "room",
        key=facts.key,
        name=facts.name,
        title=title,
        detail=facts.description,
        symbol=words.initials(title) if facts.is_direct else "#",
        tint=words.tint(people[0].name if len(people) == 1 else title),
        unread=facts.unread,
        mentions=facts.mentions,
        who=people[0] if len(people) == 1 else None,
    )
