"""Who may have one of a socket's connections when there are not enough of them. Pure.

A connection waits until its peer has said who it is (`settle`): that takes milliseconds, and is due
within a deadline. Those that wait take what is left over, at least `spare` places. When these run
out, the connection that has waited longest is hung up, from the place that has most of them: so
whoever comes has the time to say who it is, whatever strangers do.

Those that have said it belong to an owner. When there are too many of them, the owner with the most
loses its newest one. `kept` of these places are for owners who were here before.
"""

from __future__ import annotations

from collections.abc import Container, Hashable
from dataclasses import dataclass
from typing import Final, NamedTuple

DEADLINE_S: Final = 30.0
"""For how long a connection may wait, in seconds. A handshake alone has ten (`sockets`)."""


class _Waits(NamedTuple):
    place: str
    since: float


@dataclass(frozen=True, slots=True)
class Room:
    """How many connections there may be: `settled`, and `spare` more that only wait.

    In all `waiting` may wait, where fewer have settled. `kept` of the settled are for owners who
    were here before; `each` is what one owner may have.
    """

    settled: int
    spare: int
    waiting: int = 8_192
    kept: int = 0
    each: int = 1 << 30

    @property
    def most(self) -> int:
        """All together."""
        return self.settled + self.spare


def shared_out(connections: int, each: int, settled: int | None = None) -> Room:
    """The room within so many connections: an eighth is spare, and an eighth of the rest is kept.

    Where it is told how many may be `settled`, there are no more than that.
    """
    spare = max(1, min(connections // 8, 1_024))
    most = max(1, connections - spare)
    if settled is not None:
        most = min(most, settled)
    return Room(most, spare, kept=most // 8, each=each)


class Slots:
    """Connections by number, which the next one may get. Times are seconds that only go forward."""

    def __init__(self, room: Room) -> None:
        self.room: Final = room
        self._waiting: dict[int, _Waits] = {}  # in the order in which they began to wait
        self._places: _Groups = _Groups()  # of those that wait, but for
        self._trusted_places: _Groups = _Groups()
        self._trusted: set[str] = set()
        self._owners: _Groups = _Groups()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._owners)

    @property
    def waiting(self) -> int:
        """How many have not said yet who they are."""
        return len(self._waiting)

    def accept(self, connection: int, place: str, now: float) -> int | None:
        """A connection from `place` begins to wait. Hang up the one that is returned, if any."""
        if connection in self._owners:
            return None  # its peer was faster than the news of it
        self._wait(connection, place, now)
        if len(self) <= self.room.most and self.waiting <= self.room.waiting:
            return None
        longest = (self._places if len(self._places) else self._trusted_places).oldest_of_largest()
        self._stop_waiting(longest)
        return longest

    def trust(self, place: str) -> None:
        """Those that wait there make room only where none wait elsewhere, now and later."""
        if place not in self._trusted:
            self._trusted.add(place)
            for connection, waits in self._waiting.items():
                if waits.place == place:
                    self._places.remove(connection)
                    self._trusted_places.add(connection, place)

    def has_room(self, owner: Hashable, *, known: bool) -> bool:
        """Whether one more connection of this owner may be settled; `known`: it was here before."""
        if self._owners.size(owner) >= self.room.each:
            return False
        return known or len(self._owners) < self.room.settled - self.room.kept

    def settle(self, connection: int, owner: Hashable) -> int | None:
        """The peer has said who it is. Hang up the one that is returned.

        Where that is `connection` itself it goes on waiting until its deadline, to be told so.
        """
        self._owners.add(connection, owner)
        loser = None
        if len(self._owners) > self.room.settled:
            loser = self._owners.newest_of_largest()
            if self._owners.size(owner) >= self._owners.largest:
                loser = connection
            self._owners.remove(loser)
        if loser != connection:
            self._stop_waiting(connection)
        return loser

    def unsettle(self, connection: int, place: str, now: float) -> None:
        """The peer took its leave, and may say once more who it is; it waits, from now on."""
        if connection in self._owners:
            self._owners.remove(connection)
            self._wait(connection, place, now)

    def end(self, connection: int) -> None:
        """The connection has ended, or is being hung up."""
        self._stop_waiting(connection)
        self._owners.remove(connection)

    def is_settled(self, connection: int) -> bool:
        """Whether its peer has said who it is."""
        return connection in self._owners

    def overdue(
        self, now: float, deadline_s: float = DEADLINE_S, asking: Container[int] = ()
    ) -> list[int]:
        """Those that have waited for longer than the deadline. Hang them up.

        What those that are `asking` said waits to be looked at: they wait on.
        """
        late: list[int] = []
        for connection, waits in self._waiting.items():
            if now - waits.since <= deadline_s:
                break
            if connection not in asking:
                late.append(connection)
        for connection in late:
            self._stop_waiting(connection)
        return late

    def _wait(self, connection: int, place: str, now: float) -> None:
        self._stop_waiting(connection)
        self._waiting[connection] = _Waits(place, now)
        places = self._trusted_places if place in self._trusted else self._places
        places.add(connection, place)

    def _stop_waiting(self, connection: int) -> None:
        self._waiting.pop(connection, None)
        self._places.remove(connection)
        self._trusted_places.remove(connection)


class _Groups:
    """Members in groups, of which the largest is known at once, however many there are."""

    def __init__(self) -> None:
        self.largest = 0
        self._of: dict[int, Hashable] = {}
        self._members: dict[Hashable, dict[int, None]] = {}
        self._by_size: dict[int, dict[Hashable, None]] = {}

    def __len__(self) -> int:
        return len(self._of)

    def __contains__(self, member: int) -> bool:
        return member in self._of

    def size(self, group: Hashable) -> int:
        return len(self._members.get(group, ()))

    def add(self, member: int, group: Hashable) -> None:
        self.remove(member)
        self._of[member] = group
        members = self._members.setdefault(group, {})
        members[member] = None
        self._resized(group, len(members) - 1, len(members))

    def remove(self, member: int) -> None:
        if member not in self._of:
            return
        group = self._of.pop(member)
        members = self._members[group]
        del members[member]
        if not members:
            del self._members[group]
        self._resized(group, len(members) + 1, len(members))

    def oldest_of_largest(self) -> int:
        """Of the group that has been the largest for longest, where there are several."""
        return next(iter(self._largest_members()))

    def newest_of_largest(self) -> int:
        return next(reversed(self._largest_members()))

    def _largest_members(self) -> dict[int, None]:
        return self._members[next(iter(self._by_size[self.largest]))]

    def _resized(self, group: Hashable, before: int, now: int) -> None:
        if before:
            same = self._by_size[before]
            del same[group]
            if not same:
                del self._by_size[before]
        if now:
            self._by_size.setdefault(now, {})[group] = None
        # Sizes change by one: where the largest shrank and no other is as large, it still is.
        self.largest = max(self.largest, now) if now > before else self.largest
        if self.largest and self.largest not in self._by_size:
            self.largest = now
