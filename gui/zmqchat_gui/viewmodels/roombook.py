"""The person's rooms at one server: what is known of each, which are open, and which is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from zmqchat.client import Chat
from zmqchat.errors import ChatError
from zmqchat.protocol.display import isolated
from zmqchat.protocol.who import names_in
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.drafts import Drafts
from zmqchat_gui.bridge.entries import Entry, entry_of, is_shown
from zmqchat_gui.viewmodels.deliveries import Deliveries
from zmqchat_gui.viewmodels.messagerows import Host
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.references import References
from zmqchat_gui.viewmodels.richtext import one_line, plain_text
from zmqchat_gui.viewmodels.room import Room
from zmqchat_gui.viewmodels.roomfacts import RoomFacts, key_of, room_of
from zmqchat_gui.viewmodels.roomlist import FoundRoom, RoomsModel, found_room


@dataclass(frozen=True, slots=True)
class Notification:
    """A message that came while the person looked elsewhere; `named` says that it is to them."""

    label: str
    room: int
    seq: int
    title: str
    text: str
    named: bool


class RoomBook(QObject):
    """Rooms by id. `shown` comes when another room is shown, `notified` with a `Notification`,
    `warned` with a sentence that the person must see.
    """

    shown = Signal()
    notified = Signal(object)
    warned = Signal(str)

    def __init__(
        self, label: str, host: Host, persons: Persons, drafts: Drafts, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._label = label
        self._host = host
        self._persons = persons
        self._drafts = drafts
        self._facts: dict[int, RoomFacts] = {}
        self._open: dict[int, Room] = {}
        self._complete: dict[int, int] = {}
        self._marking: set[int] = set()
        self._admin = False
        self._live = False
        self.deliveries = Deliveries(self.opened_room, self._name_of, drafts, self.warned.emit)
        """What became of what the person sent."""
        self.active = True
        """Whether the person looks at this session."""
        self.room: Room | None = None
        """The room that is shown."""
        self.model = RoomsModel(persons, self)

    # ── what is known ────────────────────────────────────────────────────────────────────────────

    @property
    def facts(self) -> list[RoomFacts]:
        """All rooms that the person is in."""
        return list(self._facts.values())

    @property
    def open(self) -> list[Room]:
        """The rooms that were looked at, and that the person is in."""
        return [room for number, room in self._open.items() if number in self._facts]

    def has(self, room: int) -> bool:
        """Whether the person is in a room."""
        return room in self._facts

    def named(self, text: str) -> int | None:
        """The room of this key, or the only one that is called so."""
        room = room_of(text)
        if room is not None:
            return room if room in self._facts else None
        people = names_in(text)
        alike = [
            facts.id
            for facts in self._facts.values()
            if (
                _folded(who.name for who in facts.people) == _folded(people)
                if facts.is_direct
                else facts.name.casefold() == text.casefold()
            )
        ]
        return alike[0] if len(alike) == 1 else None

    @property
    def faces(self) -> set[int]:
        """The ids of all whom the person talks to in conversations, or who wrote what is open."""
        partners = {who.id for facts in self._facts.values() for who in facts.people}
        return partners.union(*(room.timeline.authors for room in self.open))

    def talks_to(self, user: int) -> bool:
        """Whether there is a conversation with this one person."""
        rooms = self._facts.values()
        return any([who.id for who in facts.people] == [user] for facts in rooms)

    def _name_of(self, room: int) -> str:
        facts = self._facts.get(room)
        return "" if facts is None else facts.name

    def opened_room(self, room: int) -> Room | None:
        """A room that was looked at."""
        return self._open.get(room)

    @property
    def unread(self) -> int:
        """Unread messages in rooms that are not muted."""
        return sum(facts.unread for facts in self._facts.values() if not facts.muted)

    @property
    def mentions(self) -> int:
        """Unread mentions and direct messages."""
        return sum(facts.mentions for facts in self._facts.values())

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    def show(self, room: int) -> None:
        """Shows a room that the person is in."""
        facts = self._facts.get(room)
        if facts is None or (self.room is not None and self.room.id == room):
            return
        if self.room is not None:
            self.room.save()
            self.room.timeline.mark_new(None)
        self.room = self._open.get(room) or self._opened(facts)
        self.room.timeline.mark_new(facts.read if facts.unread else None)
        if self._live:
            self.room.look_around()
        self._see()
        self.refresh()
        self.shown.emit()

    def _opened(self, facts: RoomFacts) -> Room:
        room = Room(facts, self._host, self._persons, self._drafts, self)
        room.completed(self._complete.get(facts.id, 0))
        room.stands(self._live)
        room.drafted.connect(self.refresh)
        room.timeline.changed.connect(self._see)
        self._open[facts.id] = room
        self._host.look_at(facts.id)
        self.deliveries.opened(room)
        return room

    def step(self, keys: list[str], by: int) -> None:
        """Shows the next (1) or previous (-1) of these rooms, in the order of the list."""
        if not keys:
            return
        current = key_of(self.room.id) if self.room is not None else ""
        order = self.model.keys
        start = order.index(current) if current in order else -by
        for place in range(1, len(order) + 1):
            key = order[(start + by * place) % len(order)]
            room = room_of(key)
            if key in keys and room is not None:
                self.show(room)
                return

    def set_active(self, active: bool) -> None:
        """Whether the person looks: what is in sight then is read."""
        if active != self.active:
            self.active = active
            self._see()
            self.refresh()

    def save(self) -> None:
        """Puts what is typed on disk."""
        for room in self._open.values():
            room.save()

    # ── what is in sight is read ─────────────────────────────────────────────────────────────────

    def _in_sight(self, number: int) -> bool:
        room = self.room
        return self.active and room is not None and room.id == number and room.timeline.following

    def _see(self) -> None:
        """The newest of the shown room is in sight: it is read, on all of the person's devices."""
        room = self.room
        if room is None or not self._in_sight(room.id):
            return
        facts = self._facts.get(room.id)
        if facts is not None and (facts.unread or facts.mentions):
            self._facts[room.id] = replace(facts, unread=0, mentions=0)
            self._mark_read(room.id)
            self.refresh()

    def _mark_read(self, room: int) -> None:
        if room not in self._marking:
            self._marking.add(room)
            self._host.ask(
                lambda chat: chat.mark_read(room), lambda _result: self._marking.discard(room)
            )

    # ── what the network tells ───────────────────────────────────────────────────────────────────

    def on_opened(self, update: up.RoomOpened) -> bool:
        """The person is in a room; whether that is new."""
        room, name = update.room
        known = self._facts.get(room)
        kind = update.kind or ("direct" if update.people else "public")
        facts = known or RoomFacts(
            *(room, name, kind, update.description),
            archived=update.archived,
            admin=self._admin,
            role=update.role,
        )
        self._set(replace(facts, name=name, people=update.people, member=True))
        if known is None and room in self._open:  # again: what came meanwhile is not here
            self._host.look_at(room)
        return known is None

    def on_closed(self, room: int) -> None:
        """The person is in a room no longer; what was open of it stays for when they return."""
        facts = self._facts.pop(room, None)
        self._complete.pop(room, None)
        opened = self._open.get(room)
        if opened is not None and facts is not None:
            opened.know(replace(facts, member=False))

    def on_renamed(self, update: up.RoomRenamed) -> None:
        """A room is called otherwise."""
        facts = self._facts.get(update.room.id)
        if facts is not None:
            self._set(replace(facts, name=update.room.name, people=update.people))

    def online(self) -> None:
        """The server answers again: what could not be read may be now."""
        for room in self.open:
            room.online(shown=room is self.room)

    def on_completed(self, number: int, seq: int) -> None:
        """Nothing of a room, looked at or not, is missing or altered up to this seq."""
        self._complete[number] = seq
        room = self._open.get(number)
        if room is not None:
            room.completed(seq)

    def stands(self, live: bool) -> None:
        """Whether the server answers."""
        if live != self._live:
            self._live = live
            for room in self._open.values():
                room.stands(live)

    def on_states(self, update: up.States) -> None:
        """The counts as the server has them, counted on."""
        self._persons.ignore(update.ignored)
        for number, state in update.rooms.items():
            facts = self._facts.get(number)
            if facts is None:
                continue
            seen = self._in_sight(number)
            unheard = facts.is_direct and all(who.id in update.ignored for who in facts.people)
            quiet = seen or unheard
            if state.unread and seen:
                self._mark_read(number)
            elif state.unread:
                self._mark_new(number, state.read)
            mentions = state.unread if facts.is_direct else state.mentions
            self._set(
                replace(
                    facts,
                    read=state.read,
                    unread=0 if quiet else state.unread,
                    mentions=0 if quiet else mentions,
                    level=state.level,
                    muted=state.muted,
                )
            )

    def _mark_new(self, number: int, read_to: int) -> None:
        room = self.room
        if room is not None and room.id == number and not room.timeline.has_new_line:
            room.timeline.mark_new(read_to)

    def look(self, room: int) -> None:
        """Asks what the server says of a room now: what it is for, and how many are in it."""
        if room not in self._facts:
            return

        async def work(chat: Chat) -> dict[str, Any]:
            return await chat.room(room)

        self._host.ask(work, self._looked_at_room)

    def _looked_at_room(self, row: dict[str, Any] | ChatError) -> None:
        if not isinstance(row, ChatError):  # else the room is as it was heard of
            self.on_found([found_room(row)])

    def on_found(self, found: list[FoundRoom]) -> None:
        """What the directory says of the rooms."""
        for each in found:
            facts = self._facts.get(each.id)
            if facts is not None:
                self._set(
                    replace(
                        facts,
                        kind=each.kind,
                        description=each.description,
                        members=each.members,
                        archived=each.archived,
                    )
                )
        self.refresh()

    def administers(self, admin: bool) -> None:
        """Whether the person is an administrator of the realm."""
        if admin != self._admin:
            self._admin = admin
            for facts in self.facts:
                self._set(replace(facts, admin=admin))

    def on_arrived(self, update: up.Arrived) -> list[Entry]:
        """Events of a room; returns those that have a row."""
        room = self._open.get(update.room)
        if room is not None:
            heard = room.hear(update)
        else:
            heard = [entry_of(event) for event in update.events if is_shown(event.type)]
        self._persons.heard(*(entry.sender for entry in heard))
        for entry in heard:
            if entry.is_message and entry.sender.id != self._persons.me.id:
                self._notify(update.room, entry)
        return heard

    def _notify(self, room: int, entry: Entry) -> None:
        """A message of somebody else, where the person does not look."""
        facts = self._facts.get(room)
        if facts is None or entry.sender.id in self._persons.ignored or self._is_looked_at(room):
            return
        named = facts.is_direct or self._names_me(entry)
        wanted = not facts.muted if facts.level == "all" else facts.level == "mentions"
        if (named and facts.level != "nothing") or (facts.level == "all" and wanted):
            self.notified.emit(self._notification(facts, entry, named))

    def _names_me(self, entry: Entry) -> bool:
        return References(entry.text, self._persons.names).mentions_me

    def _is_looked_at(self, room: int) -> bool:
        return self.active and self.room is not None and self.room.id == room

    def _notification(self, facts: RoomFacts, entry: Entry, named: bool) -> Notification:
        sender = self._persons.title(entry.sender)
        title = sender if facts.is_direct else f"{sender} ({isolated(f'#{facts.name}')})"
        text = one_line(plain_text(entry.text))
        return Notification(self._label, facts.id, entry.seq, title, text, named)

    def _set(self, facts: RoomFacts) -> None:
        self._facts[facts.id] = facts
        room = self._open.get(facts.id)
        if room is not None:
            room.know(facts)

    def refresh(self) -> None:
        """Shows the list of rooms as it is now."""
        current = self.room.id if self.room is not None else 0
        self.model.show(self._facts.values(), current, self._drafts.rooms())
        rooms = (facts.name for facts in self._facts.values() if not facts.is_direct)
        self._persons.set_rooms(sorted(rooms))


def _folded(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names}
