"""What a person should be told although nobody asked: lines about state, rooms and doubts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from zmqchat.client.naming import Where, title, where
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.sync import effects as fx


class NoticeKind(StrEnum):
    """What a notice is about."""

    STATE = "state"
    ROOM_OPENED = "room-opened"
    ROOM_CLOSED = "room-closed"
    ROOM_RENAMED = "room-renamed"
    COMPLETE = "complete"
    BRANCH_SET_ASIDE = "branch-set-aside"
    FORGED = "forged"
    LOG_BROKEN = "log-broken"
    SEND_FAILED = "send-failed"
    HELD = "held"
    DAMAGED = "damaged"
    GUESSED = "guessed"


WARNINGS = frozenset(
    {
        NoticeKind.BRANCH_SET_ASIDE,
        NoticeKind.FORGED,
        NoticeKind.LOG_BROKEN,
        NoticeKind.SEND_FAILED,
        NoticeKind.HELD,
        NoticeKind.DAMAGED,
        NoticeKind.GUESSED,
    }
)
"""Notices that a person must see, whatever the program."""


_UNTOLD = frozenset({fx.Acknowledged, fx.Applied, fx.SendRequest})
"""By far the most frequent effects, which whoever waits for them hears of anyway."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that happened. `text` is a sentence; `seq` is set where it concerns one place.

    `room_id` stays, whatever the room is called. `before` is what a renamed room was called here;
    it may have been renamed while nobody listened.
    """

    kind: NoticeKind
    room: str | None
    text: str
    seq: int | None = None
    before: str | None = None
    room_id: int | None = None


def notice_of(effect: fx.Effect, place: Callable[[int], Where]) -> Notice | None:
    """What to tell about an effect, if anything; `place` names a room."""
    if type(effect) in _UNTOLD:
        return None
    match effect:
        case fx.StateChanged(state):
            return Notice(NoticeKind.STATE, None, state.value)
        case fx.RoomOpened(info):
            here = where(info)
            return _about(NoticeKind.ROOM_OPENED, here, f"You are in {_shown(here)}.")
        case fx.RoomClosed(room):
            here = place(room)
            return _about(NoticeKind.ROOM_CLOSED, here, f"You are no longer in {_shown(here)}.")
        case fx.Complete(room, seq):
            here = place(room)
            return _about(NoticeKind.COMPLETE, here, f"{_shown(here)} is complete to {seq}.", seq)
        case fx.Failed(_, room, _, message):
            here = place(room)
            text = f"A message to {_shown(here)} was refused: {message}"
            return _about(NoticeKind.SEND_FAILED, here, text)
        case fx.Held(message):
            return Notice(NoticeKind.HELD, None, f"Waiting, and trying again by itself: {message}")
        case fx.Guessed(count):
            text = (
                f"{count} wrong passwords were tried for your name within a day; none of them let "
                "anybody in. If that was not you, see to it that yours is long: `zmqchat password`."
            )
            return Notice(NoticeKind.GUESSED, None, text)
    return _doubt(effect, place)


def renaming(effect: fx.Effect, heard_of: Mapping[int, RoomInfo]) -> Notice | None:
    """What to tell where the room of an effect is called otherwise than in `heard_of`."""
    if not isinstance(effect, fx.RoomOpened | fx.RoomChanged):
        return None
    former, now = heard_of.get(effect.info.room), where(effect.info)
    if former is None or title(former) == now.name:
        return None
    before = where(former)
    text = f"{_shown(before)} is called {_shown(now)} now."
    return Notice(NoticeKind.ROOM_RENAMED, now.name, text, before=before.name, room_id=now.id)


def _about(kind: NoticeKind, room: Where, text: str, seq: int | None = None) -> Notice:
    return Notice(kind, room.name, text, seq, room_id=room.id)


def _shown(room: Where) -> str:
    """A room as people write it: a direct room is called after people."""
    return room.name if room.name.startswith("@") else f"#{room.name}"


def _doubt(effect: fx.Effect, place: Callable[[int], Where]) -> Notice | None:
    match effect:
        case fx.BranchSetAside(room, after, last):
            text = (
                f"{_shown(place(room))}: the server was restored or lost its last events. Events "
                f"{after + 1} to {last}, as you had them, are set aside; the room goes on "
                f"after {after}."
            )
            return _about(NoticeKind.BRANCH_SET_ASIDE, place(room), text, after)
        case fx.Forged(room, why):
            here = place(room)
            text = f"{_shown(here)}: something forged was dropped ({why}); nothing of it was shown."
            return _about(NoticeKind.FORGED, here, text)
        case fx.LogBroken(room, seq, why):
            text = (
                f"{_shown(place(room))}: the server's log does not hang together after {seq} "
                f"({why}). What is shown up to there is verified; tell whoever runs the server."
            )
            return _about(NoticeKind.LOG_BROKEN, place(room), text, seq)
    return None
