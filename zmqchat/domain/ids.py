"""A set of ids that is kept in their order, so that a page of it costs the page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator


class Ids:
    """Ids, rising. One thread changes them while another reads, and no reader misses one.

    What is added goes into the list that readers hold, who look again where it shifted what they
    read. What is taken away makes another list.
    """

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: list[int] = []

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids.copy())

    def add(self, number: int) -> None:
        """Takes an id in, where it is not there."""
        ids = self._ids
        place = bisect_left(ids, number)
        if ids[place : place + 1] != [number]:
            ids.insert(place, number)

    def discard(self, number: int) -> None:
        """Takes an id out, where it is there."""
        ids = self._ids
        place = bisect_left(ids, number)
        if ids[place : place + 1] == [number]:
            self._ids = ids[:place] + ids[place + 1 :]

    def after(self, number: int, most: int) -> list[int]:
        """The first `most` ids above `number`."""
        ids = self._ids
        while True:
            place = bisect_right(ids, number)
            found = ids[place : place + most]
            if place == bisect_right(ids, number):  # nothing was shifted meanwhile
                return found

    def before(self, number: int, most: int) -> list[int]:
        """The last `most` ids below `number`, falling."""
        ids = self._ids
        while True:
            place = bisect_left(ids, number)
            found = ids[max(0, place - most) : place]
            if place == bisect_left(ids, number):
                return found[::-1]
