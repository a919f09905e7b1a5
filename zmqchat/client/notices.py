"""What a person should be told although nobody asked: lines about state, rooms and doubts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

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


WARNINGS = frozenset(
    {
        NoticeKind.BRANCH_SET_ASIDE,
        NoticeKind.FORGED,
        NoticeKind.LOG_BROKEN,
        NoticeKind.SEND_FAILED,
        NoticeKind.HELD,
        NoticeKind.DAMAGED,
    }
)
"""Notices that a person must see, whatever the program."""


_UNTOLD = frozenset({fx.Acknowledged, fx.Applied, fx.SendRequest})
"""By far the most frequent effects, which whoever waits for them hears of anyway."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that happened. `text` is a sentence; `seq` is set where it concerns one place.

    `before` is what a renamed room was called here; it may have been renamed while nobody listened.
    """

    kind: NoticeKind
    room: str | None
    text: str
    seq: int | None = None
    before: str | None = None


def notice_of(effect: fx.Effect, name: Callable[[int], str]) -> Notice | None:
    """What to tell about an effect, if anything; `name` names a room."""
    if type(effect) in _UNTOLD:
        return None
    match effect:
        case fx.StateChanged(state):
            return Notice(NoticeKind.STATE, None, state.value)
        case fx.RoomOpened(info):
            return Notice(NoticeKind.ROOM_OPENED, info.name, f"You are in {_shown(info.name)}.")
        case fx.RoomClosed(room):
            text = f"You are no longer in {_shown(name(room))}."
            return Notice(NoticeKind.ROOM_CLOSED, name(room), text)
        case fx.Complete(room, seq):
            text = f"{_shown(name(room))} is complete to {seq}."
            return Notice(NoticeKind.COMPLETE, name(room), text, seq)
        case fx.Failed(_, room, _, message):
            text = f"A message to {_shown(name(room))} was refused: {message}"
            return Notice(NoticeKind.SEND_FAILED, name(room), text)
        case fx.Held(message):
            return Notice(NoticeKind.HELD, None, f"Waiting, and trying again by itself: {message}")
    return _doubt(effect, name)


def renaming(effect: fx.Effect, names: Mapping[int, str]) -> Notice | None:
    """What to tell where the room of an effect has another name than in `names`."""
    if not isinstance(effect, fx.RoomOpened | fx.RoomChanged):
        return None
    name = effect.info.name
    before = names.get(effect.info.room, name)
    if before == name:
        return None
    text = f"{_shown(before)} is called {_shown(name)} now."
    return Notice(NoticeKind.ROOM_RENAMED, name, text, before=before)


def _shown(room: str) -> str:
    """A room as people write it: a direct room is named after people."""
    return room if room.startswith("@") else f"#{room}"


def _doubt(effect: fx.Effect, name: Callable[[int], str]) -> Notice | None:
    match effect:
        case fx.BranchSetAside(room, after, last):
            text = (
                f"{_shown(name(room))}: the server was restored or lost its last events. Events "
                f"{after + 1} to {last}, as you had them, are set aside; the room goes on "
                f"after {after}."
            )
            return Notice(NoticeKind.BRANCH_SET_ASIDE, name(room), text, after)
        case fx.Forged(room, why):
            where = _shown(name(room))
            text = f"{where}: something forged was dropped ({why}); nothing of it was shown."
            return Notice(NoticeKind.FORGED, name(room), text)
        case fx.LogBroken(room, seq, why):
            text = (
                f"{_shown(name(room))}: the server's log does not hang together after {seq} "
                f"({why}). What is shown up to there is verified; tell whoever runs the server."
            )
            return Notice(NoticeKind.LOG_BROKEN, name(room), text, seq)
    return None
