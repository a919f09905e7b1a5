"""The part of a timeline that is in sight, and how scrolling moves it.

Only what is in sight is laid out: a frame costs the height of the window, however long the room.
"""

from __future__ import annotations

from dataclasses import dataclass

from zmqchat.cli.chat.model import Place, Room
from zmqchat.cli.chat.render import Line, Look, lines_at


@dataclass(frozen=True, slots=True)
class View:
    """`lines` in sight, how many entries are loaded `above` them, and how many hide `below`."""

    lines: list[Line]
    above: int
    below: int


def view(room: Room, look: Look, height: int) -> View:
    """What a window of this height shows; a place too near to the top is moved down."""
    seen = _ending(room, look, height)
    if room.place is not None and len(seen.lines) < height:
        scroll(room, look, len(seen.lines) - height)
        seen = _ending(room, look, height)
    return seen


def scroll(room: Room, look: Look, lines: int) -> None:
    """Moves the place by so many lines, back where they are positive; the end is None again."""
    index, hidden = _bottom(room)
    hidden += lines
    while hidden < 0 and index < _count(room) - 1:
        index += 1
        hidden += len(lines_at(room, index, look))
    while index > 0 and hidden >= (size := len(lines_at(room, index, look))):
        hidden -= size
        index -= 1
    if index <= 0:
        hidden = min(hidden, len(lines_at(room, 0, look)) - 1) if _count(room) else 0
    at_end = index >= _count(room) - 1 and hidden <= 0
    room.place = None if at_end else Place(room.first + index, max(0, hidden))


def _count(room: Room) -> int:
    return len(room.entries) + len(room.outgoing)


def _bottom(room: Room) -> tuple[int, int]:
    """The index of the last entry in sight, and how many of its lines are hidden."""
    last = _count(room) - 1
    if room.place is None or room.place.entry - room.first > last:
        room.place = None
        return last, 0
    return max(0, room.place.entry - room.first), room.place.hidden


def _ending(room: Room, look: Look, height: int) -> View:
    bottom, hidden = _bottom(room)
    below = _count(room) - 1 - bottom
    lines: list[Line] = []
    index = bottom
    while index >= 0 and len(lines) < height:
        block = lines_at(room, index, look)
        lines[:0] = block[: max(0, len(block) - hidden)] if index == bottom else block
        index -= 1
    return View(lines[max(0, len(lines) - height) :], index + 1, below)
